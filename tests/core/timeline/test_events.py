"""Every time of a record is an event, with its zone and what speaks for it."""

from __future__ import annotations

import pytest
from tests.core.timeline.making import record

from metaextract_core.timeline.events import FIELDS_OF_EVENTS, Said, events


def test_each_moment_of_a_field_is_one_event_in_its_finest_form() -> None:
    times = ["2024-05-01T12:00:00", "2024-05-01T12:00:00.25+02:00", "2024-05-01", "2023-01-01"]
    found = [placed.event for placed in events(record(capture__time=times))]
    assert [(one.time, one.sources) for one in found] == [
        ("2024-05-01T12:00:00.25+02:00", [Said("exiftool", f"T{n}") for n in range(3)]),
        ("2023-01-01", [Said("exiftool", "T3")]),
    ]
    assert [one.zone for one in found] == ["stated", "unknown"]
    assert found[0].at == "2024-05-01T10:00:00.250000Z"
    assert found[1].at == "2023-01-01T00:00:00"


def test_the_satellites_tell_the_zone_of_the_camera() -> None:
    one = record(capture__time="2024-05-01T17:47:03", gps__time="2024-05-01T12:00:00Z")
    found = {placed.event.field: placed.event for placed in events(one)}
    assert found["capture.time"].zone == "inferred"
    assert found["capture.time"].at == "2024-05-01T12:02:03Z"
    assert found["gps.time"].zone == "utc"


@pytest.mark.parametrize(
    ("taken", "satellites"),
    [
        ("2024-05-01T17:52:00", "2024-05-01T12:00:00Z"),  # seven minutes beside any zone
        ("2024-05-02T12:00:00", "2024-05-01T12:00:00Z"),  # no zone is a day from UTC
        ("2024-05-01T17:45", "2024-05-01T12:00:00Z"),
        ("2024-05-01T17:45:00", "2024-05-01"),
    ],
)
def test_what_no_zone_explains_tells_none(taken: str, satellites: str) -> None:
    found = {
        placed.event.field: placed.event
        for placed in events(record(capture__time=taken, gps__time=satellites))
    }
    assert found["capture.time"].zone == "unknown"


def test_confidence_is_the_share_of_checks_that_hold() -> None:
    best = events(record(capture__time=["2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"]))[0].event
    assert (best.confidence, best.lacks) == (1.0, [])
    worst = events(record(file__modified=["2024", "2023"]))[0].event
    assert worst.confidence == len(worst.holds) / (len(worst.holds) + len(worst.lacks)) == 0.2
    assert worst.holds == ["its zone is known"]


def test_a_birthday_is_no_event_of_a_file() -> None:
    assert events(record(medical__patient_birth="1950-01-01")) == []
    assert "capture.time" in FIELDS_OF_EVENTS
