"""`metaextract dedupe`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from metaextract_core.cli import asking, console
from metaextract_core.cli.table import human_size

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue


@click.command()
@asking.filter_argument
@click.option(
    "--alike",
    type=click.IntRange(0, 3),
    metavar="BITS",
    help="Group pictures that look alike as well: perceptual hashes that differ in so many bits.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="So many groups of each kind at most.",
)
@asking.as_json
@asking.database
def dedupe(
    filter_: tuple[str, ...], alike: int | None, limit: int, as_json: bool, database: str | None
) -> int:
    """Group files of the catalogue that are the same, and pictures that look alike.

    Nothing is deleted. Those groups come first that waste the most bytes.

    Exit status: 0 something was found, 1 nothing was, 2 usage.
    """
    wanted = asking.parsed(filter_)
    with asking.opened(database) as catalogue:
        groups = [("equal", ids) for ids in catalogue.equal(wanted, limit=limit)]
        if alike is not None:
            near = catalogue.alike(wanted, within=alike)
            groups += [("alike", ids) for ids in near[:limit]]
        found = [_group(catalogue, kind, ids) for kind, ids in groups]
    if as_json:
        asking.write_json(found)
    else:
        for group in found:
            _show(group)
    if len(found) >= limit:
        console.say(f"of each kind {limit} groups are shown at most: --limit shows more")
    if not found:
        console.say("no two files are the same")
        return 1
    return 0


def _group(catalogue: Catalogue, kind: str, ids: list[int]) -> dict[str, Any]:
    hits = catalogue.hits(ids)
    size = hits[0].size if hits else None
    return {"kind": kind, "size": size, "paths": [hit.path for hit in hits]}


def _show(group: dict[str, Any]) -> None:
    paths = group["paths"]
    if group["kind"] == "equal":
        wasted = human_size((len(paths) - 1) * (group["size"] or 0))
        head = f"{len(paths)} files of the same content, {wasted} too much"
    else:
        head = f"{len(paths)} pictures that look alike"
    lines = [head, *(f"  {console.safe(path)}" for path in paths)]
    sys.stdout.write("\n".join(lines) + "\n\n")
