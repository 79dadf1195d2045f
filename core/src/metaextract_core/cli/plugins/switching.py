"""`metaextract plugins enable` and `metaextract plugins disable`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from metaextract_core.cli import console
from metaextract_core.cli.plugins.choosing import HEALTHY, choose, not_installed
from metaextract_core.discovery import discover
from metaextract_core.settings import settings_file


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def enable(names: tuple[str, ...]) -> int:
    """Let plugins run that the configuration switches off.

    A NAME may also be that of a distribution: then it means all its plugins.

    Exit status: 0 done or nothing to do, 2 usage or a damaged file, 3 not installed.
    """
    return _switch(names, on=True)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def disable(names: tuple[str, ...]) -> int:
    """Switch plugins off in the configuration.

    A NAME may also be that of a distribution: then it means all its plugins.

    Exit status: 0 done or nothing to do, 2 usage or a damaged file, 3 not installed.
    """
    return _switch(names, on=False)


def _switch(names: Sequence[str], *, on: bool) -> int:
    """Edit the configuration file; where one of the names is not installed, change nothing."""
    # Imported here: the help of a command need not wait for what edits the file.
    from metaextract_core.configuration import Configuration

    installed = discover()
    absent = choose(installed, names)[1]
    if absent:
        return not_installed(absent)
    file = settings_file()
    configuration = Configuration(file)
    state = "enabled" if on else "disabled"
    messages = []
    for name in names:
        plugins, _ = choose(installed, [name])
        change = configuration.enable if on else configuration.disable
        if done := change(plugins, name):
            messages.append(f"{name} is {state}: {done} in {file}")
        else:
            messages.append(f"{name} is {state} already; nothing was changed")
    configuration.save()
    for message in messages:
        console.say(message)
    return HEALTHY
