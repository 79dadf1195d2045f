"""One file, many processes: never half made, never lost to a fault that could be helped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.embedded import EmbeddedFile

Make = Callable[..., EmbeddedFile]
COUNT = "SELECT count(*) FROM thing"


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def make(tmp_path: Path, faults: list[str]) -> Make:
    def make(*, format_: int = 1, keep_open: bool = True) -> EmbeddedFile:
        return EmbeddedFile(
            tmp_path / "folder" / "things.sqlite",
            schema="CREATE TABLE thing (name TEXT);",
            format_=format_,
            what="the things",
            on_fault=faults.append,
            keep_open=keep_open,
        )

    return make


def add(file: EmbeddedFile, name: str) -> int | None:
    def action(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO thing VALUES (?)", (name,))
        (count,) = connection.execute(COUNT).fetchone()
        return int(count)

    return file.do("BEGIN IMMEDIATE", action)


@pytest.mark.parametrize("keep_open", [True, False])
def test_it_is_made_at_the_first_use_for_its_user_alone(
    make: Make, tmp_path: Path, *, keep_open: bool
) -> None:
    file = make(keep_open=keep_open)
    assert file.exists is False
    assert [add(file, name) for name in "abc"] == [1, 2, 3]
    assert (tmp_path / "folder" / "things.sqlite").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    file.close()
    assert add(file, "d") == 4  # it opens again
    file.close()


def test_whoever_comes_after_the_end_leaves_nothing_open(make: Make, tmp_path: Path) -> None:
    file = make(keep_open=True)
    add(file, "a")
    file.close()
    assert add(file, "late") == 2
    held = [os.readlink(f"/proc/self/fd/{fd}") for fd in _descriptors()]
    assert not [name for name in held if name.startswith(str(tmp_path))]


def _descriptors() -> list[str]:
    return [name for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]


def test_what_raises_is_undone(make: Make) -> None:
    file = make()
    add(file, "a")

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO thing VALUES ('b')")
        raise KeyError

    with pytest.raises(KeyError):
        file.do("BEGIN IMMEDIATE", broken)
    assert add(file, "c") == 2
    file.close()


def test_a_file_that_was_replaced_is_noticed(make: Make, tmp_path: Path) -> None:
    """A connection that is kept would go on with the old one, which nobody else sees."""
    mine, other = make(), make()
    add(mine, "a")
    os.unlink(tmp_path / "folder" / "things.sqlite")
    assert add(other, "b") == 1
    assert add(mine, "c") == 2
    mine.close()
    other.close()


def test_a_later_format_is_left_alone_and_said_once(make: Make, faults: list[str]) -> None:
    later, earlier = make(format_=2), make(format_=1)
    add(later, "a")
    assert add(earlier, "b") is None
    assert add(earlier, "c") is None
    assert add(later, "d") == 2
    (fault,) = faults
    assert "the things cannot be used: a newer version of this program" in fault
    later.close()
    earlier.close()


def test_an_earlier_format_is_set_aside_and_is_no_damage(make: Make, faults: list[str]) -> None:
    earlier, later = make(format_=1), make(format_=2)
    add(earlier, "a")
    assert add(later, "b") == 1
    (fault,) = faults
    assert "an older version; set aside as things.damaged, begun afresh" in fault
    later.close()
    earlier.close()


def test_a_damaged_file_is_set_aside_and_begun_afresh(
    make: Make, tmp_path: Path, faults: list[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "things.sqlite").write_bytes(b"no database at all")
    file = make()
    assert add(file, "a") == 1
    assert (tmp_path / "folder" / "things.damaged").read_bytes() == b"no database at all"
    (fault,) = faults
    assert "set aside as things.damaged, begun afresh" in fault
    file.close()
