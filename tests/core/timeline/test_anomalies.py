"""Each rule has times that break it and times that a zone explains."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.core.timeline.making import record

from metaextract_core.record import Unread
from metaextract_core.timeline.anomalies import anomalies
from metaextract_core.timeline.events import events

NOW = dt.datetime(2026, 1, 1, 12)


def kinds(**values: str) -> list[str]:
    one = record(**values)
    return [found.kind for found in anomalies(one, events(one), NOW)]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("future", {"capture__time": "2026-01-03"}),
        ("future", {"capture__time": "2026-01-01T12:00:01Z"}),
        ("before_camera", {"capture__time": "2014-12-31", "camera__model": "Canon EOS R"}),
        ("before_satellites", {"gps__time": "1980-01-05T00:00:00Z"}),
        (
            "modified_before_created",
            {
                "document__created": "2024-05-01T12:00:01",
                "document__modified": "2024-05-01T12:00:00",
            },
        ),
        (
            "digitized_before_captured",
            {"capture__time": "2024-05-02", "capture__digitized": "2024-05-01"},
        ),
        (
            "satellites_disagree",
            {"capture__time": "2024-05-03T12:00:00", "gps__time": "2024-05-01T12:00:00Z"},
        ),
        (
            "satellites_disagree",
            {"capture__time": "2024-05-01T12:00:00+02:00", "gps__time": "2024-05-01T12:00:00Z"},
        ),
        (
            "file_before_content",
            {"file__modified": "2024-05-01T00:00:00Z", "capture__time": "2024-05-02T00:00:00"}
            | {"capture__time": "2024-05-03T00:00:00"},
        ),
        (
            "file_before_content",
            {"file__modified": "2024-05-01T00:00:00Z", "document__created": "2024-06"},
        ),
    ],
)
def test_what_cannot_be_is_found(kind: str, values: dict[str, str]) -> None:
    assert kinds(**values) == [kind]


@pytest.mark.parametrize(
    "values",
    [
        {"capture__time": "2026-01-02T01:00:00"},  # it is so late already farther east
        {"capture__time": "2026"},
        {"capture__time": "2017-06-01", "camera__model": "Canon EOS R"},
        {"capture__time": "1950-01-01", "camera__model": "nobody knows it"},
        {"document__created": "2024-05-01T12:00:00", "document__modified": "2024-05-01"},
        {"document__created": "2024-05-01T12:00:00", "document__modified": "2024-05-01T11:00:00Z"},
        {"capture__time": "1950", "capture__digitized": "2024-05-01"},
        {"capture__time": "2024-05-02T01:00:00", "gps__time": "2024-05-01T12:00:00Z"},
        {"capture__time": "2024-05-01T12:30:00Z", "gps__time": "2024-05-01T12:00:00Z"},
        {"file__modified": "2024-05-01T00:00:00Z", "capture__time": "2024-05-01T12:00:00"},
    ],
)
def test_what_a_zone_or_a_coarse_time_explains_is_none(values: dict[str, str]) -> None:
    assert kinds(**values) == []


def test_the_times_that_contradict_each_other_are_named() -> None:
    one = record(
        "/x.pdf", document__created="2024-05-02", document__modified="2024-05-01", file__name="x"
    )
    (found,) = anomalies(one, events(one), NOW)
    assert found.path == "/x.pdf"
    assert found.times == {"document.modified": "2024-05-01", "document.created": "2024-05-02"}


def test_a_clock_that_nobody_set_is_one() -> None:
    one = record()
    for reason in ("1904-01-01T00:00:00 is what a clock at zero reads", "it is left blank"):
        one.unread.append(
            Unread(
                field="document.created", extractor="exiftool", tag="A:B", raw="0", reason=reason
            )
        )
    (found,) = anomalies(one, [], NOW)
    assert (found.kind, found.times) == ("unset_clock", {"document.created": "0"})
