"""The scratch folder is empty for each run and gone in the end."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from metaextract_core.workers.scratch import Scratch


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    monkeypatch.setenv("TMPDIR", os.environ.get("TMPDIR", "/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())
    monkeypatch.chdir(tmp_path)  # back again when the test is over
    return Scratch(str(tmp_path / "scratch"))


def test_temporary_files_go_there(scratch: Scratch) -> None:
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == scratch.folder


def test_whatever_was_left_is_deleted_and_links_are_not_followed(
    scratch: Scratch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    (scratch.folder / "deep" / "deeper").mkdir(parents=True)
    (scratch.folder / "file").write_text("x")
    (scratch.folder / "link").symlink_to(kept)
    scratch.empty()
    assert list(scratch.folder.iterdir()) == []
    assert (kept / "file").read_text() == "x"


def test_it_belongs_to_its_owner_alone_and_can_be_removed(scratch: Scratch) -> None:
    assert scratch.folder.stat().st_mode & 0o777 == 0o700
    scratch.remove()
    assert not scratch.folder.exists()


def test_what_is_written_to_a_relative_path_lies_around_it_and_is_found(scratch: Scratch) -> None:
    """Not in the folder in which the user works."""
    (scratch.folder / "mine").touch()
    Path("left.txt").touch()
    Path("deep").mkdir()
    Path("deep", "file").touch()
    assert Path("left.txt").resolve().parent == scratch.folder.resolve().parent
    assert scratch.strangers() == ["deep", "left.txt"]
    assert scratch.strangers() == []
    assert [path.name for path in scratch.folder.iterdir()] == ["mine"]
    scratch.remove()
    assert not scratch.folder.parent.exists()
