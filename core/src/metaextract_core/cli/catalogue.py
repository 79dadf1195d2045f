"""`metaextract catalogue`: the database itself."""

from __future__ import annotations

import click

from metaextract_core.cli import asking, console
from metaextract_core.settings import load_settings


@click.group()
def catalogue() -> None:
    """Prepare the database of records, and remove files from it.

    Exit status: 0 it is done, 1 the database cannot be used, 2 usage.
    """


@catalogue.command()
@asking.database
def upgrade(database: str | None) -> int:
    """Make the catalogue's tables, or bring them to the form of this program.

    A SQLite file is brought up to date by itself, after a copy; PostgreSQL is when you say so: back
    it up first.
    """
    from metaextract_core.catalogue.database import Database, address, shown, upgrade_server

    url = address(database)
    settings = load_settings().catalogue
    if url.get_backend_name() == "sqlite":
        Database(url, settings).close()
        console.say(f"{shown(url)}: the catalogue is up to date")
        return 0
    before, after = upgrade_server(url, settings)
    if before == after:
        console.say(f"{shown(url)}: the catalogue is up to date")
    else:
        console.say(f"{shown(url)}: the catalogue has form {after} now, before: {before or 'none'}")
    return 0


@catalogue.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=str))
@asking.database
def forget(paths: tuple[str, ...], database: str | None) -> int:
    """Take these files out of the catalogue; what was known of them stays in their history."""
    with asking.opened(database) as opened:
        gone = opened.forget(paths)
    console.say(f"{gone} files are no longer in the catalogue")
    return 0
