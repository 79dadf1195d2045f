"""A file appears under its name when it is complete, and not before."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from metaextract_core.whole import is_special, whole


def write(path: Path, text: str) -> None:
    with whole(str(path)) as partial:
        Path(partial).write_text(text)
        assert partial == f"{os.path.realpath(path)}.part"
        assert not path.is_file() or path.read_text() == "old"


def test_what_is_complete_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, "old")
    write(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["out"]


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("out")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "out").read_text() == "new"


def test_where_the_block_raises_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with contextlib.suppress(KeyError), whole(str(path)) as partial:
        Path(partial).write_text("half")
        raise KeyError
    assert path.read_text() == "old"
    assert Path(partial).read_text() == "half"


def test_a_device_is_written_to_as_it_is() -> None:
    assert is_special("/dev/null")
    with whole("/dev/null") as partial:
        assert partial == "/dev/null"
    assert Path("/dev/null").is_char_device()


def test_what_is_not_there_and_what_is_a_file_are_not_special(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not is_special(str(tmp_path / "file"))
    assert not is_special(str(tmp_path / "nothing"))
