"""The command as a whole: help, versions, completion, and ends that need no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.cli import cli

COMMANDS = [
    *("cache", "catalogue", "config", "dedupe", "diff", "doctor", "export", "extract"),
    *(
        "history",
        "identify",
        "import",
        "plugins",
        "search",
        "similar",
        "stats",
        "timeline",
        "watch",
    ),
]


def run(
    *arguments: str, program: str = "-m metaextract_core", **more: Any
) -> subprocess.CompletedProcess[bytes]:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    options["env"] = {**os.environ, "METAEXTRACT_CONFIG": os.devnull, **options.get("env", {})}
    command = [sys.executable, *program.split(), *arguments]
    return subprocess.run(command, timeout=60, check=False, **options)


def test_all_commands_are_offered() -> None:
    further = {point.name for point in entry_points(group="metaextract.commands")}
    assert sorted(cli.list_commands(None)) == sorted({*COMMANDS, *further})  # type: ignore[arg-type]  # the context is not looked at


@pytest.mark.parametrize("command", ["", "plugins list", "plugins info", "plugins check"])
def test_help_is_on_standard_output(command: str) -> None:
    done = run(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Usage: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_explains_its_exit_status(command: str) -> None:
    done = run(command, "-h")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Exit status: 0 " in done.stdout


def test_help_imports_neither_extractors_nor_the_kernel() -> None:
    """It is the first thing that a person asks for: it has to come at once."""
    program = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "from metaextract_core.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "slow = ('metaextract_core.kernel', 'rich', 'stevedore', 'blake3', 'sqlalchemy')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    version, imported = done.stdout.splitlines()
    assert version.startswith("metaextract, version ")
    assert imported == "[]"


def test_no_command_is_help_and_an_unknown_one_a_usage_error() -> None:
    nothing = run()
    assert (nothing.returncode, nothing.stdout) == (2, b"")
    assert nothing.stderr.startswith(b"Usage: ")
    unknown = run("extrct")
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert b"Error: No such command 'extrct'" in unknown.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_that_help_gives_prints_the_completion_of_a_shell(shell: str) -> None:
    assert f"_METAEXTRACT_COMPLETE={shell}_source metaextract" in run("--help").stdout.decode()
    script = Path(sys.executable).with_name("metaextract")
    if not script.exists():
        pytest.skip("the script is not installed beside this Python")
    done = subprocess.run(
        [script],
        env={**os.environ, "_METAEXTRACT_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "_METAEXTRACT_COMPLETE" in done.stdout


def test_a_configuration_with_a_mistake_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[plugins]\nalow = ['x']\n")
    done = run("extract", "x", env={"METAEXTRACT_CONFIG": str(config)})
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert line.startswith(f"metaextract: {config}: ")
    assert "alow" in line


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_streams_that_the_caller_closed_are_no_trouble(tmp_path: Path, closed: int) -> None:
    """Else the first file or socket that is opened would take the place of one of them."""
    (tmp_path / "file").write_text("text\n")
    done = run(
        *("extract", "--no-plugins", "--format", "jsonl", "file"),
        cwd=tmp_path,
        preexec_fn=lambda: os.close(closed),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == (0 if closed == 1 else 1)
