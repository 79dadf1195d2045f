"""However the program is ended, no process and no scratch folder stays behind."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import processes_with, until

CommandLine = Any
Mock = Any


@pytest.mark.parametrize(
    ("ending", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_nothing_stays_behind(
    command_line: CommandLine,
    mock: Mock,
    tmp_path: Path,
    ending: signal.Signals,
    status: int,
) -> None:
    """A program that is killed can do nothing more; its template sees to the rest."""
    document = mock("1.json", {"do": "write", "path": "begun"}, {"do": "sleep"})
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    mark = str(tmp_path)
    program = subprocess.Popen(
        command_line.command("extract", "--profile", "fast", "--format", "jsonl", document),
        env={**command_line.environment, "TMPDIR": str(scratch), "METAEXTRACT_TEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert until(lambda: [*scratch.rglob("begun")])
    assert len(processes_with(mark)) >= 3, "the program, its template and a worker"
    assert list(scratch.iterdir()) != []
    program.send_signal(ending)
    _, said = program.communicate(timeout=60)
    assert program.returncode == status
    assert "Traceback" not in said
    assert until(lambda: processes_with(mark) == [])
    assert until(lambda: list(scratch.iterdir()) == [])
