"""`metaextract plugins`: exit statuses of every command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("check healthy", 0),
        ("check healthy --strict", 0),
        ("check healthy-hooks --strict", 0),
        ("check missing-tool", 0),
        ("check missing-tool --strict", 1),
        ("check prints", 0),
        ("check prints --strict", 1),
        ("check import-raises", 1),
        ("check duplicate", 1),
        ("check later-sdk", 1),
        ("check healthy later-sdk", 1),
        ("check", 1),
        ("check --no-plugins", 0),
        ("check no-such-plugin", 3),
        ("check healthy no-such-plugin", 3),
        ("check healthy --deep", 1),  # it declares no samples
        ("check missing-tool --deep", 0),
        ("check healthy-hooks --deep --strict", 0),
        ("check --deep --no-plugins", 0),
        ("check no-such-plugin --deep", 3),
        ("check --nonsense", 2),
        ("check --path /no/such/folder", 2),
        ("info healthy", 0),
        ("info import-raises", 1),
        ("info no-such-plugin", 3),
        ("info healthy --no-plugins", 3),
        ("info", 2),
        ("list", 0),
        ("list --no-plugins", 0),
        ("nonsense", 2),
    ],
)
def test_exit_status(few: Installation, arguments: str, status: int) -> None:
    """0 healthy, 1 broken, 2 usage, 3 not installed; and never a traceback."""
    run = few.run("plugins", *arguments.split())
    assert run.returncode == status, run.stderr
    assert "Traceback" not in run.stderr
    assert bool(run.stderr) == (status > 1 or "--no-plugins" in arguments)


def test_a_checker_that_fails_blames_no_plugin(tmp_path: Path) -> None:
    """Status 4 and one line, here because the process that imports plugins cannot start."""
    installation = Installation(tmp_path, [a for a in ANIMALS if a.name == "healthy"], alone=True)
    (installation.folder / "sitecustomize.py").write_text(
        'import sys\nif "metaextract_core.vetting.prober" in sys.orig_argv:\n    sys.exit(7)\n'
    )
    run = installation.run("plugins", "check")
    assert run.returncode == 4
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert line == "metaextract: the process that imports plugins does not start"


def test_a_bad_configuration_is_a_usage_error(tmp_path: Path) -> None:
    """It names the file and the key."""
    installation = Installation(tmp_path, [])
    (tmp_path / "config.toml").write_text("[plugins]\nimport_timeout = 'soon'\n")
    run = installation.run("plugins", "check")
    assert run.returncode == 2
    assert "config.toml" in run.stderr
    assert "import_timeout" in run.stderr
