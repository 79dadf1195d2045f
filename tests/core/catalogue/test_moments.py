"""Times as the wall showed them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.catalogue.moments import wall_clock


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("2024", dt.datetime(2024, 1, 1)),
        ("2024-05", dt.datetime(2024, 5, 1)),
        ("2024-05-02", dt.datetime(2024, 5, 2)),
        ("2024-05-02T12:30", dt.datetime(2024, 5, 2, 12, 30)),
        ("2024-05-02T12:30:59.1234567+02:00", dt.datetime(2024, 5, 2, 12, 30, 59, 123456)),
        ("2024-05-02T23:30:00Z", dt.datetime(2024, 5, 2, 23, 30)),
    ],
)
def test_a_time_is_its_first_moment_whatever_its_zone(time: str, moment: dt.datetime) -> None:
    assert wall_clock(time) == moment


@pytest.mark.parametrize("time", ["", "yesterday", "2024-13", "2023-02-29", "2024-05-02T25:00"])
def test_what_is_no_time_is_none(time: str) -> None:
    assert wall_clock(time) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    found = wall_clock(text)
    assert found is None or found.tzinfo is None
