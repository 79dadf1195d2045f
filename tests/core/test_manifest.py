"""What a batch has finished is known exactly, whenever it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.manifest import Done, Manifest

Open = Callable[[], Manifest]


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def open_(tmp_path: Path, faults: list[str]) -> Open:
    return lambda: Manifest(tmp_path / "batches" / "one.sqlite", faults.append)


def keep(manifest: Manifest, *paths: bytes, offset: int = 10) -> None:
    for path in paths:
        manifest.add(path, offset, failed=path == b"b")
    manifest.commit("plan")
    manifest.close()


def test_what_was_committed_is_found_and_nothing_else(open_: Open) -> None:
    keep(open_(), b"b", b"b\xff")
    later = open_()
    assert later.resume() == Done("plan", 10, 2, 1)
    assert [later.finished(path) for path in (b"b", b"b\xff", b"c")] == [True, True, False]
    later.close()


def test_a_path_that_is_named_twice_is_finished_as_often_as_it_was(open_: Open) -> None:
    keep(open_(), b"a", b"a", b"b")
    for _ in range(2):
        later = open_()
        later.resume()
        assert [later.finished(b"a") for _ in range(3)] == [True, True, False]
        assert [later.finished(b"b") for _ in range(2)] == [True, False]
        later.close()


def test_a_resumed_batch_adds_to_what_there_was(open_: Open) -> None:
    keep(open_(), b"a")
    keep(open_(), b"b", b"a", offset=30)
    later = open_()
    assert later.resume() == Done("plan", 30, 3, 1)
    assert [later.finished(b"a") for _ in range(3)] == [True, True, False]
    assert later.finished(b"b")
    later.close()


def test_what_was_not_committed_is_not_finished(open_: Open) -> None:
    keep(open_(), b"a")
    killed = open_()
    killed.add(b"b", 20, failed=False)
    killed.close()
    later = open_()
    later.resume()
    assert not later.finished(b"b")
    later.close()


def test_it_is_time_to_commit_before_too_many_wait(open_: Open) -> None:
    manifest = open_()
    for number in range(5000):
        manifest.add(b"%d" % number, number, failed=False)
    due = [manifest.due]
    manifest.commit("plan")
    due.append(manifest.due)
    assert due == [True, False]
    manifest.close()


def test_a_batch_without_finished_files_leaves_no_file(open_: Open, tmp_path: Path) -> None:
    manifest = open_()
    assert manifest.resume() is None
    assert not manifest.finished(b"a")
    manifest.commit("plan")
    manifest.remove()
    assert list(tmp_path.rglob("*.sqlite*")) == []


def test_removed_nothing_is_left(open_: Open, tmp_path: Path) -> None:
    manifest = open_()
    manifest.add(b"a", 10, failed=False)
    manifest.commit("plan")
    manifest.remove()
    assert open_().resume() is None
    assert list(tmp_path.rglob("*.sqlite*")) == []


def test_where_no_state_can_be_kept_that_is_said_once_and_nothing_is_noted_any_more(
    open_: Open, tmp_path: Path, faults: list[str]
) -> None:
    """Else the files of the lost portion would be read, and written, twice."""
    (tmp_path / "batches").write_text("a file is in the way")
    manifest = open_()
    manifest.add(b"a", 10, failed=False)
    manifest.commit("plan")
    (tmp_path / "batches").unlink()
    manifest.add(b"b", 20, failed=False)
    manifest.commit("plan")
    (fault,) = faults
    assert "the state of this batch cannot be used" in fault
    assert open_().resume() is None
