"""`metaextract search`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from metaextract_core.cli import asking, console
from metaextract_core.cli.table import human_size

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue
    from metaextract_core.catalogue.filters import Filter
    from metaextract_core.catalogue.searching import Hit

_FORMATS = ("table", "json", "jsonl", "paths")
_SORTS = ("saved", "capture.time", "file.size", "media.duration")
_FACETS = ("file.media_type", "camera.make", "camera.model", "lens.model", "camera.serial")


@click.command()
@asking.filter_argument
@click.option(
    "--sort",
    type=click.Choice(_SORTS),
    default="saved",
    show_default=True,
    help="The latest or largest first; what has no such value comes last.",
)
@click.option("--ascending", is_flag=True, help="The earliest or smallest first.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="So many at most."
)
@click.option("--after", metavar="PLACE", help="Go on where the page before ended.")
@click.option("--count", is_flag=True, help="Only say how many there are.")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    type=click.Choice(_FACETS),
    help="Count the values of this field.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="For people, as JSON (a page of hits, or one whole record a line), or paths alone.",
)
@click.option("-0", "--null", is_flag=True, help="--format paths: end each with NUL.")
@asking.database
def search(
    filter_: tuple[str, ...],
    sort: str,
    ascending: bool,
    limit: int,
    after: str | None,
    count: bool,
    facets: tuple[str, ...],
    format_: str,
    null: bool,
    database: str | None,
) -> int:
    """Find records in the catalogue.

    FILTER is such as: camera.make = Canon and capture.time >= 2024-05 (docs/search.md); put it
    into quotes where the shell knows its characters. Without one, all records are found.

    Exit status: 0 something was found, 1 nothing was, 2 usage.
    """
    wanted = asking.parsed(filter_)
    with asking.opened(database) as catalogue:
        if count or facets:
            return _count(catalogue, wanted, facets, as_json=format_ in ("json", "jsonl"))
        page = catalogue.search(
            wanted, sort=sort, descending=not ascending, limit=limit, after=after
        )
        if format_ == "json":
            asking.write_json(page)
        elif format_ == "jsonl":
            _lines(catalogue, page.hits)
        elif format_ == "paths":
            for hit in page.hits:
                _path(hit.path, null=null)
        elif page.hits:
            _table(page.hits)
    if not page.hits:
        console.say("nothing was found")
        return 1
    if page.next is not None and format_ != "json":
        console.say(f"there is more: --after {page.next}")
    return 0


def _count(catalogue: Catalogue, wanted: Filter, facets: tuple[str, ...], *, as_json: bool) -> int:
    number = catalogue.count(wanted)
    spread = {name: catalogue.facet(name, wanted) for name in facets}
    if as_json:
        values = {name: dict(found) for name, found in spread.items()}
        asking.write_json({"count": number, **({"facets": values} if facets else {})})
        return 0 if number else 1
    sys.stdout.write(f"{number:,}\n")
    for name, found in spread.items():
        rows = [(f"{records:,}", value) for value, records in found]
        asking.show(("records", name), rows, right=["records"])
    return 0 if number else 1


def _lines(catalogue: Catalogue, hits: list[Hit]) -> None:
    import msgspec

    for record in catalogue.whole([hit.record for hit in hits]).values():
        sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
    sys.stdout.buffer.flush()


def _path(path: str, *, null: bool) -> None:
    sys.stdout.buffer.write(path.encode(errors="surrogateescape") + (b"\0" if null else b"\n"))
    sys.stdout.buffer.flush()


def _table(hits: list[Hit]) -> None:
    rows = [
        (
            (hit.capture_time or "")[:16].replace("T", " "),
            hit.model or hit.make or "",
            human_size(hit.size) if hit.size is not None else "",
            hit.media_type or "",
            hit.path,
        )
        for hit in hits
    ]
    asking.show(("captured", "camera", "size", "type", "path"), rows, right=["size"])
