"""Fault F47: a file changes while it is read, through the real program.

The mock says when it has begun and waits; meanwhile the file is changed, as a stranger would do it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import until

CommandLine = Any
Mock = Any
Change = Callable[[Path], object]


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b" " * 100)


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"X" * 10)


def overwrite_and_hide(path: Path) -> None:
    before = path.stat()
    overwrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    os.replace(other, path)


@pytest.fixture
def extract_while(command_line: CommandLine, mock: Mock, tmp_path: Path) -> Any:
    """The records of a file that changes while it is read, and of one that does not."""

    def run(change: Change, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        scratch, go = tmp_path / "tmp", tmp_path / "go"
        scratch.mkdir()
        path = mock(
            "1.json",
            {"do": "write", "path": "begun"},
            {"do": "await", "path": str(go)},
            {"do": "set", "word": "old"},
            *orders,
        )
        other = mock("2.json", {"do": "set", "word": "other"})
        program = subprocess.Popen(
            command_line.command(
                "extract", "--profile", "fast", "--ordered", "--format", "jsonl", path, other
            ),
            env={**command_line.environment, "TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert until(lambda: list(scratch.rglob("begun")))
        change(path)
        go.touch()
        output, said = program.communicate(timeout=60)
        assert b"Traceback" not in said
        return [json.loads(line) for line in output.splitlines()]

    return run


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (append, "its size went from"),
        (lambda path: os.truncate(path, 5), "its size went from"),
        (overwrite, "it was written to"),
        (overwrite_and_hide, "its content or its status"),
        (replace, "another file took its place"),
        (os.unlink, "it is gone"),
    ],
    ids=["appended", "truncated", "overwritten", "time set back", "replaced", "removed"],
)
def test_f47_a_file_that_changes_while_it_is_read_is_noticed(
    extract_while: Any, change: Change, said: str
) -> None:
    """The record says so, gives no digest, and the section that read the file is in doubt."""
    changed, other = extract_while(change)
    assert changed["file"]["changed"].startswith(f"while it was read: {said}")
    assert "digest" not in changed["file"]
    section = changed["sections"]["mock"]
    assert (section["status"], section["code"]) == ("partial", "MX514")
    assert section["reason"].startswith(f"the file changed while it was read: {said}")
    assert section["data"]["word"] == "old"
    assert other["file"]["digest"].startswith("blake3:")
    assert "changed" not in other["file"]
    assert other["sections"]["mock"]["status"] == "ok"


def test_f47_a_change_is_noticed_though_the_extractor_crashes_after_it(extract_while: Any) -> None:
    """Nobody but the host is left to say so."""
    changed, other = extract_while(append, {"do": "abort"})
    assert changed["sections"]["mock"]["status"] == "crashed"
    assert changed["file"]["changed"].startswith("while it was read: its size went from")
    assert "digest" not in changed["file"]
    assert other["sections"]["mock"]["status"] == "ok"
