"""Faults of the installation end the command line with one line and a status of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from metaextract_core.errors import MetaExtractError, ProberError, SettingsError


def test_each_kind_has_the_exit_status_that_the_commands_promise() -> None:
    assert (SettingsError.exit_status, ProberError.exit_status) == (2, 4)
    assert issubclass(SettingsError, MetaExtractError)
    assert issubclass(ProberError, MetaExtractError)


def test_a_configuration_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[plugins]\nalow = []\n")
    done = subprocess.run(
        [sys.executable, "-m", "metaextract_core", "extract", "x"],
        env={**os.environ, "METAEXTRACT_CONFIG": str(tmp_path / "config.toml")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "config.toml" in line
    assert "alow" in line
