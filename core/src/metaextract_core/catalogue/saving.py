"""Records into the catalogue: each path once, and what was known of it before as a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from msgspec import Struct
from sqlalchemy import (
    Connection,
    Table,
    delete,
    func,
    insert,
    inspect,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from metaextract_core.catalogue.reading import whole_records
from metaextract_core.catalogue.rows import Row
from metaextract_core.catalogue.tables import (
    contents,
    fields,
    files,
    records,
    sections,
    versions,
)

T = TypeVar("T")

_AT_ONCE: Final = 500
"""Values in one list of a statement; older SQLite takes 999 in all."""


class Saved(Struct, kw_only=True):
    """What came of saving records.

    Attributes:
        new: files that were not in the catalogue, or had been gone.
        changed: files of which something else is known than before.
        unchanged: files of which everything was known.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def save(connection: Connection, account: int, rows: Iterable[Row], now: dt.datetime) -> Saved:
    """Have the catalogue hold what `rows` say, within the transaction of `connection`.

    Of two rows of one path the later one counts.
    """
    by_path = {row.path_digest: row for row in rows}
    if not by_path:
        return Saved()
    if connection.dialect.name == "postgresql":
        # Two that save the same paths would each wait for the other, or meet on a key.
        connection.execute(text("SELECT pg_advisory_xact_lock(:account)"), {"account": account})
    content_ids = _contents(connection, by_path.values(), now)
    file_ids = _files(connection, account, by_path.values(), now)
    known = {
        found.file_id: found
        for part in _parts(list(file_ids.values()))
        for found in connection.execute(
            select(records.c.file_id, records.c.id, records.c.fingerprint).where(
                records.c.file_id.in_(part)
            )
        )
    }
    saved = Saved()
    fresh: list[tuple[int, Row]] = []
    replaced: list[int] = []
    for path, found_row in by_path.items():
        file = file_ids[path]
        before = known.get(file)
        if before is None:
            saved.new += 1
        elif before.fingerprint == found_row.fingerprint:
            saved.unchanged += 1
            continue
        else:
            saved.changed += 1
            replaced.append(before.id)
        fresh.append((file, found_row))
    archive(connection, account, replaced, now)
    _insert(connection, account, fresh, content_ids, now)
    return saved


def forget(connection: Connection, account: int, paths: Sequence[str], now: dt.datetime) -> int:
    """Note that the files with these path digests are gone: how many were there until now."""
    gone = 0
    for part in _parts(paths):
        found = connection.execute(
            select(records.c.id, files.c.id)
            .join(files, files.c.id == records.c.file_id)
            .where(files.c.account_id == account, files.c.path_digest.in_(part))
        ).all()
        archive(connection, account, [row[0] for row in found], now)
        connection.execute(
            update(files).where(files.c.id.in_([row[1] for row in found])).values(gone=now)
        )
        gone += len(found)
    return gone


def archive(connection: Connection, account: int, ids: Sequence[int], now: dt.datetime) -> None:
    """Make records versions of the past."""
    for part in _parts(ids):
        whole = whole_records(connection, account, part)
        heads = connection.execute(
            select(
                records.c.id,
                records.c.file_id,
                records.c.version,
                records.c.made,
                records.c.content_id,
            ).where(records.c.id.in_(part))
        ).all()
        connection.execute(
            insert(versions),
            [
                {
                    "file_id": head.file_id,
                    "number": head.version,
                    "made": head.made,
                    "until": now,
                    "content_id": head.content_id,
                    "body": whole[head.id],
                }
                for head in heads
            ],
        )
        connection.execute(delete(records).where(records.c.id.in_(part)))


def _contents(connection: Connection, rows: Iterable[Row], now: dt.datetime) -> dict[str, int]:
    """Digest -> key."""
    wanted = {row.digest: row for row in rows if row.digest is not None}
    known = {
        digest: id_
        for part in _parts(list(wanted))
        for digest, id_ in connection.execute(
            select(contents.c.digest, contents.c.id).where(contents.c.digest.in_(part))
        )
    }
    new = _kind(connection).insert(contents)
    # Whoever else has put it there meanwhile: the update has its key returned.
    new = new.on_conflict_do_update(index_elements=["digest"], set_={"digest": new.excluded.digest})
    missing = [
        {
            "digest": digest,
            "size": row.hot["size"],
            "media_type": row.hot["media_type"],
            "first_seen": now,
        }
        # In one order, so that no two wait for each other.
        for digest, row in sorted(wanted.items())
        if digest not in known
    ]
    return known | _returned(connection, new.returning(contents.c.digest, contents.c.id), missing)


