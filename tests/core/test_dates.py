"""Dates of every form become ISO 8601, and what is none says why (F48)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaextract_core.dates import iso_8601, same_moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024:05:01 12:00:00", "2024-05-01T12:00:00"),
        ("2024:05:01 12:00:00.123+02:00", "2024-05-01T12:00:00.123+02:00"),
        ("2024:05:01 12:00", "2024-05-01T12:00"),
        ("2024:05:01", "2024-05-01"),
        ("2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"),
        ("2024-05-01T12:00:00.000000001Z", "2024-05-01T12:00:00.000000001Z"),
        ("2024-05-01 12:00:00 -0330", "2024-05-01T12:00:00-03:30"),
        ("2024-05", "2024-05"),
        ("1999", "1999"),
        (1999, "1999"),
        ("D:20240501120000+02'00'", "2024-05-01T12:00:00+02:00"),
        ("D:20240501120000+02'00", "2024-05-01T12:00:00+02:00"),
        ("D:20240501120000Z00'00'", "2024-05-01T12:00:00Z"),
        ("D:199812", "1998-12"),
        ("20240501", "2024-05-01"),
        ("20240501120000.000000+0200", "2024-05-01T12:00:00.000000+02:00"),
        ("2024.05.01", "2024-05-01"),
        (" 2024:05:01 12:00:00\0", "2024-05-01T12:00:00"),
        (dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC), "2024-05-01T12:00:00+00:00"),
        (dt.date(2024, 5, 1), "2024-05-01"),
    ],
)
def test_dates_of_every_form_become_iso_8601_as_fine_as_they_were(
    value: Any, expected: str
) -> None:
    assert iso_8601(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0000:00:00 00:00:00", "the year 0 stands for no date"),
        ("0000-01-01T00:00:00", "the year 0 stands for no date"),
        ("9999:12:31 23:59:59", "the year 9999 stands for no date"),
        ("0001-01-01T00:00:00Z", "the year 1 stands for no date"),
        ("1601:01:01 00:00:00Z", "1601-01-01T00:00:00 is what a clock at zero reads"),
        ("1904:01:01 00:00:00", "1904-01-01T00:00:00 is what a clock at zero reads"),
        ("    :  :     :  :  ", "it is left blank"),
        ("", "it is left blank"),
        ("2024:00:00", "there is no such day"),
        ("2024:13:01", "there is no such day"),
        ("2024:05:00", "there is no such day"),
        ("2023-02-29", "there is no such day"),
        ("2024:05:01 24:00:00", "there is no such time of day"),
        ("2024:05:01 12:60:00", "there is no such time of day"),
        ("2024:05:01 12:00:61", "there is no such time of day"),
        (
            "2016-12-31T23:59:60Z",
            "second 60, a leap second, has no place in most programs' dates",
        ),
        ("2024-05-01T12:00:00+15:00", "no place on Earth has the zone +15:00"),
        ("2024-05-01T12:00:00+01:60", "no place on Earth has the zone +01:60"),
        ("2024-05-01T12:00:00." + "1" * 13, "it has no known form of a date"),
        ("yesterday", "it has no known form of a date"),
        (12, "it has no known form of a date"),
        (20240501, "it has no known form of a date"),
        (True, "it has no known form of a date"),
        (None, "it has no known form of a date"),
        ([], "it has no known form of a date"),
        ("2024" * 100, "it has no known form of a date"),
    ],
)
def test_f48_what_is_no_date_says_why(value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        iso_8601(value)


@pytest.mark.parametrize("fraction", ["5", "123456789", "000000000001"])
def test_f48_sub_seconds_and_a_missing_zone_stay_as_they_were(fraction: str) -> None:
    """A finer time is not rounded, and a local time is given no zone that it did not have."""
    assert iso_8601(f"2024:05:01 12:00:00.{fraction}") == f"2024-05-01T12:00:00.{fraction}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2024", "2024-05-01", True),
        ("2024-05", "2024-06-01", False),
        ("2024-05-01T12:00:00", "2024-05-01T12:00:00.5+02:00", True),
        ("2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00Z", True),
        ("2024-05-01T12:00:00+02:00", "2024-05-01T12:00:00Z", False),
    ],
)
def test_two_moments_agree_as_far_as_both_go(one: str, other: str, same: bool) -> None:
    assert same_moment(one, other) is same_moment(other, one) is same


@settings(deadline=None)
@given(st.datetimes().filter(lambda moment: 1 < moment.year < 9999))
def test_every_time_survives_being_written_in_each_form(moment: dt.datetime) -> None:
    expected = moment.isoformat(timespec="microseconds")
    if expected.startswith(("1601-01-01T00:00:00", "1904-01-01T00:00:00")):
        return
    year = f"{moment.year:04}"
    forms = ("%%s:%m:%d %H:%M:%S.%f", "%%s%m%d%H%M%S.%f", "D:%%s%m%d%H%M%S.%f")
    for form in forms:
        assert iso_8601(moment.strftime(form) % year) == expected
