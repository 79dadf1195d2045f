"""`metaextract history`."""

from __future__ import annotations

import click

from metaextract_core.cli import asking, console


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=str))
@asking.as_json
@asking.database
def history(path: str, as_json: bool, database: str | None) -> int:
    """What the catalogue knew of a file over time, the latest first.

    `metaextract diff --versions` compares what it knew at two times.

    Exit status: 0 it is known, 1 it is not, 2 usage.
    """
    with asking.opened(database) as catalogue:
        found = catalogue.history(path)
    if as_json:
        asking.write_json(found)
    elif found:
        rows = [
            (str(one.number), _minute(one.made), _minute(one.until), (one.digest or "")[:23])
            for one in found
        ]
        asking.show(("version", "known from (UTC)", "until", "content"), rows, right=["version"])
    if not found:
        console.say(f"{path}: the catalogue knows nothing of it")
        return 1
    return 0


def _minute(time: str | None) -> str:
    return "now" if time is None else time[:19].replace("T", " ")
