"""Every way to change a file is noticed, and reading it is none (F47)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.workers.changes import Stamp, change_since


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    os.replace(other, path)


def rewrite_in_secret(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"C" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def link(path: Path) -> None:
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was last changed long ago: clocks of file systems tick slowly."""
    path = tmp_path / "file"
    path.write_bytes(b"content")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.write_bytes(b"contenT"), "it was written to"),
        (lambda path: path.write_bytes(b"more than before"), "its size went from 7 to 16 bytes"),
        (lambda path: os.truncate(path, 3), "its size went from 7 to 3 bytes"),
        (replace, "another file took its place"),
        (link, "another file took its place"),
        (os.unlink, "it is gone"),
    ],
)
def test_f47_a_change_is_noticed(path: Path, change: Callable[[Path], object], said: str) -> None:
    before = Stamp.of(path.stat())
    change(path)
    assert change_since(before, os.fsencode(path)) == said


def test_f47_a_time_that_was_set_back_hides_nothing(path: Path) -> None:
    before = Stamp.of(path.stat())._replace(changed_ns=1_000_000_000)
    rewrite_in_secret(path)
    assert Stamp.of(path.stat()).modified_ns == before.modified_ns
    assert change_since(before, os.fsencode(path)) == (
        "its content or its status, such as its permissions, changed"
    )


def test_f47_reading_is_no_change(path: Path) -> None:
    before = Stamp.of(path.stat())
    assert path.read_bytes() == b"content"
    assert change_since(before, os.fsencode(path)) is None
    assert change_since(before._replace(changed_ns=0), os.fsencode(path)) is None