def _files(
    connection: Connection, account: int, rows: Iterable[Row], now: dt.datetime
) -> dict[str, int]:
    """Digest of the path -> key."""
    new = _kind(connection).insert(files)
    new = new.on_conflict_do_update(
        index_elements=["account_id", "path_digest"],
        set_={"seen": new.excluded.seen, "gone": null()},
    )
    there = [
        {
            "account_id": account,
            "path_digest": row.path_digest,
            "path": row.path,
            "first_seen": now,
            "seen": now,
        }
        for row in rows
    ]
    return _returned(connection, new.returning(files.c.path_digest, files.c.id), there)


def _returned(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> dict[str, int]:
    return {key: id_ for key, id_ in connection.execute(statement, rows)} if rows else {}  # noqa: C416 -- rows are no pairs to the type checker


def _kind(connection: Connection) -> Any:
    """What SQLAlchemy knows of this database alone."""
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def _insert(
    connection: Connection,
    account: int,
    fresh: Sequence[tuple[int, Row]],
    content_ids: Mapping[str, int],
    now: dt.datetime,
) -> None:
    if not fresh:
        return
    ids = _new_ids(connection, len(fresh))
    numbers = _next_numbers(connection, [file for file, _ in fresh])
    heads, of_sections, of_fields = [], [], []
    for id_, (file, row) in zip(ids, fresh, strict=True):
        heads.append(
            {
                "id": id_,
                "account_id": account,
                "file_id": file,
                "content_id": content_ids.get(row.digest) if row.digest is not None else None,
                "version": numbers.get(file, 1),
                "made": now,
                "fingerprint": row.fingerprint,
                **row.hot,
            }
        )
        of_sections += [{"record_id": id_, **section} for section in row.sections]
        of_fields += [{"record_id": id_, "account_id": account, **one} for one in row.fields]
    load(connection, records, heads)
    load(connection, sections, of_sections)
    load(connection, fields, of_fields)


def analyse(connection: Connection) -> None:
    """Have SQLite count what its indexes hold, where it last did so of half as many records.

    Without that it takes one index for as good as another. PostgreSQL counts by itself.
    """
    if connection.dialect.name != "sqlite":
        return
    now = connection.execute(select(func.count()).select_from(files)).scalar_one()
    if now > 2 * _analysed(connection):
        connection.execute(text("PRAGMA analysis_limit = 1000"))
        connection.execute(text("ANALYZE"))


def _analysed(connection: Connection) -> int:
    """How many files there were when SQLite counted last."""
    if not inspect(connection).has_table("sqlite_stat1"):
        return 0
    counted = text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'files'")
    found = connection.execute(counted).scalar()
    return int(found.split()[0]) if found else 0


def load(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows that have the same columns each into a table, as fast as the database takes them."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    dialect = connection.dialect
    binders = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    names = ", ".join(column.name for column in columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [
                    value if bind is None else bind(value)
                    for value, bind in zip(row.values(), binders, strict=True)
                ]
            )


def _new_ids(connection: Connection, count: int) -> Sequence[int]:
    if connection.dialect.name == "postgresql":
        numbers = func.nextval("records_id_seq").label("id")
        found = select(numbers).select_from(func.generate_series(1, count))
        return connection.execute(found).scalars().all()
    # Nobody else writes meanwhile.
    last = connection.execute(select(func.max(records.c.id))).scalar() or 0
    return range(last + 1, last + 1 + count)


def _next_numbers(connection: Connection, file_ids: Sequence[int]) -> dict[int, int]:
    """File -> the number of its next version, where it is not the first."""
    return {
        file: last + 1
        for part in _parts(file_ids)
        for file, last in connection.execute(
            select(versions.c.file_id, func.max(versions.c.number))
            .where(versions.c.file_id.in_(part))
            .group_by(versions.c.file_id)
        )
    }


def _parts(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
