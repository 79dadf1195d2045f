"""Search: which records a filter is true of, page by page, and how they are spread."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, DateTime, Index, func, select, tuple_

from metaextract_core.catalogue.compiling import condition
from metaextract_core.catalogue.filters import Filter
from metaextract_core.catalogue.tables import HOT, files, records
from metaextract_core.errors import CursorError

_NEWEST: Final = "saved"
SORTS: Final[dict[str, Column[Any]]] = {
    _NEWEST: records.c.id,
    "capture.time": records.c.capture_time,
    "file.size": records.c.size,
    "media.duration": records.c.duration,
}
"""What hits can be sorted by, each with an index: when they were saved, and canonical fields."""

_AT_ONCE: Final = 500
"""Values in one list of a statement; older SQLite takes 999 in all."""

FACETS: Final = {
    name: HOT[name]
    for name in ("file.media_type", "camera.make", "camera.model", "lens.model", "camera.serial")
}
"""The fields whose values can be counted, each with an index."""


def _index(name: str, *columns: Column[Any], rare: bool = False) -> Index:
    """An index of each account's records; of a rare column only where there is a value."""
    where = columns[0].is_not(None)
    options: dict[str, Any] = {"postgresql_where": where, "sqlite_where": where} if rare else {}
    return Index(f"ix_{name}", records.c.account_id, *columns, **options)


by_capture_time = _index("search_by_capture_time", records.c.capture_time, records.c.id)
by_size = _index("search_by_size", records.c.size, records.c.id)
by_duration = _index("search_by_duration", records.c.duration, records.c.id, rare=True)
by_media_type = _index("search_by_media_type", records.c.media_type)
by_make = _index("search_by_make", records.c.make)
by_model = _index("search_by_model", records.c.model)
by_lens = _index("search_by_lens", records.c.lens, rare=True)
by_serial = _index("search_by_serial", records.c.serial, rare=True)
near = _index("search_near", records.c.latitude, records.c.longitude, rare=True)
by_study = _index("search_by_study", records.c.study_uid, rare=True)
by_series = _index("search_by_series", records.c.series_uid, rare=True)


class Hit(Struct, kw_only=True):
    """A record that was found, with what a list shows of it.

    Attributes:
        id: of the file; it stays the same when the record is replaced by a newer one.
        record: key of the record's row.
        path: bytes that are not UTF-8 are lone surrogates, as `os.fsdecode` has them.
        capture_time: by the clock of the device, ISO 8601 without a zone.
    """

    id: int
    record: int
    path: str
    media_type: str | None
    size: int | None
    capture_time: str | None
    make: str | None
    model: str | None
    lens: str | None
    latitude: float | None
    longitude: float | None
    width: int | None
    height: int | None
    duration: float | None
    failed: int


class Page(Struct, kw_only=True):
    """Hits in their order, and where the next page begins; None after the last."""

    hits: list[Hit]
    next: str | None


_LARGEST: Final = (1 << 63) - 1
"""Beyond it there are no integers in databases."""


class _Cursor(Struct, array_like=True):
    """Where a page ended.

    Attributes:
        value: of the last hit, None for one that has none: these come last in either direction.
    """

    sort: str
    descending: bool
    value: Any
    id: Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]


