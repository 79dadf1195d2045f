"""How records are written: JSON, JSON Lines, or a table that a person likes to read."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import IO, BinaryIO, Protocol, cast

import msgspec

from metaextract_core.record import Result

FORMATS = ("table", "json", "jsonl")


class Writer(Protocol):
    """Takes records one by one."""

    def write(self, result: Result) -> None:
        """Write one record."""


@contextlib.contextmanager
def open_writer(stream: IO[bytes], format_: str, *, everything: bool = False) -> Iterator[Writer]:
    """A writer of `format_` on `stream`, completed when the block ends.

    Args:
        stream: where UTF-8 goes.
        format_: one of `FORMATS`, or ``none`` to write nothing.
        everything: in a table, the sections as well as the fields.
    """
    if format_ == "jsonl":
        yield _Lines(stream)
        stream.flush()
    elif format_ == "json":
        array = _Array(stream)
        yield array
        array.finish()
    elif format_ == "none":
        yield _Nothing()
    else:
        from metaextract_core.cli.table import Table

        text = io.TextIOWrapper(cast("BinaryIO", stream), encoding="utf-8", errors="replace")
        try:
            yield Table(text, everything=everything)
        finally:
            text.flush()
            text.detach()


class _Nothing:
    def write(self, result: Result) -> None:
        pass


class _Lines:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, result: Result) -> None:
        self._stream.write(result.json + b"\n")
        self._stream.flush()


class _Array:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._before = b"[\n"

    def write(self, result: Result) -> None:
        self._stream.write(self._before + msgspec.json.format(result.json))
        self._before = b",\n"

    def finish(self) -> None:
        self._stream.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
        self._stream.flush()
