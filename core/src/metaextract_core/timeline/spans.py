"""Spans: which moments a time may stand for, as fine and with the zone that it was said."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

from msgspec import Struct

Precision = Literal["year", "month", "day", "minute", "second", "subsecond"]

_FARTHEST_EAST: Final = dt.timedelta(hours=14)
_FARTHEST_WEST: Final = dt.timedelta(hours=12)
"""Offsets of the zones that are farthest from UTC (IANA time zone database: Pacific/Kiritimati,
Etc/GMT+12)."""

_ISO: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?"
    r"(Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


class Span(Struct, frozen=True):
    """All moments that a time may stand for.

    Attributes:
        start: the first, on the clock that it was read from.
        end: the first after the last, on that clock.
        offset: of the clock from UTC; None where nobody said.
        precision: the finest part that was said.
    """

    start: dt.datetime
    end: dt.datetime
    offset: dt.timedelta | None
    precision: Precision

    @property
    def earliest(self) -> dt.datetime:
        """The earliest moment in UTC: without an offset, in the zone farthest east."""
        return self.start - (_FARTHEST_EAST if self.offset is None else self.offset)

    @property
    def latest(self) -> dt.datetime:
        """The latest moment in UTC: without an offset, in the zone farthest west."""
        return self.end + (_FARTHEST_WEST if self.offset is None else -self.offset)

    @property
    def at(self) -> dt.datetime:
        """Where it stands among others: in UTC; without an offset, as if its clock showed UTC."""
        return self.start - (self.offset or dt.timedelta())

    def before(self, other: Span) -> bool:
        """Whether all of it is before all of `other`, whatever the zones may be.

        Two without an offset are taken to be of one clock.
        """
        if self.offset is None and other.offset is None:
            return self.end <= other.start
        return self.latest <= other.earliest


def span(time: str, offset: dt.timedelta | None = None) -> Span | None:
    """The span of a time as records give it; None for what is none.

    Args:
        time: ISO 8601, as fine as it was said.
        offset: of the clock, where the time itself says none.
    """
    found = _ISO.fullmatch(time)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    microseconds = int((fraction or "")[:6].ljust(6, "0")) if fraction else 0
    try:
        start = dt.datetime(  # noqa: DTZ001 -- on the clock it was read from
            int(year), int(month or 1), int(day or 1),
            int(hour or 0), int(minute or 0), int(second or 0), microseconds,
        )  # fmt: skip
        precision, end = _end(start, month, day, hour, second, fraction)
    except (ValueError, OverflowError):
        return None
    return Span(start, end, _offset(zone) if zone else offset, precision)


def _end(
    start: dt.datetime,
    month: str | None,
    day: str | None,
    hour: str | None,
    second: str | None,
    fraction: str | None,
) -> tuple[Precision, dt.datetime]:
    if month is None:
        return "year", start.replace(year=start.year + 1)
    if day is None:
        following = start.replace(day=28) + dt.timedelta(days=4)
        return "month", following.replace(day=1)
    if hour is None:
        return "day", start + dt.timedelta(days=1)
    if second is None:
        return "minute", start + dt.timedelta(minutes=1)
    if fraction is None:
        return "second", start + dt.timedelta(seconds=1)
    finest = dt.timedelta(microseconds=10 ** max(0, 6 - len(fraction)))
    return "subsecond", start + finest


def _offset(zone: str) -> dt.timedelta:
    if zone == "Z":
        return dt.timedelta()
    size = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -size if zone[0] == "-" else size
