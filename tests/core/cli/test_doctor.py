"""The doctor names what is missing and how to mend it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOOLLESS = """
from metaextract_sdk import Extractor

class Toolless(Extractor):
    media_types = ("*/*",)
    version = "1"
    tools = {"no-such-program": "install no-such-program"}

    def extract(self, file, ctx):
        return {}
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "METAEXTRACT_CACHE_DIR": str(folder / "cache"),
        "METAEXTRACT_CONFIG": str(folder / "config.toml"),
    }
    (folder / "config.toml").touch()
    return subprocess.run(
        [sys.executable, "-m", "metaextract_core", "doctor", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


def install(folder: Path, name: str, source: str) -> None:
    (folder / f"{name}.py").write_text(source)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[metaextract.extractors]\n{name} = {name}:{name.title()}\n"
    )


def test_a_missing_program_comes_with_the_line_that_installs_it_and_is_no_failure(
    tmp_path: Path,
) -> None:
    install(tmp_path, "toolless", TOOLLESS)
    done = run(tmp_path)
    lines = done.stdout.splitlines()
    place = next(i for i, line in enumerate(lines) if "Plugin toolless" in line)
    assert "unavailable: MX107 the program no-such-program is not on PATH" in lines[place]
    assert lines[place + 1].strip() == "→ install no-such-program"
    assert (done.returncode, done.stderr) == (0, "")


def test_a_broken_plugin_makes_the_status_1(tmp_path: Path) -> None:
    install(tmp_path, "wrecked", "this is no Python")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "✗ Plugin wrecked" in done.stdout
    assert "MX201" in done.stdout


def test_without_plugins_python_and_folders_are_looked_at_all_the_same(tmp_path: Path) -> None:
    install(tmp_path, "wrecked", "this is no Python")
    done = run(tmp_path, "--no-plugins")
    assert done.returncode == 0
    assert f"Python {sys.version.split()[0]}" in " ".join(done.stdout.split())
    assert str(tmp_path / "cache") in done.stdout
    assert "wrecked" not in done.stdout
