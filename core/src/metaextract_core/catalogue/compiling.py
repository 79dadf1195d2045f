"""Filters as conditions of SQL on `records`, and the indexes that answer them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Select,
    and_,
    cast,
    collate,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from metaextract_core.catalogue.columns import NUMBER
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
    Operator,
    Or,
    Words,
    kind,
)
from metaextract_core.catalogue.sphere import RADIUS
from metaextract_core.catalogue.tables import HOT, contents, fields, files, records

_SLACK: Final = 1e-6
"""Degrees around a box, a tenth of a metre: rounding leaves out nothing that is in the circle."""

Condition = ColumnElement[bool]
_Comparison = Callable[[ColumnElement[Any]], Condition]

filter_by_field_text = Index(
    "ix_filter_by_field_text",
    fields.c.account_id,
    fields.c.field,
    fields.c.text,
    fields.c.record_id,
    postgresql_where=fields.c.text.is_not(None),
    sqlite_where=fields.c.text.is_not(None),
)
filter_by_field_number = Index(
    "ix_filter_by_field_number",
    fields.c.account_id,
    fields.c.field,
    fields.c.number,
    fields.c.record_id,
    postgresql_where=fields.c.number.is_not(None),
    sqlite_where=fields.c.number.is_not(None),
)
filter_by_field_moment = Index(
    "ix_filter_by_field_moment",
    fields.c.account_id,
    fields.c.field,
    fields.c.moment,
    fields.c.record_id,
    postgresql_where=fields.c.moment.is_not(None),
    sqlite_where=fields.c.moment.is_not(None),
)

_WORDS: Final = func.array_to_tsvector(func.string_to_array(records.c.words, " "))
filter_by_words = Index("ix_filter_by_words", _WORDS, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)
_SQLITE_WORDS: Final = table("record_words", column("rowid"), column("record_words"))
"""The same on SQLite: an FTS5 table that triggers keep (migration 0001), with its hidden column."""


def condition(filter_: Filter, account: int, dialect: str) -> Condition:
    """What is true of the rows of `records` of an account of which `filter_` is true.

    Args:
        filter_: fields that it speaks of must be there.
        account: whose records are looked at.
        dialect: ``sqlite`` or ``postgresql``.
    """
    return and_(records.c.account_id == account, _Compiler(account, dialect).condition(filter_))


class _Compiler:
    def __init__(self, account: int, dialect: str) -> None:
        self._account = account
        self._sqlite = dialect == "sqlite"

    def condition(self, filter_: Filter) -> Condition:
        """A condition that may be NULL where it is not true."""
        match filter_:
            case And(parts):
                return and_(true(), *(self.condition(part) for part in parts))
            case Or(parts):
                return or_(false(), *(self.condition(part) for part in parts))
            case Not(part):
                return self.condition(part).is_not(true())
            case Compare(field, "!=", value):
                differs = self._field(field, _equals(value)).is_not(true())
                return and_(self._has(field), differs)
            case Compare(field, operator, value):
                return self._field(field, _comparison(operator, value))
            case Contains(field, part):
                return self._field(field, lambda column: self._contains(column, part))
            case Has(field):
                return self._has(field)
            case Words(whole, beginnings):
                return self._words(whole, beginnings)
            case Near():
                return self._near(filter_)

    def _field(self, name: str, holds: _Comparison) -> Condition:
        """Whether a comparison holds for any value of a field."""
        if name in HOT:
            return holds(HOT[name])
        if name == "file.digest":
            return records.c.content_id.in_(select(contents.c.id).where(holds(contents.c.digest)))
        if name == "file.path":
            path = func.substr(files.c.path, 1, MAX_TEXT, type_=files.c.path.type)
            owned = files.c.account_id == self._account
            return records.c.file_id.in_(select(files.c.id).where(owned, holds(path)))
        rows = self._rows(name).where(holds(_value(name)))
        return records.c.id.in_(rows)

    def _has(self, name: str) -> Condition:
        if name in HOT:
            return HOT[name].is_not(None)
        if name == "file.digest":
            return records.c.content_id.is_not(None)
        if name == "file.path":
            return true()
        return exists().where(fields.c.record_id == records.c.id, fields.c.field == name)

    def _rows(self, name: str) -> Select[tuple[int]]:
        return select(fields.c.record_id).where(
            fields.c.account_id == self._account,
            fields.c.field == name,
            _value(name).is_not(None),
        )

    def _contains(self, column: ColumnElement[Any], part: str) -> Condition:
        # Both fold A to Z alone: SQLite's LIKE always, PostgreSQL's with this collation.
        if self._sqlite:
            return column.like(_pattern(part), escape="\\")
        return collate(column, "C").ilike(_pattern(part), escape="\\")

    def _words(self, whole: tuple[str, ...], beginnings: tuple[str, ...]) -> Condition:
        # Words are letters and digits, so nothing in a quoted one can be taken for syntax.
        if self._sqlite:
            parts = [f'"{word}"' for word in whole] + [f'"{word}"*' for word in beginnings]
            found = _SQLITE_WORDS.c.record_words.bool_op("MATCH")(" AND ".join(parts))
            return records.c.id.in_(select(_SQLITE_WORDS.c.rowid).where(found))
        parts = [f"'{word}'" for word in whole] + [f"'{word}':*" for word in beginnings]
        return _WORDS.bool_op("@@")(cast(literal(" & ".join(parts)), TSQUERY))

    def _near(self, near: Near) -> Condition:
        angle = min(near.metres / RADIUS, math.pi)
        south, north = (near.latitude + sign * math.degrees(angle) for sign in (-1, 1))
        box: list[Condition] = [
            records.c.latitude.between(south - _SLACK, north + _SLACK),
            records.c.longitude.is_not(None),
        ]
        if south > -90 and north < 90:
            # The widest part of a circle lies nearer to the pole than its centre.
            width = math.sin(angle) / math.cos(math.radians(near.latitude))
            half = math.degrees(math.asin(min(width, 1.0))) + _SLACK
            box.append(_between_meridians(near.longitude - half, near.longitude + half))
        return and_(*box, self._distance(near) <= near.metres)

    def _distance(self, near: Near) -> ColumnElement[float]:
        here = records.c.latitude, records.c.longitude
        if self._sqlite:
            return func.distance(*here, near.latitude, near.longitude, type_=NUMBER)
        one, other = func.radians(here[0]), math.radians(near.latitude)
        down = func.power(func.sin((one - other) / 2), 2)
        across = func.power(func.sin(func.radians(here[1] - near.longitude) / 2), 2)
        chord = down + func.cos(one) * math.cos(other) * across
        return 2 * RADIUS * func.asin(func.sqrt(func.least(1.0, chord)))


def _between_meridians(west: float, east: float) -> Condition:
    longitude = records.c.longitude
    if east - west >= 360:
        return true()
    if west < -180:
        return or_(longitude >= west + 360, longitude <= east)
    if east > 180:
        return or_(longitude >= west, longitude <= east - 360)
    return longitude.between(west, east)


def _value(name: str) -> Column[Any]:
    """The column of `fields` that has the values of a field."""
    column = {"text": fields.c.text, "list": fields.c.text, "datetime": fields.c.moment}
    return column.get(kind(name), fields.c.number)


def _comparison(operator: Operator, value: Any) -> _Comparison:
    if operator == "=":
        return _equals(value)
    if isinstance(value, Moment):
        # Before what is not before its start, after what is not before its end.
        value = _moment(value.start if operator in ("<", ">=") else value.end)
        operator = "<" if operator in ("<", "<=") else ">="
    compare: dict[str, _Comparison] = {
        "<": lambda column: column < value,
        "<=": lambda column: column <= value,
        ">": lambda column: column > value,
        ">=": lambda column: column >= value,
    }
    return compare[operator]


def _equals(value: Any) -> _Comparison:
    if isinstance(value, Moment):
        start, end = _moment(value.start), _moment(value.end)
        return lambda column: and_(column >= start, column < end)
    if isinstance(value, bool):
        value = float(value)
    return lambda column: column == value


def _moment(time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(time)


def _pattern(part: str) -> str:
    for special in ("\\", "%", "_"):
        part = part.replace(special, f"\\{special}")
    return f"%{part}%"
