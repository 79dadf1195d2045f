"""Exif's basics, real and hostile."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from metaextract_pillow.exif import iso_time, read_exif, thumbnail

from .conftest import camera_exif, encode

GPS = ExifTags.GPS


def facts(exif: Image.Exif) -> tuple[dict[str, Any], list[str]]:
    """What is read from `exif` after it was written and parsed, and the warnings."""
    parsed = Image.Exif()
    parsed.load(exif.tobytes())
    warnings: list[str] = []
    return read_exif(parsed, warnings.append), warnings


def test_a_camera_with_a_receiver() -> None:
    data, warnings = facts(camera_exif())
    assert data == {
        "Make": "Canon",
        "Model": "EOS R5",
        "Artist": "Zoë",
        "LensModel": "RF50mm F1.8 STM",
        "Orientation": 6,
        "ExposureTime": {"val": "1/125", "num": pytest.approx(0.008)},
        "FNumber": pytest.approx(2.8),
        "PhotographicSensitivity": 400,
        "FocalLength": 50.0,
        "ColorSpace": "sRGB",
        "DateTimeOriginal": "2024-05-01T12:00:00.25+02:00",
        "GPSLatitude": -33.8569,
        "GPSLongitude": 151.2153,
        "GPSAltitude": -12.5,
        "GPSDateTime": "2024-05-01T10:00:01.500000+00:00",
    }
    assert warnings == []


@pytest.mark.parametrize(
    ("moment", "subsecond", "offset", "expected"),
    [
        ("2024:05:01 12:00:00", "", "", "2024-05-01T12:00:00"),
        ("2024:05:01 12:00:00", "007", "", "2024-05-01T12:00:00.007"),
        ("2024:05:01 12:00:00", "junk", "Z", "2024-05-01T12:00:00"),
        ("2024:05:01 12:00:00", "", "-03:30", "2024-05-01T12:00:00-03:30"),
        ("9999:12:31 23:59:59", "", "", "9999-12-31T23:59:59"),
        ("2016:12:31 23:59:60", "", "", "2016:12:31 23:59:60"),
        ("0000:00:00 00:00:00", "", "", "0000:00:00 00:00:00"),
        ("2024:13:01 12:00:00", "5", "+01:00", "2024:13:01 12:00:00"),
        ("    :  :     :  :", "", "", "    :  :     :  :"),
        ("yesterday", "", "", "yesterday"),
    ],
)
def test_f48_a_time_is_iso_or_as_the_file_wrote_it(
    moment: str, subsecond: str, offset: str, expected: str
) -> None:
    """F48: the raw text is kept where it is no time; a leap second has no ISO form in Python."""
    assert iso_time(moment, subsecond, offset) == expected


@pytest.mark.parametrize(
    ("latitude", "reference"),
    [
        ((91.0, 0.0, 0.0), "N"),
        ((IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0)), "N"),
        ((10.0, 0.0, 0.0), "X"),
        ((10.0, 0.0, 0.0), ""),
        ((10.0, 0.0, 0.0, 0.0), "N"),
    ],
)
def test_a_position_that_is_none_is_left_out_and_said_so(
    latitude: tuple[Any, ...], reference: str
) -> None:
    """Zero degrees north would be a place; a missing hemisphere would double the globe."""
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps.update({GPS.GPSLatitude: latitude, GPS.GPSLatitudeRef: reference})
    data, warnings = facts(exif)
    assert "GPSLatitude" not in data
    assert [warning for warning in warnings if "GPSLatitude is left out" in warning]


@pytest.mark.parametrize("clock", [(25.0, 0.0, 0.0), (1.0, 2.0), (IFDRational(0, 0), 1.0, 1.0)])
def test_a_satellite_time_that_is_none_is_left_out(clock: tuple[Any, ...]) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps.update({GPS.GPSDateStamp: "2024:05:01", GPS.GPSTimeStamp: clock})
    assert "GPSDateTime" not in facts(exif)[0]


def test_numbers_that_are_none_are_left_out() -> None:
    """0/0 is what cameras write for a manual lens."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.FNumber: IFDRational(0, 0), ExifTags.Base.FocalLength: IFDRational(1, 0)}
    )
    assert facts(exif)[0] == {}


def test_text_ends_at_its_nul() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "X100\0garbage"
    assert facts(exif)[0] == {"Model": "X100"}


def preview_exif(content: bytes, length: int) -> tuple[Image.Exif, bytes]:
    """Exif with a preview behind its first directory, as cameras write it."""
    ifd0 = b"II*\0\x08\0\0\0" + b"\0\0" + (14).to_bytes(4, "little")
    entries = [(0x0201, 44), (0x0202, length)]
    ifd1 = len(entries).to_bytes(2, "little")
    for tag, value in entries:
        ifd1 += tag.to_bytes(2, "little") + b"\4\0\1\0\0\0" + value.to_bytes(4, "little")
    ifd1 += bytes(4)
    blob = b"Exif\0\0" + ifd0 + ifd1
    blob = b"Exif\0\0" + (ifd0 + ifd1).ljust(44, b"\0") + content
    exif = Image.Exif()
    exif.load(blob)
    return exif, blob


def test_the_preview_has_bytes_and_a_size() -> None:
    content = encode(Image.new("RGB", (16, 12)), "JPEG")
    exif, blob = preview_exif(content, len(content))
    assert thumbnail(exif, blob) == {
        "ThumbnailLength": len(content),
        "ThumbnailWidth": 16,
        "ThumbnailHeight": 12,
    }


def test_a_preview_that_is_cut_off_has_the_bytes_that_are_there() -> None:
    exif, blob = preview_exif(b"\xff\xd8\xff\xe0\0\x10", 50_000)
    assert thumbnail(exif, blob) == {"ThumbnailLength": 6}


def test_bytes_that_are_no_jpeg_are_no_preview() -> None:
    exif, blob = preview_exif(b"something else", 14)
    assert thumbnail(exif, blob) == {}


def test_no_exif_at_all() -> None:
    with Image.open(io.BytesIO(encode(Image.new("L", (1, 1)), "PNG"))) as image:
        assert read_exif(Image.Image.getexif(image), print) == {}
