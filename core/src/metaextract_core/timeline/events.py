"""Events: each time that a record says, with who says it and how far it can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from metaextract_core.dates import same_moment
from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, Record
from metaextract_core.timeline.spans import Precision, Span, span

Zone = Literal["stated", "utc", "inferred", "unknown"]

FIELDS_OF_EVENTS: Final = tuple(
    name
    for name, definition in FIELDS.items()
    if definition.type == "datetime" and name != "medical.patient_birth"
)
"""What counts as something that happened to the file or its content."""
ACTIVITY: Final = frozenset({
    "capture.time", "gps.time", "document.created", "document.modified", "medical.study_time",
})  # fmt: skip
"""What somebody did, as opposed to what a copy of the file changes or a scanner adds."""
_UTC: Final = frozenset(
    {"gps.time", "file.created", "file.modified", "file.accessed", "file.changed"}
)
"""Times that are in UTC by definition: of the satellites, and of the file system."""

_QUARTER: Final = dt.timedelta(minutes=15)
"""All zones are multiples of it (IANA time zone database, since 1972)."""
_CLOCK_ERROR: Final = dt.timedelta(minutes=5)
_ZONES: Final = (dt.timedelta(hours=-12), dt.timedelta(hours=14))


class Said(Struct, frozen=True):
    """Who says a time: an extractor, of a tag."""

    extractor: str
    tag: str


class Event(Struct, kw_only=True):
    """One moment that a record says.

    Attributes:
        time: ISO 8601, as fine as it was said.
        at: in UTC, which events are sorted by; where the zone is unknown, as if its clock showed
            UTC.
        path: of the file.
        field: the canonical field.
        sources: everyone who says this moment of this field.
        zone: ``stated`` with the time; ``utc`` by definition; ``inferred`` from the satellites'
            time of the same picture; or ``unknown``.
        precision: the finest part that was said.
        confidence: the share of the checks below that hold.
        holds: what speaks for it.
        lacks: what is missing.
    """

    time: str
    at: str
    path: str
    field: str
    sources: list[Said]
    zone: Zone
    precision: Precision
    confidence: float
    holds: list[str]
    lacks: list[str]


class Placed(NamedTuple):
    """An event with the span of its time, which comparisons need."""

    event: Event
    span: Span


def events(record: Record) -> list[Placed]:
    """The events of a record: of each field one for each moment that differs from the others.

    An event is as trustworthy as the share of these checks that hold: its zone is known; it is fine
    to the second; nobody contradicts it; more than one tag says it; it is written in the file
    itself, where copying does not change it.
    """
    offset = _inferred(record)
    return [
        placed
        for name in FIELDS_OF_EVENTS
        if name in record.fields
        for placed in _of_field(record.file.path, name, record.fields[name], offset)
    ]


def _of_field(
    path: str, name: str, field: Field, inferred: dt.timedelta | None
) -> Iterator[Placed]:
    for time, sources in _moments(field):
        offset = dt.timedelta() if name in _UTC else inferred if name in _OF_CAMERA else None
        found = span(time, offset)
        if found is None:
            continue
        zone = _zone(name, time, found)
        checks = {
            "its zone is known": found.offset is not None,
            "it is fine to the second": found.precision in ("second", "subsecond"),
            "nobody contradicts it": field.agreement != "conflict",
            "more than one tag says it": len(sources) > 1,
            "it is written in the file itself": not name.startswith("file."),
        }
        holds = [check for check, passed in checks.items() if passed]
        yield Placed(
            Event(
                time=time,
                at=found.at.isoformat() + ("" if zone == "unknown" else "Z"),
                path=path,
                field=name,
                sources=sources,
                zone=zone,
                precision=found.precision,
                confidence=round(len(holds) / len(checks), 2),
                holds=holds,
                lacks=[check for check, passed in checks.items() if not passed],
            ),
            found,
        )


_OF_CAMERA: Final = frozenset({"capture.time", "capture.digitized"})
"""Times by the same clock, which the satellites' time tells the zone of."""


def _moments(field: Field) -> Iterator[tuple[str, list[Said]]]:
    """Each moment in its finest form with those who say it; the chosen one first."""
    groups: list[tuple[str, list[Said]]] = []
    for source in sorted(field.sources, key=lambda one: not one.chosen):
        if not isinstance(source.value, str):
            continue
        said = Said(source.extractor, source.tag)
        for number, (time, others) in enumerate(groups):
            if same_moment(time, source.value):
                others.append(said)
                if len(source.value) > len(time):
                    groups[number] = source.value, others
                break
        else:
            groups.append((source.value, [said]))
    if not groups and isinstance(field.value, str):
        groups.append((field.value, []))
    yield from groups


def _zone(name: str, time: str, found: Span) -> Zone:
    if found.offset is None:
        return "unknown"
    stated = span(time)
    if stated is not None and stated.offset is not None and name not in _UTC:
        return "stated"
    return "utc" if name in _UTC else "inferred"


def _inferred(record: Record) -> dt.timedelta | None:
    """The offset of the camera's clock: that to the satellites' time, if it is one of a zone."""
    taken, satellites = (_first(record, name) for name in ("capture.time", "gps.time"))
    if taken is None or satellites is None or taken.offset is not None:
        return None
    if not {taken.precision, satellites.precision} <= {"second", "subsecond"}:
        return None
    difference = taken.start - satellites.start
    offset = round(difference / _QUARTER) * _QUARTER
    near = abs(difference - offset) <= _CLOCK_ERROR
    return offset if near and _ZONES[0] <= offset <= _ZONES[1] else None


def _first(record: Record, name: str) -> Span | None:
    field = record.fields.get(name)
    return span(field.value) if field is not None and isinstance(field.value, str) else None


def chosen(found: Iterable[Placed], name: str) -> Placed | None:
    """Of a record's events the one that its field shows; None where it has none."""
    return next((placed for placed in found if placed.event.field == name), None)
