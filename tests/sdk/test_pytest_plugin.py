"""The fixture works whatever the environment is, and costs nothing where nobody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from metaextract_sdk.testing import Host

TEST = """
from metaextract_sdk import Extractor

class Lengths(Extractor):
    media_types = ("text/plain",)
    version = "1"

    def extract(self, file, ctx):
        return {"Length": file.size, "Options": dict(ctx.options)}

def test_it(host, tmp_path):
    (tmp_path / "a.txt").write_text("four")
    assert host(Lengths, options={"a": 1}).extract(tmp_path / "a.txt") == {
        "Length": 4, "Options": {"a": 1}
    }
"""
IDLE = """
import sys

def test_nothing_heavy_is_loaded():
    heavy = {"metaextract_sdk.testing", "metaextract_sdk.conformance", "msgspec"}
    assert "metaextract_sdk.pytest_plugin" in sys.modules
    assert heavy & sys.modules.keys() == set()
"""


def pytest_in(folder: Path, test: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_gives_a_host(host: type[Host]) -> None:
    assert host is Host


def test_it_never_looks_at_the_environment(tmp_path: Path) -> None:
    """Neither a broken configuration and cache nor a plugin that is broken takes part."""
    info = tmp_path / "plugins" / "broken-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[metaextract.extractors]\nlengths = broken:It\n[metaextract.hooks]\nbroken = broken\n"
    )
    (tmp_path / "plugins" / "broken.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "config.toml").write_text("this is no configuration")
    run = pytest_in(
        tmp_path,
        TEST,
        PYTHONPATH=str(tmp_path / "plugins"),
        METAEXTRACT_CONFIG=str(tmp_path / "config.toml"),
        METAEXTRACT_CACHE_DIR=str(tmp_path / "config.toml" / "cache"),
    )
    assert run.returncode == 0, run.stdout


def test_a_project_that_does_not_use_it_pays_nothing(tmp_path: Path) -> None:
    """No module beyond the package itself, and no warning."""
    run = pytest_in(tmp_path, IDLE)
    assert run.returncode == 0, run.stdout


def test_the_entry_point_is_there() -> None:
    (point,) = (each for each in entry_points(group="pytest11") if each.name == "metaextract")
    assert point.value == "metaextract_sdk.pytest_plugin"
