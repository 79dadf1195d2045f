"""The plugin of CONTRIBUTING.md is followed to the letter."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

FILE = re.compile(r'^```\w+ title="([\w./-]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@pytest.fixture
def plugin(root: Path, tmp_path: Path) -> Path:
    """The folder that a reader has after copying the files."""
    files = FILE.findall((root / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(files) == 4
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path


def run(folder: Path, program: str, *args: str) -> subprocess.CompletedProcess[str]:
    # Stands in for `pip install --editable .`, which would change the environment of the tests.
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [Path(sysconfig.get_path("scripts"), program), *args],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_own_tests_pass(plugin: Path) -> None:
    result = run(plugin, "pytest", "-p", "no:cacheprovider", "-W", "error")
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout


def test_the_health_check_passes(plugin: Path) -> None:
    result = run(plugin, "metaextract", "plugins", "check", "--path", ".")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "sqlite" in result.stdout


def test_a_mistake_in_it_is_found(plugin: Path) -> None:
    source = plugin / "src/metaextract_sqlite/extractor.py"
    source.write_text(source.read_text("utf-8").replace('version = "1"', 'version = ""'), "utf-8")
    result = run(plugin, "metaextract", "plugins", "check", "--path", ".")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "version" in result.stdout
