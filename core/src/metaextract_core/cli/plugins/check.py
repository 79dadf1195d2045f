"""`metaextract plugins check`."""

from __future__ import annotations

from pathlib import Path

import click

from metaextract_core.cli import console
from metaextract_core.cli.options import no_plugins
from metaextract_core.cli.plugins.choosing import (
    NOT_INSTALLED,
    as_json_option,
    choose,
    judge,
    not_installed,
    vetted,
)
from metaextract_core.cli.plugins.showing import show


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Check the plugins in this folder: a source tree, or installed distributions.",
)
@click.option("--strict", is_flag=True, help="Count missing tools and warnings as broken.")
@as_json_option
@no_plugins
def check(
    names: tuple[str, ...], path: Path | None, strict: bool, as_json: bool, plugins: bool
) -> int:
    """Check the health of plugins, all by default; a NAME may also be that of a distribution.

    Exit status: 0 healthy, 1 something is broken, 2 usage, 3 not installed, 4 the check failed.
    """
    verdicts = vetted(plugins=plugins, path=path, fresh=True)
    if path is not None and not verdicts:
        console.say(f"there is no plugin in {path}; it needs a pyproject.toml with entry points")
        return NOT_INSTALLED
    chosen, absent = choose(verdicts, names) if names else (verdicts, [])
    show(chosen, as_json=as_json)
    return not_installed(absent) if absent else judge(chosen, strict=strict)