def search(
    connection: Connection,
    account: int,
    filter_: Filter,
    *,
    sort: str = _NEWEST,
    descending: bool = True,
    limit: int = 50,
    after: str | None = None,
) -> Page:
    """A page of the records that `filter_` is true of.

    Records without a value to sort by come last. However far a page lies behind the first, it
    takes no longer.

    Args:
        connection: to read with.
        account: whose records.
        filter_: see `filters`.
        sort: one of `SORTS`.
        descending: the newest, or the largest, first.
        limit: hits on a page.
        after: `Page.next` of the page before.

    Raises:
        CatalogueError: `after` is no such answer, or was given for another order.
    """
    column = SORTS[sort]
    start = _decoded(after, sort, descending=descending) if after else None
    holds = condition(filter_, account, connection.dialect.name)
    query = _HITS.add_columns(column.label("place")).where(holds)
    found: list[Any] = []
    if start is None or start.value is not None:
        keys = dict.fromkeys((column, records.c.id))
        part = query.where(column.is_not(None)).order_by(*_directed(keys, descending))
        if start is not None:
            part = part.where(_behind(column, start))
        found += connection.execute(part.limit(limit + 1)).all()
    if len(found) <= limit and column is not records.c.id:
        rest = query.where(column.is_(None)).order_by(*_directed([records.c.id], descending))
        if start is not None and start.value is None:
            rest = rest.where(_behind(records.c.id, start))
        found += connection.execute(rest.limit(limit + 1 - len(found))).all()
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = _encoded(_Cursor(sort, descending, last.place, last.record))
    return Page(hits=[_hit(row) for row in found[:limit]], next=following)


def hits(connection: Connection, account: int, ids: Sequence[int]) -> list[Hit]:
    """What lists show of records, in the order of `ids`; a key that is no more has none."""
    found = {
        row.record: _hit(row)
        for start in range(0, len(ids), _AT_ONCE)
        for row in connection.execute(
            _HITS.where(
                records.c.account_id == account, records.c.id.in_(ids[start : start + _AT_ONCE])
            )
        )
    }
    return [found[id_] for id_ in ids if id_ in found]


def count(connection: Connection, account: int, filter_: Filter) -> int:
    """How many records `filter_` is true of."""
    holds = condition(filter_, account, connection.dialect.name)
    return connection.execute(select(func.count()).select_from(records).where(holds)).scalar_one()


def facet(
    connection: Connection, account: int, filter_: Filter, field: str, limit: int = 20
) -> list[tuple[str, int]]:
    """The values of one of `FACETS` with the numbers of records, the most frequent first."""
    column = FACETS[field]
    number = func.count().label("number")
    holds = condition(filter_, account, connection.dialect.name)
    query = (
        select(column, number)
        .where(holds, column.is_not(None))
        .group_by(column)
        .order_by(number.desc(), column)
        .limit(limit)
    )
    return [(value, found) for value, found in connection.execute(query)]


_HITS: Final = select(
    records.c.file_id.label("id"),
    records.c.id.label("record"),
    files.c.path,
    *(records.c[name] for name in Hit.__struct_fields__[3:]),
).join(files, files.c.id == records.c.file_id)


def _hit(row: Any) -> Hit:
    values = {name: getattr(row, name) for name in Hit.__struct_fields__}
    if row.capture_time is not None:
        values["capture_time"] = row.capture_time.isoformat()
    return Hit(**values)


def _directed(columns: Iterable[Column[Any]], descending: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if descending else column.asc() for column in columns]


def _behind(column: Column[Any], start: _Cursor) -> ColumnElement[bool]:
    """What comes after where a page ended."""
    one: Any = records.c.id
    other: Any = start.id
    if column is not records.c.id:
        one, other = tuple_(column, records.c.id), tuple_(start.value, start.id)
    behind: ColumnElement[bool] = one < other if start.descending else one > other
    return behind


def _encoded(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _decoded(text: str, sort: str, *, descending: bool) -> _Cursor:
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Cursor)
        if isinstance(SORTS[cursor.sort].type, DateTime) and cursor.value is not None:
            cursor.value = dt.datetime.fromisoformat(cursor.value)
        elif cursor.value is not None and not -_LARGEST <= cursor.value <= _LARGEST:
            raise ValueError(cursor.value)
    except (ValueError, KeyError, TypeError, msgspec.MsgspecError):
        raise CursorError(
            "this is no place to go on from; give what the page before said"
        ) from None
    if (cursor.sort, cursor.descending) != (sort, descending):
        raise CursorError(
            "this place to go on from belongs to another order; sort as for the page before"
        )
    return cursor
