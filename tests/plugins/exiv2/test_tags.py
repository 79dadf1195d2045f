"""Which tags come out, and what they become where several belong together."""

from __future__ import annotations

import exiv2  # type: ignore[import-untyped]  # exiv2 has no types
import pytest

from metaextract_exiv2.tags import exif_facts, iptc_facts, xmp_facts

from .conftest import CAMERA


def exif(tags: dict[str, str]) -> exiv2.ExifData:
    data = exiv2.ExifData()
    for key, value in tags.items():
        data[key] = value
    return data


def test_what_a_camera_writes() -> None:
    assert exif_facts(exif(CAMERA)) == {
        "Exif.Image.Make": "Helvetia Optik",
        "Exif.Image.Orientation": 6,
        "Exif.Photo.DateTimeOriginal": "2024-05-01T12:00:00.25+02:00",
        "Exif.Photo.ExposureTime": 0.005555555556,
        "Exif.Photo.Flash": "Off, Did not fire",
        "Exif.Photo.MeteringMode": "Multi-segment",
        "Exif.Photo.MaxApertureValue": 2.82842712474619,
        "Exif.GPSInfo.GPSLatitude": -33.8569,
        "Exif.GPSInfo.GPSAltitude": -12.5,
        "Exif.GPSInfo.GPSTimeStamp": "2024-05-01T10:00:01.5Z",
    }


def test_tags_that_speak_of_no_field_are_left_out() -> None:
    assert exif_facts(exif({"Exif.Photo.ExifVersion": "48 50 51 50"})) == {}


def test_apex_counts_only_where_the_plain_value_is_missing() -> None:
    apex = {"Exif.Photo.ShutterSpeedValue": "6/1"}
    assert exif_facts(exif(apex)) == {"Exif.Photo.ShutterSpeedValue": 1 / 64}
    both = apex | {"Exif.Photo.ExposureTime": "1/60"}
    assert exif_facts(exif(both)) == {"Exif.Photo.ExposureTime": 0.01666666667}


@pytest.mark.parametrize(("unit", "expected"), [("2", 100), ("3", 254.0), ("1", None)])
def test_resolutions_are_per_inch(unit: str, expected: float | None) -> None:
    tags = {"Exif.Image.XResolution": "100/1", "Exif.Image.ResolutionUnit": unit}
    assert exif_facts(exif(tags)).get("Exif.Image.XResolution") == expected


@pytest.mark.parametrize(
    ("model", "serial"),
    [
        ("Canon EOS 20D", "0000500292"),
        ("Canon EOS-1D Mark III", "500292"),
        ("Canon EOS D30", "000700292"[:4] + "41540"),
    ],
)
def test_a_serial_number_has_as_many_digits_as_on_the_camera(model: str, serial: str) -> None:
    tags = {"Exif.Image.Model": model, "Exif.Canon.SerialNumber": "500292"}
    assert exif_facts(exif(tags))["Exif.Canon.SerialNumber"] == serial


@pytest.mark.parametrize(
    ("number", "name"), [("4 21", "Cosina AF 100-300mm F5.6-6.7"), ("9 9", None), ("1", None)]
)
def test_a_lens_that_exiv2_knows_has_its_name(number: str, name: str | None) -> None:
    """What it does not know it prints as a number, which is no name."""
    tags = {"Exif.Image.Make": "PENTAX", "Exif.Pentax.LensType": number}
    assert exif_facts(exif(tags)).get("LensName") == name


def test_the_name_that_stands_in_exif_goes_before_the_type_of_the_lens() -> None:
    tags = {"Exif.Pentax.LensType": "4 21", "Exif.Photo.LensModel": "EF50mm"}
    found = exif_facts(exif(tags))
    assert (found["Exif.Photo.LensModel"], found.get("LensName")) == ("EF50mm", None)


def iptc(*pairs: tuple[str, str]) -> exiv2.IptcData:
    data = exiv2.IptcData()
    for name, value in pairs:
        datum = exiv2.Iptcdatum(exiv2.IptcKey(f"Iptc.Application2.{name}"))
        datum.setValue(value)
        data.add(datum)
    return data


def test_iptc_gives_lists_and_dates_with_their_times() -> None:
    found = iptc_facts(
        iptc(
            ("Keywords", "lake"),
            ("Keywords", "boat"),
            ("City", "Bern"),
            ("DateCreated", "2024-05-01"),
            ("TimeCreated", "12:00:00+02:00"),
            ("Writer", "nobody asks"),
        )
    )
    assert found == {
        "Iptc.Application2.Keywords": ["lake", "boat"],
        "Iptc.Application2.City": "Bern",
        "Iptc.Application2.DateCreated": "2024-05-01T12:00:00+02:00",
    }


def test_xmp_gives_what_speaks_of_a_field() -> None:
    data = exiv2.XmpData()
    data["Xmp.photoshop.City"] = "Bern"
    data["Xmp.photoshop.Urgency"] = "8"
    assert xmp_facts(data) == {"Xmp.photoshop.City": "Bern"}
