"""Dates and times as files write them, and as the record gives them: ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any, Final

_LONGEST: Final = 64
_REMEMBERED: Final = 4096
_BLANKS: Final = frozenset("\0 \t\r\n:")

# EXIF (CIPA DC-008 4.6.5), ISO 8601 extended, and both cut short; DICOM before 3.0 wrote dots.
_TIME = r"(?:[.,](\d{1,12}))?"
_ZONE = r"\s?(Z(?:00'00'?)?|[+-]\d\d(?:[:']?\d\d)?'?)?"
_CLOCK_OF_DAY = rf"[T ](\d\d)(?::(\d\d)(?::(\d\d){_TIME})?)?{_ZONE}"
_SEPARATED: Final = re.compile(
    rf"(\d{{4}})(?:[:./-](\d\d)(?:[:./-](\d\d)(?:{_CLOCK_OF_DAY})?)?)?", re.ASCII
)
# PDF (ISO 32000-1 section 7.9.4), DICOM DA and DT (PS3.5 section 6.2), ISO 8601 basic.
_COMPACT: Final = re.compile(
    rf"(?:D:)?(\d{{4}})(?:(\d\d)(?:(\d\d)(?:T?(\d\d)(?:(\d\d)(?:(\d\d){_TIME})?)?{_ZONE})?)?)?",
    re.ASCII,
)
_UNSET_YEARS: Final = frozenset({"0000", "0001", "9999"})
"""What programs write for "never" and clocks that were not set for "unknown"."""
_UNSET_TIMES: Final = frozenset({"1601-01-01T00:00:00", "1904-01-01T00:00:00"})
"""What a time of zero reads as: FILETIME (MS-DTYP 2.3.3) and QuickTime (ISO 14496-12 8.2.2)."""


def iso_8601(raw: Any) -> str:
    """`raw` in ISO 8601, as fine as it is, with a zone only where it has one.

    Raises:
        ValueError: it stands for no moment that a date type can hold; the message says why.
    """
    if isinstance(raw, dt.date):  # a datetime is a date too
        raw = raw.isoformat()
    elif isinstance(raw, int) and 1000 <= raw <= 9999:
        raw = str(raw)
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        raise ValueError("it has no known form of a date")
    return _read(raw)


@lru_cache(maxsize=_REMEMBERED)  # a file says most of its dates several times
def _read(raw: str) -> str:
    text = raw.strip("\0 \t\r\n")
    match = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        blank = _BLANKS.issuperset(raw)  # as EXIF writes an unknown time
        raise ValueError("it is left blank" if blank else "it has no known form of a date")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if year in _UNSET_YEARS:
        raise ValueError(f"the year {int(year)} stands for no date")
    if second == "60":
        # ISO 8601 and RFC 3339 allow it, but hardly any date type holds it, and the second before
        # or after it would be made up.
        raise ValueError("second 60, a leap second, has no place in most programs' dates")
    day_of_year = int(year), int(month or 1), int(day or 1)
    try:
        dt.datetime(*day_of_year, int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001  # only checks the ranges
    except ValueError:
        raise ValueError(_which(*day_of_year)) from None
    local = "-".join(part for part in (year, month, day) if part)
    if hour:
        local += "T" + ":".join(part for part in (hour, minute or "00", second) if part)
    if local in _UNSET_TIMES:
        raise ValueError(f"{local} is what a clock at zero reads")
    return local + (f".{fraction}" if fraction else "") + _offset(zone)


def _which(year: int, month: int, day: int) -> str:
    """What is wrong with a day and a time, of which one does not exist."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return "there is no such day"
    return "there is no such time of day"


def _offset(zone: str | None) -> str:
    """`zone` as ISO 8601 writes it."""
    if not zone or zone[0] == "Z":
        return zone[:1] if zone else ""
    hours, minutes = zone[1:3], zone[3:].strip(":'") or "00"
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError(f"no place on Earth has the zone {zone}")
    return f"{zone[0]}{hours}:{minutes}"


_ZONED: Final = re.compile(r"(.*T\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)")


@lru_cache(maxsize=_REMEMBERED)
def same_moment(one: str, other: str) -> bool:
    """Whether two answers of `iso_8601` agree as far as both go.

    A time without a zone may be in any.
    """
    if one == other:
        return True
    first, second = _ZONED.fullmatch(one), _ZONED.fullmatch(other)
    if first and second:
        one, other = _utc(first), _utc(second)
    elif first:
        one = one.removesuffix(first[4])
    elif second:
        other = other.removesuffix(second[4])
    return one.startswith(other) or other.startswith(one)


def _utc(zoned: re.Match[str]) -> str:
    minute, second, fraction, zone = zoned.groups(default="")
    moment = dt.datetime.fromisoformat(minute + zone).astimezone(dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M") + second + fraction
