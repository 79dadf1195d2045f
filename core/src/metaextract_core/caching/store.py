"""The cache on disk: one SQLite file in the user's cache folder."""

from __future__ import annotations

import collections
import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import structs

from metaextract_core.caching.entries import Counts, Kept, Memo, Statistics
from metaextract_core.embedded import EmbeddedFile

if TYPE_CHECKING:
    from sqlite3 import Connection

_FORMAT: Final = 3
_AT_ONCE: Final = 500  # parameters of one statement; SQLite takes 999 everywhere
_EVICTED: Final = 64  # sections that make room at a time
_COARSE: Final = 3600.0  # seconds by which the noted time of use may be late
_FULL: Final = 0.9  # share of the bound that is left when room is made
_SCHEMA: Final = """
CREATE TABLE section (
    key BLOB PRIMARY KEY, extractor TEXT, version TEXT, digest TEXT, body BLOB, used REAL
);
CREATE INDEX section_by_digest ON section (digest);
CREATE INDEX section_by_use ON section (used);
CREATE TABLE memo (
    path BLOB PRIMARY KEY, stamp BLOB, size INTEGER, engine TEXT, head BLOB, digest TEXT,
    body BLOB, record BLOB, seal BLOB, seconds REAL, failed INTEGER, used REAL
);
CREATE INDEX memo_by_content ON memo (size, head);
CREATE INDEX memo_by_use ON memo (used);
CREATE TABLE counts (
    extractor TEXT PRIMARY KEY, hits INTEGER, misses INTEGER, sets INTEGER, evictions INTEGER,
    errors INTEGER, saved_seconds REAL
);
CREATE TABLE total (bytes INTEGER);
INSERT INTO total VALUES (0);
"""
_FACTS: Final = Memo.__struct_fields__
_SIZES: Final = {"section": ("key", "digest", "body"), "memo": ("path", "digest", "body", "record")}
"""Table -> the columns whose bytes count. Triggers keep the total: to add it up takes long."""


def _size(table: str, row: str) -> str:
    return " + ".join(f"length({row}.{column})" for column in _SIZES[table])


_TRIGGERS: Final = "".join(
    f"CREATE TRIGGER {table}_{event} AFTER {event} ON {table} BEGIN"  # noqa: S608 -- our own names
    f" UPDATE total SET bytes = bytes {change}; END;\n"
    for table in _SIZES
    for event, change in (
        ("INSERT", f"+ ({_size(table, 'new')})"),
        ("DELETE", f"- ({_size(table, 'old')})"),
        ("UPDATE", f"- ({_size(table, 'old')}) + ({_size(table, 'new')})"),
    )
)
_ADD_COUNTS: Final = """
INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    hits = hits + excluded.hits, misses = misses + excluded.misses, sets = sets + excluded.sets,
    evictions = evictions + excluded.evictions, errors = errors + excluded.errors,
    saved_seconds = saved_seconds + excluded.saved_seconds
"""


