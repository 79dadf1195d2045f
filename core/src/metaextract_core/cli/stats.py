"""`metaextract stats`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from metaextract_core.cli import asking, console
from metaextract_core.cli.table import human_size

if TYPE_CHECKING:
    from metaextract_core.catalogue.statistics import Statistics

_MOST: Final = 20
"""Media types that are shown; JSON has all."""


@click.command()
@asking.filter_argument
@asking.as_json
@asking.database
def stats(filter_: tuple[str, ...], as_json: bool, database: str | None) -> int:
    """Say what the catalogue holds, in numbers.

    Exit status: 0 it is said, 1 the catalogue cannot be used, 2 usage.
    """
    wanted = asking.parsed(filter_)
    with asking.opened(database) as catalogue:
        found = catalogue.statistics(wanted)
        name = catalogue.name
    if as_json:
        asking.write_json(found)
    else:
        _show(name, found)
    return 0


def _show(name: str, found: Statistics) -> None:
    what = f"{found.records:,} files with {found.contents:,} contents, {human_size(found.bytes)}"
    lines = [f"{what}, in {console.safe(name)}"]
    if found.first and found.last:
        lines.append(f"taken from {found.first[:10]} to {found.last[:10]}")
    if found.failed:
        lines.append(f"{found.failed:,} could not be read completely")
    if found.gone or found.versions:
        lines.append(f"{found.gone:,} files are gone; {found.versions:,} earlier versions are kept")
    sys.stdout.write("\n".join(lines) + "\n")
    types = [(f"{count:,}", name) for name, count in found.media_types.items()]
    if len(types) > _MOST:
        rest = sum(list(found.media_types.values())[_MOST:])
        types[_MOST:] = [(f"{rest:,}", f"of {len(types) - _MOST} others")]
    asking.show(("records", "media type"), types, right=["records"])
    sections = [
        (extractor, ", ".join(f"{count:,} {status}" for status, count in statuses.items()))
        for extractor, statuses in found.sections.items()
    ]
    asking.show(("extractor", "sections"), sections)
