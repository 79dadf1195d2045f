"""A second run over the same files says the same, without asking anybody."""

from __future__ import annotations

import copy
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

CommandLine = Any
SAMPLES = Path(__file__).parents[2] / "samples"
VOLATILE = {"System:FileAccessDate", "System:FileInodeChangeDate", "Accessed", "Changed"}
UNCACHED = {"unavailable", "failed", "timeout", "memory", "crashed", "refused"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    shutil.copytree(SAMPLES, folder, ignore=shutil.ignore_patterns("*.py", "*.md"))
    newest = max(path.stat().st_ctime_ns for path in folder.rglob("*"))
    while time.time_ns() - newest < 2_100_000_000:  # until a change would show in their times
        time.sleep(0.05)
    return folder


@pytest.fixture
def program(command_line: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line with a cache of this test's own."""
    other = copy.copy(command_line)
    other.environment = {
        **command_line.environment,
        "METAEXTRACT_CONFIG": os.devnull,
        "METAEXTRACT_CACHE_DIR": str(tmp_path / "cache"),
    }
    return other


def _said(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what each run has of its own."""
    sections = {
        name: {
            key: {tag: item for tag, item in value.items() if tag not in VOLATILE}
            if key == "data"
            else value
            for key, value in section.items()
            if key not in ("cached", "duration_ms")
        }
        for name, section in record["sections"].items()
    }
    return {**record, "sections": sections, "sandbox": None}


@pytest.mark.parametrize("profile", ["fast", "standard", "deep"])
def test_records_are_equal_with_and_without_the_cache(
    program: Any, files: Path, profile: str
) -> None:
    _, fresh = program.extract("--profile", profile, "--no-cache", files)
    _, first = program.extract("--profile", profile, files)
    _, second = program.extract("--profile", profile, files)
    _, alone = program.extract("--profile", profile, "--jobs", "1", files)
    assert [_said(record) for record in first] == [_said(record) for record in fresh]
    assert [_said(record) for record in second] == [_said(record) for record in fresh]
    assert [_said(record) for record in alone] == [_said(record) for record in fresh]
    for record in second:
        for name, section in record["sections"].items():
            final = section["status"] not in UNCACHED
            assert section.get("cached", False) is final, (record["file"]["name"], name)
    assert not any(s.get("cached") for record in fresh for s in record["sections"].values())


def test_f47_a_file_that_was_changed_is_read_again(program: Any, files: Path) -> None:
    path = files / "changed.txt"
    for text, crc in (("one\n", "f817a89f"), ("two\n", "96170874")):
        path.write_text(text)
        os.utime(path, ns=(1, 1))
        _, (record,) = program.extract(path)
        assert record["sections"]["digests"]["data"]["CRC32"] == crc


def test_a_cache_that_cannot_be_written_costs_no_result(
    program: Any, files: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    done = program.run("extract", "--format", "jsonl", files)
    assert len(done.stdout.splitlines()) > 10
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"the cache cannot be used" in done.stderr
    assert all(json.loads(line)["sections"] for line in done.stdout.splitlines())
