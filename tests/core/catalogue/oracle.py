"""What a filter means, in plain Python over one record: what databases must agree with."""

from __future__ import annotations

import math
import operator
import re
import string
from collections.abc import Callable
from typing import Any, Final

from metaextract_core.catalogue.filters import (
    MAX_TEXT,
    And,
    Compare,
    Contains,
    Filter,
    Has,
    Moment,
    Near,
    Not,
    Or,
    Words,
    kind,
)
from metaextract_core.catalogue.words import words
from metaextract_core.record import Record

RADIUS: Final = 6_371_008.8
"""Metres; mean radius of the Earth (IUGG, R1 of WGS 84)."""

_FOLD: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_TIME: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?)?"
    r"(?:Z|[+-]\d\d:\d\d)?"
)
_RELATIONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(filter: Filter, record: Record) -> bool:
    """Whether `filter` is true of `record`, as `metaextract_core.catalogue.filters` has it."""
    match filter:
        case And(parts):
            return all(holds(part, record) for part in parts)
        case Or(parts):
            return any(holds(part, record) for part in parts)
        case Not(part):
            return not holds(part, record)
        case Has(field):
            return _said(record, field) is not None
        case Contains(field, part):
            wanted = part.translate(_FOLD)
            return any(
                wanted in value[:MAX_TEXT].translate(_FOLD) for value in values(record, field)
            )
        case Compare():
            return _compares(filter, values(record, filter.field))
        case Words(whole, beginnings):
            there = _words(record)
            return there.issuperset(whole) and all(
                any(word.startswith(beginning) for word in there) for beginning in beginnings
            )
        case Near(latitude, longitude, metres):
            here = [*values(record, "gps.latitude"), *values(record, "gps.longitude")]
            return len(here) == 2 and distance(here[0], here[1], latitude, longitude) <= metres


def values(record: Record, field: str) -> list[Any]:
    """What the record says of a field: nothing, one value, or the members of a list."""
    said = _said(record, field)
    if said is None:
        return []
    return said if isinstance(said, list) else [said]


def wall_clock(time: str) -> str:
    """A time of a record in the form of `Moment.start`: without its zone, complete.

    What it does not say is as early as it can be; what is finer than a microsecond is cut off.
    """
    match = _TIME.fullmatch(time)
    assert match is not None, time
    year, month, day, hour, minute, second, fraction = match.groups()
    return (
        f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        f".{(fraction or '')[:6]:0<6}"
    )


def distance(latitude: float, longitude: float, other: float, other_longitude: float) -> float:
    """Metres along the surface of the sphere, by the haversine formula (Sinnott 1984)."""
    one, two = math.radians(latitude), math.radians(other)
    north = math.sin((two - one) / 2) ** 2
    east = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, north + math.cos(one) * math.cos(two) * east)))


def _said(record: Record, field: str) -> Any:
    own = {
        "file.path": record.file.path,
        "file.digest": record.file.digest,
        "file.size": record.file.size,
        "file.media_type": record.file.media_type,
    }
    if field in own:
        return own[field]
    return record.fields[field].value if field in record.fields else None


def _compares(filter: Compare, found: list[Any]) -> bool:
    wanted = filter.value
    if isinstance(wanted, Moment):
        found = [wall_clock(value) for value in found]
        # A moment is as long as it is fine, so each relation has the end of it that it asks for.
        edge = wanted.end if filter.operator in ("<=", ">") else wanted.start
        relations = {**_RELATIONS, "<=": operator.lt, ">": operator.ge}
        equal = [wanted.start <= value < wanted.end for value in found]
    else:
        found = [value[:MAX_TEXT] if isinstance(value, str) else value for value in found]
        edge, relations = wanted, _RELATIONS  # type: ignore[assignment]  # of the field's type
        equal = [value == wanted for value in found]
    match filter.operator:
        case "=":
            return any(equal)
        case "!=":
            return bool(found) and not any(equal)
        case relation:
            return any(relations[relation](value, edge) for value in found)


def _words(record: Record) -> set[str]:
    """All that the record says in texts: with its path and media type, but not its digest."""
    names = {name for name in record.fields if kind(name) in ("text", "list")}
    texts = (
        text for name in names | {"file.path", "file.media_type"} for text in values(record, name)
    )
    return {word for text in texts for word in words(text)}
