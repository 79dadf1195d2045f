"""Spans hold every moment that a time may stand for, and no others."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.timeline.spans import Span, span

HOUR = dt.timedelta(hours=1)
TIMES = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2040, 1, 1))
ZONES = st.integers(-48, 56).map(lambda quarters: quarters * dt.timedelta(minutes=15))


@pytest.mark.parametrize(
    ("time", "length", "precision"),
    [
        ("2024", dt.timedelta(days=366), "year"),
        ("2023-02", dt.timedelta(days=28), "month"),
        ("2023-12", dt.timedelta(days=31), "month"),
        ("2024-05-01", dt.timedelta(days=1), "day"),
        ("2024-05-01T12:00", dt.timedelta(minutes=1), "minute"),
        ("2024-05-01T12:00:00", dt.timedelta(seconds=1), "second"),
        ("2024-05-01T12:00:00.25", dt.timedelta(milliseconds=10), "subsecond"),
        ("2024-05-01T12:00:00.123456789Z", dt.timedelta(microseconds=1), "subsecond"),
    ],
)
def test_a_time_is_as_long_as_it_is_coarse(time: str, length: dt.timedelta, precision: str) -> None:
    found = span(time)
    assert found is not None
    assert (found.end - found.start, found.precision) == (length, precision)


def test_a_zone_that_was_said_counts_before_one_that_was_not() -> None:
    found = span("2024-05-01T12:00:00-03:30", 5 * HOUR)
    assert found is not None
    assert found.at == dt.datetime(2024, 5, 1, 15, 30) == found.earliest
    unsaid = span("2024-05-01T12:00:00", 2 * HOUR)
    assert unsaid is not None
    assert unsaid.at == dt.datetime(2024, 5, 1, 10)


@given(TIMES, ZONES)
def test_without_a_zone_every_zone_is_within(time: dt.datetime, zone: dt.timedelta) -> None:
    found = span(time.isoformat(timespec="seconds"))
    assert found is not None
    instant = time.replace(microsecond=0) - zone
    assert found.earliest <= instant < found.latest


@given(TIMES, st.none() | ZONES, TIMES, st.none() | ZONES)
def test_nothing_is_before_what_is_before_it(
    one: dt.datetime, zone: dt.timedelta | None, other: dt.datetime, other_zone: dt.timedelta | None
) -> None:
    second = dt.timedelta(seconds=1)
    first = Span(one, one + second, zone, "second")
    last = Span(other, other + second, other_zone, "second")
    assert not (first.before(last) and last.before(first))
    assert not first.before(first)


def test_what_zones_may_explain_is_not_before() -> None:
    def at(time: str) -> Span:
        found = span(time)
        assert found is not None
        return found

    assert at("2024-05-01T10:00:00").before(at("2024-05-01T10:00:01"))
    assert not at("2024-05-01T10:00:00").before(at("2024-05-01T20:00:00Z"))
    assert not at("2024-05-01T10:00:00Z").before(at("2024-05-01T23:00:00"))
    assert at("2024-05-01T10:00:00").before(at("2024-05-02T10:00:00Z"))
    assert not at("2024-05").before(at("2024-05-31"))


@given(st.text())
def test_what_is_no_time_is_none(text: str) -> None:
    found = span(text)
    assert found is None or found.start < found.end


def test_the_last_year_has_no_end_that_can_be_said() -> None:
    assert span("9999") is None
    assert span("9999-12-31") is None
