"""Which plugins are meant, and what is said while they are vetted."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.zoo.installation import Installation


def test_what_is_not_installed_does_not_hide_what_is(few: Installation) -> None:
    """Asked for two, one of them absent, it shows the other."""
    run = few.run("plugins", "check", "healthy", "no-such-plugin")
    assert "zoo-healthy 1.0" in run.stdout
    assert run.stderr == (
        "metaextract: no plugin no-such-plugin is installed; "
        "`metaextract plugins list` shows what is\n"
    )


def test_a_distribution_may_be_named_however_it_is_spelled(few: Installation) -> None:
    """Authors think of their distribution; its name is normalised as package indexes do."""
    run = few.run("plugins", "check", "Zoo_Healthy", "--json")
    assert [row["name"] for row in json.loads(run.stdout)["plugins"]] == ["healthy"]


def test_a_terminal_sees_how_far_a_cold_check_is(tmp_path: Path, few: Installation) -> None:
    """The count goes to standard error and is gone at the end; standard output stays clean."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "TERM": "xterm",
        "PYTHONPATH": str(few.folder),
        "METAEXTRACT_CACHE_DIR": str(tmp_path),
        "METAEXTRACT_CONFIG": str(few.folder.parent / "config.toml"),
    }
    command = [sys.executable, "-m", "metaextract_core", "plugins", "list", "--json"]
    run = subprocess.run(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "importing plugins" in shown
    assert json.loads(run.stdout)["schema"] == 1
