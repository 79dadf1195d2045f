"""Fault F48: dates that are none, through the real program.

A photograph and a DICOM object carry each of them; what was written stays in the section, the field
is absent, and the record says why.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from tests.integration.formats import dicom, element

CommandLine = Any

NO_DATES = {
    "0000:00:00 00:00:00": "the year 0 stands for no date",
    "9999:12:31 23:59:59": "the year 9999 stands for no date",
    "2016:12:31 23:59:60": "second 60, a leap second, has no place in most programs' dates",
    "2023:02:29 12:00:00": "there is no such day",
    "2024:05:01 25:00:00": "there is no such time of day",
    "a while ago, I think": "it has no known form of a date",
}
DATES = {
    ("2024:05:01 12:00:00", "", ""): "2024-05-01T12:00:00",
    ("2024:05:01 12:00:00", "123456", ""): "2024-05-01T12:00:00.123456",
    ("2024:05:01 12:00:00", "5", "+05:45"): "2024-05-01T12:00:00.5+05:45",
}
"""Time, sub-seconds and zone as the file has them -> what the field says: no zone is made up."""


def photograph(time: str, fraction: str = "", zone: str = "") -> bytes:
    exif = Image.Exif()
    directory = exif.get_ifd(ExifTags.IFD.Exif)
    directory[ExifTags.Base.DateTimeOriginal] = time
    if fraction:
        directory[ExifTags.Base.SubsecTimeOriginal] = fraction
    if zone:
        directory[ExifTags.Base.OffsetTimeOriginal] = zone
    stream = io.BytesIO()
    Image.new("RGB", (16, 16)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def kept(value: Any) -> Any:
    """A value as its extractor has it: of ExifTool's pair what a person reads."""
    return value["val"] if isinstance(value, dict) else value


@pytest.mark.parametrize("profile", ["fast", "standard"])
def test_f48_a_date_that_is_none_gives_no_value_but_a_reason(
    command_line: CommandLine, tmp_path: Path, profile: str
) -> None:
    for number, time in enumerate(NO_DATES):
        (tmp_path / f"{number}.jpg").write_bytes(photograph(time))
    _, records = command_line.extract("--profile", profile, tmp_path)
    for record, (time, reason) in zip(records, NO_DATES.items(), strict=True):
        assert "capture.time" not in record["fields"], time
        unread = [value for value in record["unread"] if value["field"] == "capture.time"]
        assert {value["reason"] for value in unread} == {reason}, time
        # In the profile fast exiv2 reads photographs where it is installed.
        assert {"pillow", "exiv2"} & {value["extractor"] for value in unread}
        for value in unread:
            section = record["sections"][value["extractor"]]
            assert kept(section["data"][value["tag"]]) == value["raw"]
        # These two write what looks like a time in ISO 8601, digit for digit.
        iso = time.replace(":", "-", 2).replace(" ", "T")
        assert {value["raw"] for value in unread} <= {time, iso}


def test_f48_a_time_is_as_fine_as_it_was_and_has_no_zone_made_up(
    command_line: CommandLine, tmp_path: Path
) -> None:
    for number, parts in enumerate(DATES):
        (tmp_path / f"{number}.jpg").write_bytes(photograph(*parts))
    _, records = command_line.extract("--profile", "fast", tmp_path)
    times = [record["fields"]["capture.time"]["value"] for record in records]
    assert times == list(DATES.values())
    assert all(record["unread"] == [] for record in records)


def test_f48_a_dicom_date_that_is_none_says_so_too(
    command_line: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(
        dicom(
            element(0x08, 0x20, "DA", b"20230229")
            + element(0x08, 0x22, "DA", b"someday ")
            + element(0x10, 0x10, "PN", b"Doe^Jane")
            + element(0x10, 0x30, "DA", b"00000000")
        )
    )
    _, (record,) = command_line.extract("--only", "dicom", path)
    reasons = {value["field"]: value["reason"] for value in record["unread"]}
    assert reasons == {
        "medical.study_time": "there is no such day",
        "capture.time": "it has no known form of a date",
        "medical.patient_birth": "the year 0 stands for no date",
    }
    assert record["sections"]["dicom"]["data"]["PatientBirthDate"] == "00000000"
    assert not record["fields"].keys() & reasons.keys()


def test_f48_a_person_sees_them_with_everything_else(
    command_line: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(photograph("0000:00:00 00:00:00"))
    done = command_line.run("extract", "--profile", "fast", "--all", tmp_path)
    assert "the year 0 stands for no date" in " ".join(done.stdout.decode().split())
    brief = command_line.run("extract", "--profile", "fast", tmp_path)
    assert b"year 0" not in brief.stdout
