"""Records as one SQLite file, to be asked with SQL or looked at with Datasette."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

import msgspec

from metaextract_core.errors import ExportError
from metaextract_core.exporting.columns import Column, cells
from metaextract_core.exporting.values import as_boolean, as_integer, as_number, as_text, members
from metaextract_core.fields import FIELDS
from metaextract_core.record import Record

APPLICATION_ID: Final = 0x4D455872
"""By which programs such as `file` know the format ("MEXr")."""
FORMAT: Final = 1
"""``PRAGMA user_version``; a change of it is a change of what is in the tables."""

_TYPES: Final = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_CONVERT: Final = {"integer": as_integer, "number": as_number, "boolean": as_boolean}

# No type for sources.value: it keeps a number a number and a text a text.
_TABLES: Final = """
CREATE TABLE fields (
    name TEXT PRIMARY KEY, type TEXT NOT NULL, unit TEXT, meaning TEXT NOT NULL
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, digest TEXT, size INTEGER,
    modified TEXT, media_type TEXT, error TEXT{columns}
);
CREATE TABLE sources (
    record INTEGER NOT NULL REFERENCES records(id), field TEXT NOT NULL, extractor TEXT NOT NULL,
    tag TEXT NOT NULL, value, chosen INTEGER NOT NULL
);
CREATE TABLE sections (
    record INTEGER NOT NULL REFERENCES records(id), extractor TEXT NOT NULL,
    version TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, duration_ms REAL NOT NULL
);
CREATE TABLE members (
    record INTEGER NOT NULL REFERENCES records(id), field TEXT NOT NULL REFERENCES fields(name),
    place INTEGER NOT NULL, value TEXT NOT NULL
);
"""
# Made when all rows are there, which is faster than keeping them up to date.
_INDEXES: Final = """
CREATE INDEX records_by_path ON records (path);
CREATE INDEX records_by_digest ON records (digest);
CREATE INDEX records_by_media_type ON records (media_type);
CREATE INDEX sources_by_record ON sources (record);
CREATE INDEX sources_by_field ON sources (field, value);
CREATE INDEX sections_by_record ON sections (record);
CREATE INDEX sections_by_status ON sections (status, extractor);
CREATE INDEX members_by_record ON members (record);
CREATE INDEX members_by_value ON members (field, value);
ANALYZE;
"""


class Database:
    """A new SQLite file.

    Its tables: ``records`` (a row for each file), ``sources`` (who said what), ``sections`` (how
    each extractor did), ``members`` (of lists), ``fields`` (what the columns mean). A value that
    its column cannot hold, such as an integer of more than 64 bits, is null; ``sources`` has it.
    """

    def __init__(self, connection: sqlite3.Connection, columns: Sequence[Column]) -> None:
        self._connection = connection
        self._columns = [column for column in columns if column.type != "list"]
        self._lists = [column for column in columns if column.type == "list"]
        self._convert = [_CONVERT.get(column.type, as_text) for column in self._columns]
        self._insert = f"INSERT INTO records VALUES (?{', ?' * (7 + len(self._columns))})"  # noqa: S608 -- nothing but question marks
        self._last = 0
        named = "".join(
            f',\n    "{column.name}" {_TYPES.get(column.type, "TEXT")}' for column in self._columns
        )
        connection.executescript(
            # Until it is complete nobody else has it, and a power cut leaves nothing to save.
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};"
            + _TABLES.format(columns=named)
        )
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO fields VALUES (?, ?, ?, ?)",
            [(field.name, field.type, field.unit, field.meaning) for field in FIELDS.values()],
        )

    @classmethod
    @contextlib.contextmanager
    def made(cls, path: str, columns: Sequence[Column]) -> Iterator[Self]:
        """A database at `path`, complete when the block ends; what was there is replaced.

        Raises:
            ExportError: it cannot be written.
        """
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            with contextlib.closing(connection):
                database = cls(connection, columns)
                yield database
                connection.execute("COMMIT")
                connection.executescript(_INDEXES)
        except sqlite3.Error as error:
            raise ExportError(f"{path}: {error}") from error

    def write(self, record: Record) -> None:
        """Add one record."""
        self._last += 1
        self._connection.execute(self._insert, self._row(record))
        self._connection.executemany(
            "INSERT INTO members VALUES (?, ?, ?, ?)", self._members(record)
        )
        self._connection.executemany(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    self._last,
                    as_text(name),
                    as_text(source.extractor),
                    as_text(source.tag),
                    _native(source.value),
                    source.chosen,
                )
                for name, field in record.fields.items()
                for source in field.sources
            ],
        )
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    self._last,
                    as_text(name),
                    as_text(section.version),
                    section.status,
                    _optional(section.reason),
                    section.duration_ms,
                )
                for name, section in record.sections.items()
            ],
        )

    def _row(self, record: Record) -> list[Any]:
        file = record.file
        known = [
            self._last,
            as_text(file.path),
            as_text(file.name),
            _optional(file.digest),
            as_integer(file.size),
            _optional(file.modified),
            _optional(file.media_type),
            _optional(file.error),
        ]
        found = cells(record, self._columns)
        return known + [
            None if value is None else convert(value)
            for convert, value in zip(self._convert, found, strict=True)
        ]

    def _members(self, record: Record) -> Iterator[tuple[int, str, int, str]]:
        for column, value in zip(self._lists, cells(record, self._lists), strict=True):
            for place, member in enumerate(members(value) if value is not None else ()):
                yield self._last, column.name, place, member


def _optional(value: str | msgspec.UnsetType | None) -> str | None:
    return as_text(value) if isinstance(value, str) else None


def _native(value: Any) -> Any:
    """`value` as SQLite keeps it; what has no type there, such as a list, as JSON."""
    if value is None or isinstance(value, bool | float):
        return value
    whole = as_integer(value)
    return as_text(value) if whole is None else whole
