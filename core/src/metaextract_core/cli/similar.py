"""`metaextract similar`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from metaextract_core.cli import asking, console

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue


@click.command()
@click.argument("picture", metavar="FILE|DIGEST", type=click.Path(path_type=str))
@click.option(
    "--within",
    type=click.IntRange(0, 11),
    default=8,
    show_default=True,
    help="Bits of 64 in which the perceptual hashes may differ.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="So many at most."
)
@asking.as_json
@asking.database
def similar(picture: str, within: int, limit: int, as_json: bool, database: str | None) -> int:
    """Find pictures in the catalogue that look like one.

    The picture is a file, or the digest of one that the catalogue knows. Only pictures that were
    read with a perceptual hash are found (`extract --save --profile deep`).

    Exit status: 0 something was found, 1 nothing was, 2 usage.
    """
    with asking.opened(database) as catalogue:
        phash = _phash(catalogue, picture)
        found = catalogue.similar(phash, within)[:limit]
        paths = {hit.record: hit.path for hit in catalogue.hits([id_ for _, id_ in found])}
    rows = [{"distance": bits, "path": paths[id_]} for bits, id_ in found if id_ in paths]
    if as_json:
        asking.write_json(rows)
    elif rows:
        cells = [(str(row["distance"]), str(row["path"])) for row in rows]
        asking.show(("bits", "path"), cells, right=["bits"])
    else:
        console.say(f"no picture differs in {within} bits or less")
    return 0 if rows else 1


def _phash(catalogue: Catalogue, picture: str) -> int:
    """The hash of a picture: the catalogue's, or else read from the file now."""
    from metaextract_core.catalogue.filters import Compare
    from metaextract_core.catalogue.rows import signed

    if picture.startswith("blake3:"):
        records = list(catalogue.records(Compare("file.digest", "=", picture)))
        if not records:
            raise click.UsageError(f"the catalogue knows no content {picture}")
    elif os.path.exists(picture):
        from metaextract_core.kernel import Kernel

        with Kernel(on_fault=lambda name, why: console.say(f"{name}: {why}")) as kernel:
            records = list(kernel.extract([picture], only=["imagehash"]))
    else:
        known = catalogue.record(picture)
        if known is None:
            raise click.UsageError(f"{picture}: there is no such file, nor is it in the catalogue")
        records = [known]
    for record in records:
        phash = signed(record.fields.get("image.phash"))
        if phash is not None:
            return phash
    raise click.UsageError(
        f"{picture}: there is no perceptual hash of it; it is no picture, or was read without "
        "(--profile deep)"
    )
