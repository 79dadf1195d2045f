"""Anomalies: times of one file that cannot all be true.

Each holds whatever the zones may be that nobody said: what could be explained by a zone is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import UNSET, Struct

from metaextract_core.record import Record
from metaextract_core.timeline.cameras import ANNOUNCED
from metaextract_core.timeline.events import Placed, chosen

Kind = Literal[
    "future",
    "before_camera",
    "before_satellites",
    "modified_before_created",
    "digitized_before_captured",
    "satellites_disagree",
    "file_before_content",
    "unset_clock",
]

_ORDERS: Final[tuple[tuple[Kind, str, str, str], ...]] = (
    (
        "modified_before_created",
        "document.modified",
        "document.created",
        "it was changed before it was made",
    ),
    (
        "digitized_before_captured",
        "capture.digitized",
        "capture.time",
        "it was digital before it was taken",
    ),
    (
        "file_before_content",
        "file.modified",
        "capture.time",
        "the file was last changed before its picture was taken",
    ),
    (
        "file_before_content",
        "file.modified",
        "document.created",
        "the file was last changed before its content was made",
    ),
)
"""Kind, the field that must not be before the other, the other, and what it means."""

_GPS_ZERO: Final = dt.datetime(1980, 1, 6)  # noqa: DTZ001 -- UTC; IS-GPS-200, section 3.3.4
_BEFORE_ANNOUNCED: Final = dt.timedelta(days=365)
"""Time before the year of its announcement in which a camera may have been tried out."""
_MOST_BETWEEN: Final = dt.timedelta(hours=1)
"""Age of a position that a camera writes at most, as far as we take it for one of the picture."""
_UNSET: Final = ("is what a clock at zero reads", "stands for no date")
"""How `dates.iso_8601` says that a time is what a clock shows that nobody has set."""


class Anomaly(Struct, kw_only=True):
    """Something about the times of one file that cannot be as it is said.

    Attributes:
        kind: which rule is broken.
        path: of the file.
        message: what is wrong, in one sentence.
        times: field -> time, of those that contradict each other.
    """

    kind: Kind
    path: str
    message: str
    times: dict[str, str]


def anomalies(record: Record, found: Sequence[Placed], now: dt.datetime) -> list[Anomaly]:
    """What is wrong with the times of a record.

    Args:
        record: it.
        found: its events.
        now: the time in UTC, without a zone.
    """
    return [
        *_future(found, now),
        *_before_camera(record, found),
        *_before_satellites(found),
        *_orders(found),
        *_satellites(found),
        *_unset(record),
    ]


def _anomaly(kind: Kind, message: str, *of: Placed) -> Anomaly:
    return Anomaly(
        kind=kind,
        path=of[0].event.path,
        message=message,
        times={placed.event.field: placed.event.time for placed in of},
    )


def _future(found: Sequence[Placed], now: dt.datetime) -> Iterator[Anomaly]:
    for placed in found:
        if placed.span.earliest > now:
            yield _anomaly("future", "this is yet to come", placed)


def _before_camera(record: Record, found: Sequence[Placed]) -> Iterator[Anomaly]:
    model = record.fields.get("camera.model")
    taken = chosen(found, "capture.time")
    year = ANNOUNCED.get(model.value) if model is not None else None
    if year is None or taken is None or model is None:
        return
    first = dt.datetime(year, 1, 1) - _BEFORE_ANNOUNCED  # noqa: DTZ001 -- UTC
    if taken.span.latest <= first:
        message = f"the camera, {model.value}, was announced in {year}"
        yield _anomaly("before_camera", message, taken)


def _before_satellites(found: Sequence[Placed]) -> Iterator[Anomaly]:
    placed = chosen(found, "gps.time")
    if placed is not None and placed.span.latest <= _GPS_ZERO:
        message = "the time of the satellites begins on 6 January 1980"
        yield _anomaly("before_satellites", message, placed)


def _orders(found: Sequence[Placed]) -> Iterator[Anomaly]:
    for kind, later, earlier, message in _ORDERS:
        one, other = chosen(found, later), chosen(found, earlier)
        if one is not None and other is not None and one.span.before(other.span):
            yield _anomaly(kind, message, one, other)


def _satellites(found: Sequence[Placed]) -> Iterator[Anomaly]:
    taken, satellites = chosen(found, "capture.time"), chosen(found, "gps.time")
    if taken is None or satellites is None:
        return
    apart = max(
        taken.span.earliest - satellites.span.latest, satellites.span.earliest - taken.span.latest
    )
    if apart > _MOST_BETWEEN:
        hours = apart / dt.timedelta(hours=1)
        message = f"the camera's clock and the satellites are at least {hours:,.0f} hours apart"
        yield _anomaly("satellites_disagree", message, taken, satellites)


def _unset(record: Record) -> Iterator[Anomaly]:
    for unread in record.unread:
        if any(unread.reason.endswith(words) for words in _UNSET):
            raw = "" if unread.raw is UNSET else str(unread.raw)
            yield Anomaly(
                kind="unset_clock",
                path=record.file.path,
                message=f"{unread.extractor} {unread.tag}: {unread.reason}",
                times={unread.field: raw},
            )
