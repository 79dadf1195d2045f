"""What commands that ask the catalogue have in common."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.catalogue.filters import EVERYTHING, And, Compare
from metaextract_core.cli import asking


def test_the_words_of_a_command_line_are_one_filter() -> None:
    assert asking.parsed([]) == EVERYTHING
    assert asking.parsed(["camera.make", "=", "Canon", "and image.width = 1"]) == And(
        (Compare("camera.make", "=", "Canon"), Compare("image.width", "=", 1))
    )


def test_json_shows_what_is_no_unicode_as_records_do(capsys: pytest.CaptureFixture[str]) -> None:
    asking.write_json([{"path": "/a\udcff", "number": 1}, ("x", None)])
    assert json.loads(capsys.readouterr().out) == [{"path": "/a\ufffd", "number": 1}, ["x", None]]


def test_cells_cannot_fool_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    asking.show(("one", "two"), [("[bold]x", "a\x1b[31m\u202e")])
    shown = capsys.readouterr().out
    assert "[bold]x" in shown
    assert "a\\x1b[31m\\u202e" in shown


@given(st.lists(st.integers(1, 120), min_size=1, max_size=6), st.integers(40, 200))
def test_columns_fit_and_the_last_never_becomes_a_thread(widths: list[int], room: int) -> None:
    fitted = asking._fitted(widths, room)
    assert sum(fitted) <= room
    assert all(new <= old for new, old in zip(fitted, widths, strict=True))
    assert fitted[-1] >= min(widths[-1], 2 * room // 5)
    if sum(widths) <= room:
        assert fitted == widths
