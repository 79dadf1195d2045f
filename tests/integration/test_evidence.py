"""Fault F50: whoever reads an original leaves it as it was, through the real program."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CommandLine = Any

SAMPLES = Path(__file__).parents[2] / "samples"
EXTRACTORS = [
    *("digests", "dicom", "exiftool", "exiv2", "filesystem", "hachoir", "imagehash", "pillow"),
]


class State(NamedTuple):
    """What could betray that somebody was here; times in nanoseconds."""

    size: int
    inode: int
    mode: int
    accessed: int
    modified: int
    changed: int


def state(path: Path) -> State:
    status = path.stat()
    return State(
        status.st_size,
        status.st_ino,
        status.st_mode,
        status.st_atime_ns,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


@pytest.fixture
def originals(tmp_path: Path) -> list[Path]:
    """Files for each extractor, last read before they were last written.

    So any ordinary reading moves their time of access, even where the file system keeps it only
    roughly (``relatime`` of mount(8)).
    """
    contents = {path.name: path.read_bytes() for path in SAMPLES.iterdir() if path.is_file()}
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive:
        archive.add(SAMPLES / "letter.docx", "letter.docx")
    contents["tape.tar"] = tape.getvalue()
    folder = tmp_path / "originals"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1_000_000_000, 1_500_000_000))
    return sorted(folder.iterdir())


def digests(paths: list[Path]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def run(command_line: CommandLine, originals: list[Path], *options: str) -> list[dict[str, Any]]:
    """The records, once the originals are known to be what they were."""
    before = [state(path) for path in originals]
    names = [path.name for path in originals]
    status, records = command_line.extract(*options, originals[0].parent)
    assert [state(path) for path in originals] == before
    assert sorted(os.listdir(originals[0].parent)) == names
    assert status == 0
    found: list[dict[str, Any]] = records
    return found


def test_this_file_system_would_betray_a_reader(originals: list[Path]) -> None:
    before = state(originals[0])
    originals[0].read_bytes()
    if state(originals[0]).accessed == before.accessed:
        pytest.skip("times of access are not kept here: the tests below prove less")


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_f50_an_extractor_leaves_the_originals_as_they_were(
    command_line: CommandLine, originals: list[Path], extractor: str
) -> None:
    """ExifTool opens the files itself, and is told to leave the time of access alone as well."""
    if extractor == "exiftool" and not shutil.which("exiftool"):
        pytest.skip("ExifTool is not installed")
    paths = {path.name: path for path in originals}
    expected = digests([SAMPLES / name for name in paths if name != "tape.tar"])
    records = run(command_line, originals, "--only", extractor)
    statuses = [
        record["sections"][extractor]["status"]
        for record in records
        if extractor in record["sections"]
    ]
    assert "ok" in statuses
    assert digests([path for name, path in paths.items() if name != "tape.tar"]) == expected


@pytest.mark.parametrize("profile", ["fast", "standard", "deep"])
def test_f50_a_profile_leaves_the_originals_as_they_were(
    command_line: CommandLine, originals: list[Path], profile: str
) -> None:
    before = {path.name: SAMPLES / path.name for path in originals if path.name != "tape.tar"}
    records = run(command_line, originals, "--profile", profile)
    assert {name for record in records for name in record["sections"]} >= {"pillow", "filesystem"}
    assert digests([originals[0].parent / name for name in before]) == digests([*before.values()])
