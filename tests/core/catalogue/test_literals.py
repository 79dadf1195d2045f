"""Values mean what the type and the unit of their field make of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.catalogue.filters import MAX_TEXT, Moment, definition
from metaextract_core.catalogue.literals import degrees, metres, moment, read
from metaextract_core.fields import FIELDS


def value(field: str, written: str) -> Any:
    found = definition(field)
    assert found is not None
    return read(written, found)


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("capture.iso", "800", 800),
        ("image.orientation", "+6", 6),
        ("image.width", "4000px", 4000),
        ("image.width", "4000 pixel", 4000),
        ("file.size", "10", 10),
        ("file.size", "10B", 10),
        ("file.size", "9223372036854775807", (1 << 63) - 1),
        ("file.size", "1.1kB", 1100),
        ("file.size", "1.5 MB", 1_500_000),
        ("file.size", "2gb", 2_000_000_000),
        ("file.size", "1TB", 1_000_000_000_000),
        ("file.size", "1KiB", 1024),
        ("file.size", "0.5 MiB", 524_288),
        ("file.size", "1GiB", 1_073_741_824),
        ("place.distance", "2km", 2000),
        ("capture.f_number", "2.8", 2.8),
        ("capture.exposure_time", "1/250", 0.004),
        ("capture.exposure_time", "1/250 s", 0.004),
        ("capture.exposure_time", "4ms", 0.004),
        ("media.duration", "1.5min", 90.0),
        ("media.duration", "2h", 7200.0),
        ("capture.focal_length", "24mm", 24.0),
        ("capture.subject_distance", "150 cm", 1.5),
        ("capture.subject_distance", "15mm", 0.015),
        ("gps.altitude", "-12.5m", -12.5),
        ("gps.latitude", "-33.8", -33.8),
        ("gps.latitude", "47 degree", 47.0),
        ("audio.sample_rate", "44.1kHz", 44100.0),
        ("media.bit_rate", "1.5Mbps", 1_500_000.0),
        ("media.bit_rate", "320 kbps", 320_000.0),
        ("media.duration", "1e3", 1000.0),
        ("media.duration", ".5", 0.5),
        ("document.encrypted", "yes", True),
        ("document.encrypted", "TRUE", True),
        ("document.encrypted", "No", False),
        ("document.encrypted", "false", False),
        ("camera.make", "1/250", "1/250"),
        ("document.keywords", "a b", "a b"),
        ("document.title", "x" * (MAX_TEXT + 1), "x" * MAX_TEXT),
    ],
)
def test_a_value_has_the_type_and_the_unit_of_its_field(
    field: str, written: str, expected: Any
) -> None:
    found = value(field, written)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("field", "written", "reason"),
    [
        ("capture.iso", "fast", "capture.iso is a number, such as"),
        ("capture.iso", "1.5", "capture.iso is a whole number"),
        ("capture.iso", "1/3", "capture.iso is a whole number"),
        ("capture.iso", "800 px", "capture.iso has no unit px: it has none"),
        ("file.size", "10 km", "file.size has no unit km: it may have B, kB, MB"),
        ("file.size", str(1 << 63), "too large"),
        ("media.duration", "1e99", "too large"),
        ("media.duration", "1e999", "has no unit e999"),
        ("media.duration", "9" * 5000, "is a number, such as"),
        ("media.duration", "1/0", "divided by 0"),
        ("media.duration", "nan", "is a number, such as"),
        ("media.duration", "\u0661", "is a number, such as"),
        ("media.duration", "", "is a number, such as"),
        ("document.encrypted", "1", "document.encrypted is yes or no"),
        ("capture.time", "May 2024", "a time is written as 2024, 2024-05"),
    ],
)
def test_a_value_that_means_nothing_says_what_would(field: str, written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        value(field, written)


@pytest.mark.parametrize("field", FIELDS.values(), ids=str)
def test_the_unit_that_the_page_of_fields_names_may_be_written(field: Any) -> None:
    if field.unit is not None:
        assert read(f"12 {field.unit}", field) == 12


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2024", "2024-01-01T00:00:00.000000", "2025-01-01T00:00:00.000000"),
        ("9998", "9998-01-01T00:00:00.000000", "9999-01-01T00:00:00.000000"),
        ("0850", "0850-01-01T00:00:00.000000", "0851-01-01T00:00:00.000000"),
        ("2024-05", "2024-05-01T00:00:00.000000", "2024-06-01T00:00:00.000000"),
        ("2024-12", "2024-12-01T00:00:00.000000", "2025-01-01T00:00:00.000000"),
        ("2024-02-28", "2024-02-28T00:00:00.000000", "2024-02-29T00:00:00.000000"),
        ("2024-02-29", "2024-02-29T00:00:00.000000", "2024-03-01T00:00:00.000000"),
        ("2024-05-01T23", "2024-05-01T23:00:00.000000", "2024-05-02T00:00:00.000000"),
        ("2024-05-01 12:59", "2024-05-01T12:59:00.000000", "2024-05-01T13:00:00.000000"),
        ("2024-05-01t12:30:15", "2024-05-01T12:30:15.000000", "2024-05-01T12:30:16.000000"),
        ("2024-05-01T12:30:15.9", "2024-05-01T12:30:15.900000", "2024-05-01T12:30:16.000000"),
        ("2024-05-01T12:30:15.12", "2024-05-01T12:30:15.120000", "2024-05-01T12:30:15.130000"),
        ("2024-05-01T12:30:15.123456", "2024-05-01T12:30:15.123456", "2024-05-01T12:30:15.123457"),
    ],
)
def test_a_time_is_as_long_as_it_is_fine(written: str, start: str, end: str) -> None:
    assert moment(written) == Moment(start, end)


LAST = dt.datetime.fromisoformat("9998-12-31")


@given(st.datetimes(max_value=LAST), st.sampled_from((4, 7, 10, 13, 16, 19)))
def test_the_end_of_a_time_is_the_first_moment_that_is_written_otherwise(
    time: dt.datetime, length: int
) -> None:
    written = time.isoformat()[:length]
    found = moment(written)
    last = dt.datetime.fromisoformat(found.end) - dt.timedelta(microseconds=1)
    assert last.isoformat().startswith(written)
    assert found.start.startswith(written)
    assert not found.end.startswith(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("0000", "a year is from 0001 to 9998"),
        ("9999", "a year is from 0001 to 9998"),
        ("2023-02-29", "no such day"),
        ("2024-13", "no such day"),
        ("2024-00", "no such day"),
        ("2024-05-00", "no such day"),
        ("2024-05-01T24:00", "no such time of day"),
        ("2024-05-01T12:00:60", "no such time of day"),
        ("2024-05-01T12:00Z", "as the clock on the wall showed them"),
        ("2024-05-01T12:00:00+02:00", "as the clock on the wall showed them"),
        ("2024-05-01T12:00:00.5 -0330", "as the clock on the wall showed them"),
        ("2024-05-01T12:00:00.1234567", "a time is written as"),
        ("2024:05:01", "a time is written as"),
        ("24-05-01", "a time is written as"),
        ("", "a time is written as"),
    ],
)
def test_what_is_no_time_says_why(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        moment(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2km", 2000.0),
        ("500 m", 500.0),
        ("1.5 mi", 2414.016),
        ("1MI", 1609.344),
        ("1nmi", 1852.0),
        ("1/2 km", 500.0),
        ("20100km", 20_100_000.0),
    ],
)
def test_distances_are_in_metres(written: str, expected: float) -> None:
    assert metres(written) == expected


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2", "a distance needs a unit: m, km, mi or nmi"),
        ("2 ft", "a distance has no unit ft"),
        ("0km", "more than 0 and at most 20,100 km"),
        ("-1km", "more than 0 and at most 20,100 km"),
        ("20100.1km", "more than 0 and at most 20,100 km"),
        ("far", "a distance is a number"),
    ],
)
def test_what_is_no_distance_says_why(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        metres(written)


def test_degrees_have_a_limit() -> None:
    assert degrees("-90", "latitude", 90) == -90.0
    for written in ("90.1", "-91", "47N", "47 m"):
        with pytest.raises(ValueError, match="a latitude is a number from -90 to 90"):
            degrees(written, "latitude", 90)
    with pytest.raises(ValueError, match="a longitude is a number"):
        degrees("east", "longitude", 180)
