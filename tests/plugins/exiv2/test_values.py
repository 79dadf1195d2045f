"""Values of exiv2 become bounded, clean and equal to ExifTool's."""

from __future__ import annotations

from typing import Any

import exiv2  # type: ignore[import-untyped]  # exiv2 has no types
import pytest

from metaextract_exiv2 import values


def exif(key: str, value: Any) -> Any:
    datum = exiv2.Exifdatum(exiv2.ExifKey(key))
    datum.setValue(value)
    return datum


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        (" spaces \0behind", "spaces"),
        ("Zürich", "Zürich"),
        ("Z\udcfcrich", "Zürich"),
        ("x" * 5000, "x" * 4096),
    ],
    ids=["plain", "end", "utf-8", "latin-1", "long"],
)
def test_texts_are_clean(raw: str, text: str) -> None:
    assert values.clean(raw) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [("1/180", 0.005555555556), ("50/1", 50), ("28/10", 2.8), ("1/0", None), ("0/5", 0)],
)
def test_rationals_have_ten_digits(value: str, number: float | None) -> None:
    assert values.number_of(exif("Exif.Photo.ExposureTime", value)) == number


def test_a_number_that_is_not_there_is_none() -> None:
    assert values.number_of(exif("Exif.Photo.ExposureTime", "1/2"), 3) is None


def test_apex_becomes_seconds_and_f_numbers() -> None:
    """Some cameras write the lowest number of all for none."""
    assert values.seconds_of(exif("Exif.Photo.ShutterSpeedValue", "6/1")) == 1 / 64
    assert values.f_number_of(exif("Exif.Photo.ApertureValue", "3/1")) == 2.82842712474619
    assert values.seconds_of(exif("Exif.Photo.ShutterSpeedValue", "-2147483648/1")) is None


def test_the_encoding_of_a_comment_is_not_part_of_it() -> None:
    datum = exif("Exif.Photo.UserComment", "charset=Ascii a boat")
    assert values.comment_of(datum) == "a boat"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("2024:05:01 12:00:00", None, None), "2024-05-01T12:00:00"),
        (("2024:05:01 12:00:00", "25", "+02:00"), "2024-05-01T12:00:00.25+02:00"),
        (("2024:05:01 12:00:00", "x", "Z"), "2024-05-01T12:00:00"),
        (("    :  :     :  :  ", "1", None), "    :  :     :  :  "),
    ],
)
def test_times(parts: tuple[str, str | None, str | None], expected: str) -> None:
    assert values.iso_time(*parts) == expected


@pytest.mark.parametrize(
    ("value", "side", "angle"),
    [
        ("54/1 5938/100 0/1", "N", 54.9896666666667),
        ("54/1 5938/100 0/1", "s", -54.9896666666667),
        ("54/1 0/0 0/1", "N", None),
        ("91/1 0/1 0/1", "N", None),
        ("54/1 0/1 0/1", "E", None),
        ("54/1 0/1 0/1", "", None),
        ("54/1 0/1 0/1", None, None),
    ],
)
def test_angles(value: str, side: str | None, angle: float | None) -> None:
    assert values.degrees_of(exif("Exif.GPSInfo.GPSLatitude", value), side, "NS", 90) == angle


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2016:09:28", "17/1 17/1 5865/100", "2016-09-28T17:17:58.65Z"),
        ("2016:09:28", "7/1 0/1 8/1", "2016-09-28T07:00:08Z"),
        ("2016:09:28", "25/1 0/1 0/1", None),
        ("2016:09:28", "7/1 0/0 0/1", None),
        (None, "7/1 0/1 0/1", None),
    ],
)
def test_satellite_times(day: str | None, clock: str, expected: str | None) -> None:
    assert values.satellite_time(day, exif("Exif.GPSInfo.GPSTimeStamp", clock)) == expected


def test_what_is_far_too_long_is_not_looked_at() -> None:
    assert values.text_of(exif("Exif.Image.Make", "x" * (values.MAX_BYTES + 1))) is None


def xmp(key: str, value: Any) -> Any:
    datum = exiv2.Xmpdatum(exiv2.XmpKey(key))
    datum.setValue(value)
    return datum


def test_xmp_gives_texts_the_default_language_and_lists() -> None:
    assert values.xmp_of(xmp("Xmp.photoshop.City", "Bern")) == "Bern"
    titles = exiv2.LangAltValue({"de": "See", "x-default": "Lake"})
    assert values.xmp_of(xmp("Xmp.dc.title", titles)) == "Lake"
    assert values.xmp_of(xmp("Xmp.dc.title", exiv2.LangAltValue({"de": "See"}))) == "See"
    array = exiv2.XmpArrayValue(["a, b", " ", "c"], exiv2.TypeId.xmpBag)
    assert values.xmp_of(xmp("Xmp.dc.subject", array)) == ["a, b", "c"]


def test_lists_are_cut() -> None:
    array = exiv2.XmpArrayValue(["x"] * 1500, exiv2.TypeId.xmpBag)
    kept = values.xmp_of(xmp("Xmp.dc.subject", array))
    assert kept is not None
    assert len(kept) == values.MAX_ITEMS
