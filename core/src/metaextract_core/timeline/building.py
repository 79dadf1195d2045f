"""Timelines of many files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from metaextract_core.record import Record
from metaextract_core.timeline.anomalies import Anomaly, anomalies
from metaextract_core.timeline.events import ACTIVITY, Event, Placed, events

GAP: Final = dt.timedelta(hours=24)
SUSPICIOUS: Final = dt.timedelta(hours=168)


class Gap(Struct, kw_only=True):
    """A time of more than 24 hours in which nothing was done.

    Attributes:
        start: the last event before it, as `Event.at`.
        end: the first after it.
        hours: between them.
        suspicious: it is longer than 168 hours.
        certain: it is longer than 24 hours whatever the zones may be that nobody said.
    """

    start: str
    end: str
    hours: float
    suspicious: bool
    certain: bool


class Timeline(Struct, kw_only=True):
    """What happened when.

    Attributes:
        events: sorted by `Event.at`, then by path and field.
        first: of the events of `events.ACTIVITY`: what somebody did; None if there is none.
        last: of these.
        gaps: between these.
        anomalies: in the order of the records.
        undated: paths of files that say no time but those of the file system.
    """

    events: list[Event]
    first: Event | None
    last: Event | None
    gaps: list[Gap]
    anomalies: list[Anomaly]
    undated: list[str]


def timeline(records: Iterable[Record], now: dt.datetime) -> Timeline:
    """The timeline of records.

    Args:
        records: of any files.
        now: the time in UTC, without a zone; what is later is an anomaly.
    """
    found: list[Placed] = []
    wrong: list[Anomaly] = []
    undated: list[str] = []
    for record in records:
        of_record = events(record)
        found += of_record
        wrong += anomalies(record, of_record, now)
        if all(placed.event.field.startswith("file.") for placed in of_record):
            undated.append(record.file.path)
    found.sort(key=lambda one: (one.span.at, one.event.path, one.event.field))
    activity = [placed for placed in found if placed.event.field in ACTIVITY]
    return Timeline(
        events=[placed.event for placed in found],
        first=activity[0].event if activity else None,
        last=activity[-1].event if activity else None,
        gaps=_gaps(activity),
        anomalies=wrong,
        undated=undated,
    )


def _gaps(activity: Sequence[Placed]) -> list[Gap]:
    return [
        Gap(
            start=one.event.at,
            end=other.event.at,
            hours=round((other.span.at - one.span.at) / dt.timedelta(hours=1), 1),
            suspicious=other.span.at - one.span.at > SUSPICIOUS,
            certain=_least(one, other) > GAP,
        )
        for one, other in pairwise(activity)
        if other.span.at - one.span.at > GAP
    ]


def _least(one: Placed, other: Placed) -> dt.timedelta:
    """The shortest time that may lie between two events; of one clock, if neither has a zone."""
    if one.span.offset is None and other.span.offset is None:
        return other.span.start - one.span.end
    return other.span.earliest - one.span.latest
