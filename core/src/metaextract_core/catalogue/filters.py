"""Filter: a question about records as data, whoever asks it and whatever answers it.

What a field that has several values says (a list of keywords) is true of it if it is true of any of
them. What a record does not say is not compared: only `Not` is true of records without the field.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from metaextract_core.fields import FIELDS, Definition, FieldType

OWN: dict[str, Definition] = {
    "file.path": Definition("file.path", "text", None, "Where the file lies.", ""),
    "file.digest": Definition("file.digest", "text", None, "BLAKE3 of the content.", ""),
}
"""What every record has beside the canonical fields, by name."""

MAX_TEXT = 500
"""Characters of a text that are compared."""

Operator = Literal["=", "!=", "<", "<=", ">", ">="]


class Compare(Struct, frozen=True, tag=True):
    """The value of a field stands in a relation to another.

    Texts and booleans are equal or not; for these there are ``=`` and ``!=`` alone. ``!=`` is true
    where the field is there and no value of it equals `value`.

    Attributes:
        field: its canonical name, or one of `OWN`.
        value: of the field's type and in its unit; a text of at most `MAX_TEXT` characters. Of a
            moment see `Moment`.
    """

    field: str
    operator: Operator
    value: str | int | float | bool | Moment


class Moment(Struct, frozen=True, tag=True):
    """A time as fine as it was given: a year, a day, a second.

    It equals every time within it, comes before what is not before its `end`, and after what is
    before its `start`. Times are those that a clock on the wall showed where they were taken:
    ``2024-05-01T12:00:00+02:00`` is noon.

    Attributes:
        start: ISO 8601 without a zone, down to the microsecond.
        end: the first moment after it, in the same form.
    """

    start: str
    end: str


class Contains(Struct, frozen=True, tag=True):
    """A text field has `part` somewhere in its first `MAX_TEXT` characters; A to Z match a to z."""

    field: str
    part: str


class Words(Struct, frozen=True, tag=True):
    """All these words occur somewhere in the record's texts or path (see `words`).

    Attributes:
        words: whole words, and beginnings of words.
    """

    whole: tuple[str, ...]
    beginnings: tuple[str, ...] = ()


class Near(Struct, frozen=True, tag=True):
    """The position lies within `metres` of a point, on a sphere with the Earth's mean radius."""

    latitude: float
    longitude: float
    metres: float


class Has(Struct, frozen=True, tag=True):
    """The record says something of a field."""

    field: str


class And(Struct, frozen=True, tag=True):
    """All of these are true; of none of them, so is this."""

    parts: tuple[Filter, ...]


class Or(Struct, frozen=True, tag=True):
    """At least one of these is true."""

    parts: tuple[Filter, ...]


class Not(Struct, frozen=True, tag=True):
    """It is not true."""

    part: Filter


Filter: TypeAlias = Compare | Contains | Words | Near | Has | And | Or | Not

EVERYTHING = And(())
"""True of every record."""


def definition(name: str) -> Definition | None:
    """What a field that filters speak of means; None where there is none of that name."""
    return FIELDS.get(name) or OWN.get(name)


def kind(name: str) -> FieldType:
    """The type of a field that is there."""
    found = definition(name)
    if found is None:
        raise ValueError(f"there is no field {name}")
    return found.type
