from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.workbench import Workbench


class Installer:
    """Puts distributions with one plugin each on the import path, and takes them away."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.installed: set[str] = set()

    def __call__(self, name: str, source: str, group: str = "extractors") -> None:
        """Install a plugin, or another version of it."""
        (self.site / f"{name}.py").write_text(source)
        info = self.site / f"{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        target = f"{name}:Plugin" if group == "extractors" else name
        (info / "entry_points.txt").write_text(f"[metaextract.{group}]\n{name} = {target}\n")
        self.installed.add(name)

    def remove(self, name: str) -> None:
        """Uninstall a plugin."""
        (self.site / f"{name}.py").unlink()
        shutil.rmtree(self.site / f"{name}-1.0.dist-info")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installer]:
    """Installs plugins for one test, with a cache of their own."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("METAEXTRACT_CONFIG", os.devnull)
    monkeypatch.setenv("PYTHONPATH", str(site))  # for the children
    monkeypatch.syspath_prepend(str(site))
    installer = Installer(site)
    yield installer
    for name in installer.installed:
        sys.modules.pop(name, None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_text("12345\n")
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A few extractors, and runs over files that they read."""
    made = Workbench(tmp_path)
    yield made
    made.pool().close()
