"""A task's file is read only while it is the file that the host has seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from blake3 import blake3

from metaextract_core.workers.messages import FileTask
from metaextract_core.workers.tasks import Unreadable, digest_of, open_task


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"some content")
    return path


@pytest.fixture
def task(file: Path) -> FileTask:
    status = file.stat()
    return FileTask(
        index=0,
        path=os.fsencode(file),
        media_type="text/plain",
        device=status.st_dev,
        inode=status.st_ino,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        extractors=[],
    )


def test_the_digest_is_that_of_the_whole_content(task: FileTask) -> None:
    view = open_task(task)
    assert digest_of(view) == f"blake3:{blake3(b'some content').hexdigest()}"
    os.close(view.fileno())


def test_whoever_digests_tells_how_far_he_is(task: FileTask) -> None:
    view = open_task(task)
    told: list[tuple[int, int]] = []
    digest_of(view, lambda *numbers: told.append(numbers))
    assert told == [(12, 12)]
    os.close(view.fileno())


def test_a_file_that_is_gone_says_so(task: FileTask, file: Path) -> None:
    file.unlink()
    with pytest.raises(Unreadable, match="cannot be read: No such file or directory"):
        open_task(task)


def test_another_file_in_its_place_is_not_read(task: FileTask, file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(b"some content")
    other.replace(file)
    with pytest.raises(Unreadable, match="another file took its place"):
        open_task(task)


def test_a_link_in_its_place_is_refused(task: FileTask, file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(Unreadable, match="refused: it is a symbolic link"):
        open_task(task)


def test_a_view_that_cannot_be_read_is_closed(task: FileTask) -> None:
    """A folder can be opened but not read: the nearest thing to a disk that fails."""
    view = open_task(task)
    folder = os.open(".", os.O_RDONLY)
    os.dup2(folder, view.fileno())
    os.close(folder)
    with pytest.raises(Unreadable, match="cannot be read: Is a directory"):
        digest_of(view)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(view.fileno())