class Store:
    """The file in `folder`. A fault costs what it holds and no more.

    Args:
        folder: where it lies.
        size: bytes that it may hold.
        life: seconds for which a section is kept that nobody asks for.
        on_fault: told, once, what is wrong with it.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int,
        life: float,
        on_fault: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._size = size
        self._life = life
        self._clock = clock
        self._file = EmbeddedFile(
            folder / "sections.sqlite",
            schema=_SCHEMA + _TRIGGERS,
            format_=_FORMAT,
            what="the cache",
            on_fault=on_fault,
            keep_open=True,
        )

    def sections(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The bodies of those of `keys` that are there and were used within their life."""
        since = self._clock() - self._life
        query = "SELECT key, body FROM section WHERE used >= ? AND key"
        rows = self._rows(query, since, keys)
        return {key: body for key, body in rows if isinstance(body, bytes)}

    def memos(self, paths: Sequence[bytes], engine: str) -> dict[bytes, Memo]:
        """Path -> what is known of the file there, as far as `engine` has identified it."""
        query = f"SELECT {', '.join(_FACTS)} FROM memo WHERE engine = ? AND path"  # noqa: S608 -- our own names
        rows = self._rows(query, engine, paths)
        found = {}
        for row in rows:
            # SQLite keeps values of any type in any column.
            with contextlib.suppress(msgspec.ValidationError):
                facts = dict(zip(_FACTS, row, strict=True))
                found[row[0]] = msgspec.convert(facts, Memo, builtin_types=(bytes,))
        return found

    def knows(self, size: int, head: bytes) -> bool:
        """Whether a file of `size` bytes that begins like this has been read."""
        query = "SELECT 1 FROM memo WHERE size = ? AND head = ? LIMIT 1"
        return self._file.exists and bool(
            self._file.do("BEGIN", lambda open_: open_.execute(query, (size, head)).fetchone())
        )

    def _rows(self, query: str, condition: object, keys: Sequence[bytes]) -> list[Any]:
        """What `query` gives for any of `keys`, in one transaction."""
        if not keys or not self._file.exists:
            return []

        def look_up(connection: Connection) -> list[Any]:
            found: list[Any] = []
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                holes = ", ".join("?" * len(some))
                found += connection.execute(f"{query} IN ({holes})", (condition, *some))
            return found

        return self._file.do("BEGIN", look_up) or []

    def add(
        self,
        sections: Collection[Kept],
        memos: Collection[Memo],
        counts: Mapping[str, Counts],
        used: Collection[bytes] = (),
    ) -> None:
        """Keep these, in the place of what was there, and make room where it takes too much.

        Args:
            sections: what extractors have said.
            memos: what was found out of files.
            counts: what to add to the statistics, by extractor.
            used: keys of sections, and paths, that were asked for.
        """
        now = self._clock()

        def add(connection: Connection) -> None:
            _replace(connection, sections, memos, now)
            for table, key in (("section", "key"), ("memo", "path")):
                connection.executemany(
                    f"UPDATE {table} SET used = ? WHERE {key} = ? AND used < ?",  # noqa: S608 -- our own names
                    [(now, one, now - _COARSE) for one in used],
                )
            for extractor, count in counts.items():
                connection.execute(_ADD_COUNTS, (extractor, *structs.astuple(count)))
            self._make_room(connection)

        self._file.do("BEGIN IMMEDIATE", add)

    def _make_room(self, connection: Connection) -> None:
        until = self._clock() - self._life
        for table in _SIZES:
            connection.execute(f"DELETE FROM {table} WHERE used < ?", (until,))  # noqa: S608 -- our own names
        while (excess := _bytes(connection) - self._size) > 0:
            for extractor, evicted in _evict(connection, excess + (1 - _FULL) * self._size):
                gone = structs.astuple(Counts(evictions=evicted))
                connection.execute(_ADD_COUNTS, (extractor, *gone))

    def digests(self, paths: Collection[bytes]) -> set[str]:
        """Those of the contents that files at `paths` had."""
        rows = self._rows("SELECT digest FROM memo WHERE ? AND path", 1, [*paths])
        return {digest for (digest,) in rows}

    def forget(
        self,
        *,
        digests: Collection[str] = (),
        extractors: Collection[str] = (),
        paths: Collection[bytes] = (),
    ) -> int:
        """Remove what belongs to any of these; how many sections and files that were.

        What belongs to the contents of files at `paths` is not, unless `digests` names them.
        """

        def forget(connection: Connection) -> int:
            if extractors:
                connection.execute("UPDATE memo SET record = x'', seal = x''")
            return sum(
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (one,)).rowcount  # noqa: S608 -- our own names
                for table, column, those in (
                    ("section", "digest", digests),
                    ("memo", "digest", digests),
                    ("section", "extractor", extractors),
                    ("memo", "path", paths),
                )
                for one in those
            )

        return self._remove(forget)

    def clear(self) -> int:
        """Remove everything, the statistics too; how many sections and files that were."""

        def clear(connection: Connection) -> int:
            connection.execute("DELETE FROM counts")
            return sum(
                connection.execute(f"DELETE FROM {table}").rowcount  # noqa: S608 -- our own names
                for table in _SIZES
            )

        return self._remove(clear)

    def _remove(self, action: Callable[[Connection], int]) -> int:
        return (self._file.do("BEGIN IMMEDIATE", action) or 0) if self._file.exists else 0

    def statistics(self) -> Statistics:
        """What is there, and what it was good for."""

        def count(connection: Connection) -> Statistics:
            sections, files = (
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 -- our own names
                for table in _SIZES
            )
            rows = connection.execute("SELECT * FROM counts ORDER BY extractor")
            extractors = {extractor: Counts(*counts) for extractor, *counts in rows}
            return Statistics(extractors, sections, files, _bytes(connection))

        found = self._file.do("BEGIN", count) if self._file.exists else None
        return found or Statistics()

    def check(self) -> list[str]:
        """What is wrong with the file, a sentence each."""

        def look(connection: Connection) -> list[str]:
            said = [row[0] for row in connection.execute("PRAGMA quick_check")]
            size = sum(
                connection.execute(
                    f"SELECT coalesce(sum({_size(table, table)}), 0) FROM {table}"  # noqa: S608 -- our own names
                ).fetchone()[0]
                for table in _SIZES
            )
            if size != _bytes(connection):
                said.append(f"it holds {size} bytes and counts {_bytes(connection)}")
            return [text for text in said if text != "ok"]

        return (self._file.do("BEGIN", look) or []) if self._file.exists else []

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _replace(
    connection: Connection, sections: Collection[Kept], memos: Collection[Memo], now: float
) -> None:
    connection.executemany("DELETE FROM section WHERE key = ?", [(item.key,) for item in sections])
    connection.executemany(
        "INSERT INTO section VALUES (?, ?, ?, ?, ?, ?)",
        [
            (item.key, item.extractor, item.version, item.digest, item.body, now)
            for item in sections
        ],
    )
    connection.executemany("DELETE FROM memo WHERE path = ?", [(item.path,) for item in memos])
    connection.executemany(
        "INSERT INTO memo VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*structs.astuple(item), now) for item in memos],
    )


def _bytes(connection: Connection) -> int:
    (size,) = connection.execute("SELECT bytes FROM total").fetchone()
    return int(size)


def _evict(connection: Connection, wanted: float) -> list[tuple[str, int]]:
    """Remove the longest unused until `wanted` bytes are gone; how many of each extractor."""
    before = _bytes(connection)
    gone: collections.Counter[str] = collections.Counter()
    while before - _bytes(connection) < wanted:
        rows = connection.execute(
            "DELETE FROM section WHERE rowid IN"
            " (SELECT rowid FROM section ORDER BY used LIMIT ?) RETURNING extractor",
            (_EVICTED,),
        ).fetchall()
        memos = connection.execute(
            "DELETE FROM memo WHERE rowid IN (SELECT rowid FROM memo ORDER BY used LIMIT ?)",
            (_EVICTED // 4,),
        ).rowcount
        gone.update(extractor for (extractor,) in rows)
        if not rows and not memos:
            break
    return list(gone.items())
