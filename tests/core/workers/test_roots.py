"""What a run reads from, as far as it is known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from metaextract_core.workers.roots import MAX_ROOTS, Roots


def identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.touch()
    return path


def test_what_is_named_is_known_before_it_is_read(file: Path) -> None:
    roots = Roots([file, file.parent])
    assert roots.known() == {
        identity(file): os.fsencode(file),
        identity(file.parent): os.fsencode(file.parent),
    }


def test_a_file_that_was_named_is_its_own_root(file: Path) -> None:
    root = Roots([file]).of(None, os.fsencode(file), identity(file))
    assert root == (identity(file), os.fsencode(file))


def test_a_file_of_a_folder_has_the_folder_for_its_root(file: Path) -> None:
    root = Roots([file.parent]).of(str(file.parent), os.fsencode(file), identity(file))
    assert root == (identity(file.parent), os.fsencode(file.parent))


def test_of_a_stream_the_folder_of_each_file_is_the_root(file: Path) -> None:
    roots = Roots(iter([file]))
    assert roots.known() == {}
    root = roots.of(None, os.fsencode(file), identity(file))
    assert root == (identity(file.parent), os.fsencode(file.parent))
    assert roots.known() == dict([root])


def test_more_paths_than_can_be_remembered_count_as_a_stream(file: Path) -> None:
    root = Roots([file] * (MAX_ROOTS + 1)).of(None, os.fsencode(file), identity(file))
    assert root[0] == identity(file.parent)


def test_a_relative_path_is_known_by_its_absolute_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent.parent)
    assert [*Roots(["folder"]).known().values()] == [os.fsencode(file.parent)]


def test_the_oldest_are_forgotten(file: Path) -> None:
    roots = Roots([])
    for number in range(MAX_ROOTS + 1):
        roots.of(None, b"/x", (1, number))
    assert len(roots.known()) == MAX_ROOTS
    assert (1, 0) not in roots.known()


def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    roots = Roots(iter(()))
    assert roots.of(None, os.fsencode(tmp_path / "none" / "file"), (1, 2)) == ((0, 0), b"")
    assert roots.known() == {}
