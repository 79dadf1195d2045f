"""Records as Parquet: a column of its own type for each field, in row groups of bounded size."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, Final, Self

from metaextract_core.errors import ExportError
from metaextract_core.exporting.columns import IDENTITY, Column, cells
from metaextract_core.exporting.values import as_boolean, as_integer, as_number, as_text, members
from metaextract_core.fields import FieldType
from metaextract_core.record import SCHEMA, Record

ROWS: Final = 10_000
"""Rows of one group, at most."""
CHARACTERS: Final = 64 << 20
"""Characters of the texts of one group, from which on it is written."""

_MEANINGS: Final = {
    "file.path": "Where the file lies; bytes that are not UTF-8 are shown as U+FFFD.",
    "file.digest": "BLAKE3 of the content.",
}
_CONVERT: Final[Mapping[FieldType, Callable[[Any], Any]]] = {
    "text": as_text,
    "integer": as_integer,
    "number": as_number,
    "boolean": as_boolean,
    "datetime": as_text,
    "list": members,
}


class RowGroups:
    """Parquet on a stream.

    A value that its column cannot hold, such as an integer of more than 64 bits, is null.
    """

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        arrow, parquet = _pyarrow()
        self._columns = columns
        self._schema = _schema(arrow, columns)
        self._batch = arrow.record_batch
        self._convert = [as_text, as_text, *(_CONVERT[column.type] for column in columns)]
        self._writer = parquet.ParquetWriter(_Sink(stream), self._schema, compression="zstd")
        self._rows: list[list[Any]] = []
        self._characters = 0

    @classmethod
    @contextlib.contextmanager
    def opened(cls, stream: IO[bytes], columns: Sequence[Column]) -> Iterator[Self]:
        """What is complete when the block ends."""
        groups = cls(stream, columns)
        try:
            yield groups
            groups._flush()
        finally:
            groups._writer.close()

    def write(self, record: Record) -> None:
        """Add one row; a full group is written."""
        found = [record.file.path, record.file.digest, *cells(record, self._columns)]
        row = [
            None if value is None else convert(value)
            for convert, value in zip(self._convert, found, strict=True)
        ]
        self._rows.append(row)
        self._characters += sum(map(_length, row))
        if len(self._rows) >= ROWS or self._characters >= CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = list(zip(*self._rows, strict=True))
            self._writer.write_batch(self._batch(columns, schema=self._schema), ROWS)
            self._rows, self._characters = [], 0


def _length(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(len, value))
    return len(value) if isinstance(value, str) else 0


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # type: ignore[import-untyped]  # it has no types
        import pyarrow.parquet  # type: ignore[import-untyped]  # as above
    except ImportError as error:
        raise ExportError(
            "Parquet needs pyarrow: pip install 'metaextract-core[parquet]'"
        ) from error
    return pyarrow, pyarrow.parquet


def _schema(arrow: Any, columns: Sequence[Column]) -> Any:
    text = arrow.string()
    types = {
        "text": text,
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "datetime": text,  # a type of time would make up a zone, and digits that nobody gave
        "list": arrow.list_(text),
    }
    identity = [arrow.field(name, text, metadata={"meaning": _MEANINGS[name]}) for name in IDENTITY]
    fields = [
        arrow.field(column.name, types[column.type], metadata=_metadata(column))
        for column in columns
    ]
    return arrow.schema(identity + fields, metadata={"metaextract.schema": SCHEMA})


def _metadata(column: Column) -> dict[str, str]:
    unit = {"unit": column.unit} if column.unit else {}
    return {"type": column.type, "meaning": column.meaning, **unit}


class _Sink:
    """A stream whose place is known though it may be a pipe."""

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._written = 0

    def write(self, data: Any) -> int:
        self._stream.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's to close."""
