"""Opens what writes records in a format, and gives the finished file its name."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Final, Literal, Protocol, get_args

from metaextract_core.exporting.columns import Column, choose
from metaextract_core.record import Record
from metaextract_core.whole import is_special, whole

Format = Literal["csv", "jsonl", "parquet", "sqlite"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


class Exporter(Protocol):
    """Takes records one by one."""

    def write(self, record: Record) -> None:
        """Write one record."""


@contextlib.contextmanager
def open_exporter(
    format_: Format,
    target: str | IO[bytes],
    *,
    columns: Sequence[Column] | None = None,
    bom: bool = False,
) -> Iterator[Exporter]:
    """What writes records to `target`, which is complete when the block ends.

    Args:
        format_: one of `FORMATS`.
        target: a path, where the file appears only if the block ends without an exception, or a
            stream that bytes are written to.
        columns: of the table, behind path and digest; all fields if None. JSON Lines always hold
            whole records.
        bom: whether CSV begins with a byte order mark, by which Excel knows it for UTF-8.

    Raises:
        ExportError: a library is missing, or the file cannot be written as a database.
        OSError: the file cannot be written.
    """
    chosen = choose() if columns is None else tuple(columns)
    if not isinstance(target, str):
        with _on_stream(format_, target, chosen, bom=bom) as exporter:
            yield exporter
    elif is_special(target):
        with (
            open(target, "wb") as stream,
            _on_stream(format_, stream, chosen, bom=bom) as exporter,
        ):
            yield exporter
    else:
        with (
            whole(target) as partial,
            _nothing_left(partial),
            _at_path(format_, partial, chosen, bom=bom) as exporter,
        ):
            yield exporter


@contextlib.contextmanager
def _nothing_left(partial: str) -> Iterator[None]:
    """Half a table is of no use, and the records are where they came from."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


@contextlib.contextmanager
def _at_path(
    format_: Format, path: str, columns: Sequence[Column], *, bom: bool
) -> Iterator[Exporter]:
    if format_ == "sqlite":
        from metaextract_core.exporting.sqlite import Database

        with Database.made(path, columns) as database:
            yield database
    else:
        with (
            open(path, "wb") as stream,
            _on_stream(format_, stream, columns, bom=bom) as exporter,
        ):
            yield exporter


@contextlib.contextmanager
def _on_stream(
    format_: Format, stream: IO[bytes], columns: Sequence[Column], *, bom: bool
) -> Iterator[Exporter]:
    if format_ == "csv":
        from metaextract_core.exporting.csv import Table

        yield Table(stream, columns, bom=bom)
    elif format_ == "jsonl":
        from metaextract_core.exporting.jsonl import Lines

        yield Lines(stream)
    elif format_ == "parquet":
        from metaextract_core.exporting.parquet import RowGroups

        with RowGroups.opened(stream, columns) as groups:
            yield groups
    else:  # a database is written here and there, so it has to be a file first
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "records.sqlite")
            with _at_path(format_, path, columns, bom=bom) as exporter:
                yield exporter
            with open(path, "rb") as database:
                shutil.copyfileobj(database, stream)
    stream.flush()
