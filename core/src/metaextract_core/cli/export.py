"""`metaextract export`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final, cast

import click
import msgspec

from metaextract_core.cli import asking, console, options
from metaextract_core.exporting import FORMATS, Column, Format, choose, open_exporter
from metaextract_core.record import SCHEMA, Record

MAX_LINE: Final = 256 << 20
"""Bytes of one record; its sections are bounded to less."""
_MAX_SAID: Final = 20
"""Bad lines that are told one by one."""
_BINARY: Final = frozenset({"parquet", "sqlite"})


def _columns(_: click.Context, __: click.Parameter, value: str | None) -> tuple[Column, ...] | None:
    try:
        return None if value is None else choose(name for name in value.split(",") if name)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@asking.filter_argument
@click.option(
    "--from",
    "source",
    metavar="FILE",
    help="Not the catalogue, but records as `extract --format jsonl` writes them; - is standard "
    "input.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    required=True,
    help="For spreadsheets, for programs, for data frames, for SQL.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=str), help="Write to this file."
)
@click.option(
    "--columns",
    callback=_columns,
    metavar="FIELD,...",
    help="Only these fields, in this order; not for jsonl, which holds whole records.",
)
@click.option("--bom", is_flag=True, help="csv: begin with a mark by which Excel knows UTF-8.")
@asking.database
def export(
    filter_: tuple[str, ...],
    source: str | None,
    format_: Format,
    output: str | None,
    columns: tuple[Column, ...] | None,
    bom: bool,
    database: str | None,
) -> int:
    """Write records as a table or a database that other programs read.

    They are those of the catalogue that FILTER is true of (docs/search.md), or all.

    Exit status: 0 all good, 1 a record could not be read or the file not be written, 2 usage.
    """
    _check(format_, output, columns, bom=bom)
    if source is not None and filter_:
        raise click.UsageError("a filter is for the catalogue; leave it or --from out")
    complaints = _Complaints(source or "")
    with contextlib.ExitStack() as stack:
        if source is None:
            found = stack.enter_context(_catalogued(filter_, database))
        else:
            found = records(stack.enter_context(options.opened(source)), complaints.add)
        exporter = stack.enter_context(
            open_exporter(
                format_,
                cast("BinaryIO", sys.stdout.buffer) if output is None else output,
                columns=columns,
                bom=bom,
            )
        )
        for record in found:
            exporter.write(record)
    complaints.end()
    return 1 if complaints.count else 0


@contextlib.contextmanager
def _catalogued(words: Sequence[str], database: str | None) -> Iterator[Iterator[Record]]:
    wanted = asking.parsed(words)
    with asking.opened(database) as catalogue:
        yield catalogue.records(wanted, descending=False)


def _check(
    format_: Format, output: str | None, columns: tuple[Column, ...] | None, *, bom: bool
) -> None:
    if columns is not None and format_ == "jsonl":
        raise click.UsageError("--columns is for csv, parquet and sqlite; jsonl holds all there is")
    if bom and format_ != "csv":
        raise click.UsageError("--bom is for csv")
    if output is None and format_ in _BINARY and sys.stdout.isatty():
        raise click.UsageError(f"{format_} is not for terminals; name a file with --output")


def records(stream: BinaryIO, complain: Callable[[int, str], None]) -> Iterator[Record]:
    """The records of JSON Lines, one at a time.

    Args:
        stream: one record a line; empty lines are passed over.
        complain: told the number of each line that is no record, and why.
    """
    decode = msgspec.json.Decoder(Record).decode
    for number, line in _lines(stream):
        if line is None:
            complain(number, f"it has more than {MAX_LINE >> 20} MiB")
            continue
        try:
            record = decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            complain(number, str(error))
            continue
        if record.schema == SCHEMA:
            yield record
        else:
            complain(number, f"its schema is {record.schema}, not {SCHEMA}")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None for one that is too long, which is not held in memory."""
    number = 0
    while line := stream.readline(MAX_LINE):
        number += 1
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            if not line.isspace():
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)
        yield number, None


class _Complaints:
    def __init__(self, source: str) -> None:
        self._name = "standard input" if source == "-" else source
        self.count = 0

    def add(self, number: int, reason: str) -> None:
        self.count += 1
        if self.count <= _MAX_SAID:
            console.say(f"{self._name}, line {number}: this is no record: {reason}")

    def end(self) -> None:
        if self.count > _MAX_SAID:
            console.say(f"{self.count} lines in all are no records")
