"""What the commands share that ask the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack

import click
import msgspec

from metaextract_core.cli import console

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue
    from metaextract_core.catalogue.filters import Filter
    from metaextract_core.kernel import How
    from metaextract_core.record import Record

_PLAIN_WIDTH: Final = 200
"""Columns where the output is no terminal."""
_LEAST: Final = 4
"""Columns of a terminal below which no column of a table is cut."""

F = TypeVar("F", bound=Callable[..., Any])


def database(command: F) -> F:
    """``--database URL`` (parameter ``database``)."""
    return click.option(
        "--database",
        metavar="URL",
        help="Use this catalogue, not that of METAEXTRACT_DATABASE_URL or the data folder.",
    )(command)


def filter_argument(command: F) -> F:
    """``[FILTER]...`` (parameter ``filter_``): its words are joined, so quotes may be left out."""
    return click.argument("filter_", metavar="[FILTER]...", nargs=-1)(command)


def as_json(command: F) -> F:
    """``--json`` (parameter ``as_json``)."""
    return click.option("--json", "as_json", is_flag=True, help="As JSON.")(command)


def opened(database: str | None) -> Catalogue:
    """The catalogue, to be used in a ``with`` statement."""
    from metaextract_core.catalogue.catalogue import Catalogue

    return Catalogue(database)


def parsed(words: Sequence[str]) -> Filter:
    """The filter that the words of a command line stand for."""
    from metaextract_core.catalogue.language import parse

    return parse(" ".join(words))


def query(command: F) -> F:
    """``--query FILTER`` (parameter ``query``)."""
    return click.option(
        "--query", metavar="FILTER", help="Take the records of the catalogue (docs/search.md)."
    )(command)


def records_of(
    paths: Sequence[str], query: str | None, database: str | None, **how: Unpack[How]
) -> Iterator[Record]:
    """The records of files that are read now, or of those that the catalogue has.

    Raises:
        click.UsageError: neither is named.
    """
    if not paths and query is None:
        raise click.UsageError("name at least one file or folder, or use --query")
    if query is not None:
        wanted = parsed([query])
        with opened(database) as catalogue:
            yield from catalogue.records(wanted)
    if paths:
        from metaextract_core.kernel import Kernel

        with Kernel(on_fault=lambda name, why: console.say(f"{name}: {why}")) as kernel:
            yield from kernel.extract(paths, **how)


def write_json(data: Any) -> None:
    """Data on standard output, for programs and for people."""
    try:
        text = msgspec.json.encode(data)
    except UnicodeEncodeError:  # a path that is not UTF-8
        text = msgspec.json.encode(_readable(msgspec.to_builtins(data)))
    sys.stdout.write(msgspec.json.format(text).decode() + "\n")


def show(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A table on standard output.

    Args:
        columns: their heads; the last takes what room there is, and is never cut.
        rows: their cells, which may hold anything.
        right: the columns that are numbers.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console.rich_console(sys.stdout)
    if not out.is_terminal:
        out = console.rich_console(sys.stdout, width=_PLAIN_WIDTH)
    cells = [[Text(console.safe(cell)) for cell in row] for row in rows]
    natural = [
        max(len(name), *(row[number].cell_len for row in cells), 1)
        for number, name in enumerate(columns)
    ]
    widths = _fitted(natural, out.width - 3 * len(columns))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, width in zip(columns, widths, strict=True):
        last = name == columns[-1]
        table.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="fold" if last else "ellipsis",
            no_wrap=not last,
            width=width,
        )
    for row in cells:
        table.add_row(*row)
    with out.capture() as captured:
        out.print(table)
    lines = (line.rstrip() for line in captured.get().splitlines())
    sys.stdout.write("\n".join(line for line in lines if line) + "\n")


def _fitted(widths: list[int], room: int) -> list[int]:
    """Widths of columns that fit into `room`, as far as anything can.

    The last may be folded, so it gives way first, but not below two fifths of the room, where it
    would become a thread; then the widest of the others does, which are cut.
    """
    *others, last = widths
    last = max(min(last, 2 * room // 5), min(last, room - sum(others)))
    while sum(others) + last > room and max(others, default=0) > _LEAST:
        others[others.index(max(others))] -= 1
    return [*others, last]


def _readable(data: Any) -> Any:
    """`data` with U+FFFD for what is no character, as records show paths."""
    if isinstance(data, str):
        return data.encode(errors="surrogateescape").decode(errors="replace")
    if isinstance(data, dict):
        return {key: _readable(value) for key, value in data.items()}
    return [_readable(item) for item in data] if isinstance(data, list) else data
