"""Values as filters write them, read as the type and in the unit of the field that they are for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from metaextract_core.catalogue.filters import MAX_TEXT, Moment
from metaextract_core.fields import Definition

Value = str | int | float | bool | Moment

_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "byte": {
        "B": "1", "kB": "1e3", "MB": "1e6", "GB": "1e9", "TB": "1e12",
        "KiB": "1024", "MiB": "1048576", "GiB": "1073741824",
    },
    "s": {"ms": "1e-3", "s": "1", "min": "60", "h": "3600"},
    "m": {"mm": "1e-3", "cm": "1e-2", "m": "1", "km": "1e3"},
    "mm": {"mm": "1"},
    "pixel": {"px": "1"},
    "Hz": {"Hz": "1", "kHz": "1e3"},
    "bit/s": {"kbps": "1e3", "Mbps": "1e6"},
}  # fmt: skip
"""Unit of a field -> what may stand behind its numbers, as it is spelt -> in the field's unit."""

# The metre's equals are exact: international mile (1959) and nautical mile (SI brochure, table 8).
_DISTANCES: Final[Mapping[str, str]] = {"m": "1", "km": "1e3", "mi": "1609.344", "nmi": "1852"}
MAX_METRES: Final = 20_100_000
"""A little more than half the Earth's circumference: everything is nearer than that."""

_DIGITS = r"\d{1,20}(?:\.\d{0,40})?|\.\d{1,40}"
_NUMBER: Final = re.compile(
    rf"([+-]?(?:{_DIGITS})(?:e[+-]?\d{{1,2}})?)(?:/({_DIGITS}))?\s?([^\d\s.]\S{{0,15}})?",
    re.IGNORECASE | re.ASCII,
)
_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?"
    r"\s?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_LAST_YEAR: Final = 9998
"""So that the first moment after it has a date too."""
_BOOLEANS: Final = {"yes": True, "true": True, "no": False, "false": False}


def read(written: str, field: Definition) -> Value:
    """What `written` means as a value of `field`; of a list, as one of its members.

    Raises:
        ValueError: it means nothing there; the message says why.
    """
    match field.type:
        case "text" | "list":
            return written[:MAX_TEXT]
        case "boolean":
            if written.lower() not in _BOOLEANS:
                raise ValueError(f"{field.name} is yes or no")
            return _BOOLEANS[written.lower()]
        case "datetime":
            return moment(written)
        case "integer" | "number":
            return _number(written, field)


def metres(written: str) -> float:
    """A distance on the Earth, such as ``2km``.

    Raises:
        ValueError: it is none, or longer than any; the message says why.
    """
    distance, unit = _quantity(written, "a distance")
    if unit is None:
        raise ValueError(f"a distance needs a unit: {_listed(_DISTANCES)}")
    length = float(distance * _factor(unit, _DISTANCES, "a distance"))
    if not 0 < length <= MAX_METRES:
        raise ValueError(f"a distance is more than 0 and at most {MAX_METRES // 1000:,} km")
    return length


def degrees(written: str, name: str, limit: int) -> float:
    """A latitude or longitude (`name`), of at most `limit` degrees.

    Raises:
        ValueError: it is none; the message says why.
    """
    angle, unit = _quantity(written, f"a {name}")
    if unit is not None or abs(angle) > limit:
        raise ValueError(f"a {name} is a number from -{limit} to {limit}")
    return float(angle)


def moment(written: str) -> Moment:
    """A time as fine as it was written.

    Raises:
        ValueError: it stands for no time, or has a zone; the message says why.
    """
    match = _MOMENT.fullmatch(written)
    if match is None:
        raise ValueError("a time is written as 2024, 2024-05, 2024-05-01 or 2024-05-01T12:30:00")
    if match[8]:
        raise ValueError(
            "a time has no zone here: times are compared as the clock on the wall showed them"
        )
    parts = zip(match.groups(), (1, 1, 1, 0, 0, 0), strict=False)
    year, month, day, hour, minute, second = (int(part or least) for part, least in parts)
    if not 1 <= year <= _LAST_YEAR:
        raise ValueError(f"a year is from 0001 to {_LAST_YEAR}")
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day") from None
    fraction = match[7] or ""
    try:
        time = dt.time(hour, minute, second, int(fraction.ljust(6, "0")))
    except ValueError:
        raise ValueError("there is no such time of day") from None
    start = dt.datetime.combine(date, time)
    return Moment(_iso(start), _iso(_end(start, match)))


def _end(start: dt.datetime, match: re.Match[str]) -> dt.datetime:
    """The first moment after what begins at `start` and is as long as its last part."""
    _, month, day, hour, minute, second, fraction, _ = match.groups()
    if fraction:
        return start + dt.timedelta(microseconds=10 ** (6 - len(fraction)))
    for part, length in ((second, "seconds"), (minute, "minutes"), (hour, "hours"), (day, "days")):
        if part:
            return start + dt.timedelta(**{length: 1})
    if month and start.month < 12:
        return start.replace(month=start.month + 1)
    return start.replace(year=start.year + 1, month=1)


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _number(written: str, field: Definition) -> int | float:
    number, unit = _quantity(written, field.name)
    if unit is not None:
        number *= _factor(unit, _units(field), field.name)
    if abs(number) >= 1 << 63:  # as records have none
        raise ValueError("the number is too large")
    if field.type == "number":
        return float(number)
    if number.denominator != 1:
        raise ValueError(f"{field.name} is a whole number")
    return int(number)


def _units(field: Definition) -> Mapping[str, str]:
    """A field's own unit may always be written, as the page of the fields spells it."""
    if field.unit is None:
        return {}
    return {**_UNITS.get(field.unit, {}), field.unit: "1"}


def _quantity(written: str, what: str) -> tuple[Fraction, str | None]:
    """A number, exactly, and what stands behind it."""
    match = _NUMBER.fullmatch(written.strip())
    if match is None:
        raise ValueError(f"{what} is a number, such as 12, 1.5 or 1/250")
    dividend, divisor, unit = match.groups()
    if divisor and not Fraction(divisor):
        raise ValueError("nothing can be divided by 0")
    return Fraction(dividend) / Fraction(divisor or 1), unit


def _factor(unit: str, units: Mapping[str, str], what: str) -> Fraction:
    """Units are known in any case, for nobody means millibytes."""
    for spelt, factor in units.items():
        if spelt.lower() == unit.lower():
            return Fraction(factor)
    known = f"it may have {_listed(units)}" if units else "it has none"
    raise ValueError(f"{what} has no unit {unit}: {known}")


def _listed(units: Mapping[str, str]) -> str:
    *others, last = units
    return f"{', '.join(others)} or {last}" if others else last
