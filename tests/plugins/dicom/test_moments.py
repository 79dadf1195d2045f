"""Dates and times joined from two elements."""

from __future__ import annotations

import pytest

from metaextract_dicom.moments import moments


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"StudyDate": "20040119", "StudyTime": "072730.25"}, "2004-01-19T07:27:30.25"),
        ({"StudyDate": "20040119", "StudyTime": "0727"}, "2004-01-19T07:27:00"),
        ({"StudyDate": "2004.01.19", "StudyTime": "07:27:30"}, "2004-01-19T07:27:30"),
        ({"StudyDate": "20040119", "StudyTime": "nonsense"}, "2004-01-19"),
        ({"StudyDate": "20040119"}, "2004-01-19"),
        (
            {"StudyDate": "20040119", "StudyTime": "07", "TimezoneOffsetFromUTC": "+0100"},
            "2004-01-19T07:00:00+01:00",
        ),
    ],
)
def test_date_and_time_become_one_moment(data: dict[str, str], expected: str) -> None:
    """The old forms of ACR-NEMA, with dots and colons, are read too (PS3.5 section 6.2)."""
    assert moments(data) == {"StudyDateTimeISO": expected}


@pytest.mark.parametrize("date", [None, "", " ", ["20040119", "20040120"]])
def test_without_a_date_there_is_no_moment(date: object) -> None:
    """A time alone is not a point in time."""
    assert moments({"StudyDate": date, "StudyTime": "072730"}) == {}


@pytest.mark.parametrize("date", ["2004", "99", "today"])
def test_f48_a_date_that_is_none_stays_as_it_was_written(date: str) -> None:
    """So that whoever looks for the moment finds what stands in its place."""
    assert moments({"StudyDate": date, "StudyTime": "072730"}) == {"StudyDateTimeISO": date}


def test_one_element_with_both_is_preferred() -> None:
    """It has its own offset from UTC."""
    data = {
        "AcquisitionDateTime": "20240501120000.5+0200",
        "AcquisitionDate": "19990101",
        "TimezoneOffsetFromUTC": "-0500",
    }
    assert moments(data) == {"AcquisitionDateTimeISO": "2024-05-01T12:00:00.5+02:00"}
