"""A timeline is sorted, and gaps are where nothing was done."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.core.timeline.making import record

from metaextract_core.timeline.building import GAP, SUSPICIOUS, timeline

NOW = dt.datetime(2026, 1, 1)
START = dt.datetime(2024, 5, 1)


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=12))
def test_gaps_are_the_long_pauses_between_events(hours: list[int]) -> None:
    given_ = [
        record(f"/{n}", capture__time=f"{(START + dt.timedelta(hours=hour)).isoformat()}Z")
        for n, hour in enumerate(hours)
    ]
    found = timeline(given_, NOW)
    ordered = sorted(hours)
    pauses = [later - earlier for earlier, later in pairwise(ordered)]
    assert [event.at for event in found.events] == sorted(event.at for event in found.events)
    assert [gap.hours for gap in found.gaps] == [pause for pause in pauses if pause > 24]
    assert [gap.suspicious for gap in found.gaps] == [pause > 168 for pause in pauses if pause > 24]
    assert (found.first, found.last) == (found.events[0], found.events[-1])


def test_exactly_a_day_is_no_gap() -> None:
    assert (dt.timedelta(days=1), dt.timedelta(days=7)) == (GAP, SUSPICIOUS)
    two = [record("/1", capture__time="2024-05-01T00:00:00Z")]
    two.append(record("/2", capture__time="2024-05-02T00:00:00Z"))
    assert timeline(two, NOW).gaps == []
    two[1] = record("/2", capture__time="2024-05-02T00:00:01Z")
    assert [gap.certain for gap in timeline(two, NOW).gaps] == [False]  # a second is cut off
    two[1] = record("/2", capture__time="2024-05-02T00:00:05Z")
    assert [gap.certain for gap in timeline(two, NOW).gaps] == [True]


def test_a_gap_that_zones_may_explain_is_not_certain() -> None:
    two = [record("/1", capture__time="2024-05-01T00:00:00Z")]
    two.append(record("/2", capture__time="2024-05-02T10:00:00"))
    (gap,) = timeline(two, NOW).gaps
    assert (gap.hours, gap.certain) == (34.0, False)


def test_times_of_the_file_system_are_events_but_make_no_gap_and_no_date() -> None:
    found = timeline(
        [
            record(
                "/1", capture__time="2024-05-01T00:00:00Z", file__modified="2024-07-01T00:00:00Z"
            ),
            record("/2", file__modified="2024-09-01T00:00:00Z"),
        ],
        NOW,
    )
    assert [event.field for event in found.events] == ["capture.time"] + ["file.modified"] * 2
    assert found.gaps == []
    assert found.undated == ["/2"]
    assert found.last is not None
    assert found.last.field == "capture.time"


def test_of_nothing_there_is_nothing() -> None:
    found = timeline([], NOW)
    assert (found.events, found.first, found.last, found.gaps) == ([], None, None, [])
