"""Tags without their groups speak of a field where that is clear, and of none where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Section
from metaextract_core.ungrouped import Mergers

DESCRIPTOR = Descriptor(
    id="exiftool",
    target="x:X",
    distribution="x",
    distribution_version="1",
    crosswalk={
        "File:ImageWidth": "image.width",
        "IFD0:ImageWidth": "image.width",
        "ExifIFD:DateTimeOriginal": "capture.time",
        "ExifIFD:CreateDate": "capture.digitized",
        "ExifIFD:Flash": "capture.flash",
        "XMP-xmp:CreateDate": "document.created",
        "PDF:CreateDate": "document.created",
        "Matroska:DateTimeOriginal": "document.created",
        "IFD0:Compression": "image.compression",
        "XMP-dc:Creator": "rights.creator",
        "PDF:Creator": "provenance.software",
        "IFD0:Make": "camera.make",
        "*:Make": "camera.make",
        "System:FilePermissions": "file.permissions",
    },
)


def fields(
    tags: dict[str, Any], media_type: str | None = None, *, converted: bool = True
) -> dict[str, Any]:
    data = {tag: {"val": value, "num": None} for tag, value in tags.items()}
    merger = Mergers(DESCRIPTOR).of(data, media_type, converted=converted)
    merged = merger.merge({"exiftool": Section(status="ok", data=data)})
    return {name: field.value for name, field in merged.fields.items()}


@pytest.mark.parametrize(
    ("tag", "value", "field"),
    [
        ("ImageWidth", 640, "image.width"),
        ("Make", "Canon", "camera.make"),
        ("EXIF:Make", "Canon", "camera.make"),
        ("EXIF:CreateDate", "2024-05-01", "capture.digitized"),
        ("XMP:CreateDate", "2024-05-01", "document.created"),
        ("IFD0:Make", "Canon", "camera.make"),
        ("MakerNotes:Make", "Canon", "camera.make"),
    ],
)
def test_a_name_that_means_one_field_counts(tag: str, value: Any, field: str) -> None:
    assert fields({tag: value}) == {field: value}


@pytest.mark.parametrize("tag", ["CreateDate", "DateTimeOriginal", "Creator", "Nothing"])
def test_a_name_that_means_several_fields_or_none_does_not(tag: str) -> None:
    assert fields({tag: "2024-05-01"}) == {}


def test_what_a_kind_of_file_cannot_hold_makes_names_clear() -> None:
    told = {"DateTimeOriginal": "2024-05-01", "CreateDate": "2024-05-02", "Creator": "Ann"}
    assert fields(told, "image/jpeg") == {"capture.time": "2024-05-01", "rights.creator": ["Ann"]}
    assert fields(told, "application/pdf") == {"document.created": "2024-05-02"}, (
        "an author of XMP or a program of PDF"
    )


def test_a_name_that_thumbnails_have_as_well_never_counts() -> None:
    assert fields({"Compression": "JPEG", "EXIF:Compression": "JPEG"}, "image/jpeg") == {}
    assert fields({"IFD0:Compression": "LZW"}) == {"image.compression": "LZW"}


def test_where_groups_of_family_1_are_there_nothing_else_counts() -> None:
    told = {"System:FilePermissions": "-rw", "XMP:CreateDate": "2024-05-01", "Make": "Canon"}
    assert fields(told) == {"file.permissions": "-rw"}


def test_codes_that_were_not_converted_are_no_texts() -> None:
    told = {"Flash": 16, "System:FilePermissions": 100644, "IFD0:Make": "Canon"}
    assert fields(told, converted=False) == {"camera.make": "Canon"}
    assert "file.permissions" in fields(told)
