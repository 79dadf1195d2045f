"""`metaextract plugins reset`."""

from __future__ import annotations

import click

from metaextract_core.cli import console
from metaextract_core.cli.plugins.choosing import HEALTHY, choose, not_installed
from metaextract_core.discovery import discover
from metaextract_core.health.store import State, Store
from metaextract_core.settings import state_folder


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def reset(names: tuple[str, ...]) -> int:
    """Forget how extractors have done: counters, remembered files and quarantine.

    A NAME may also be that of a distribution: then it means all its extractors.

    Exit status: 0 done or nothing to do, 1 the counters cannot be used, 3 not installed.
    """
    faults: list[str] = []
    store = Store(state_folder(), faults.append)
    installed = discover()
    # What is known of an extractor outlives its installation.
    counted = {name for name, _ in store.read().tallies}
    absent = [name for name in choose(installed, names)[1] if name not in counted]
    if absent:
        return not_installed(absent)
    chosen = {plugin.name for plugin in choose(installed, names)[0]} | (counted & {*names})
    for name in sorted(chosen):
        forgotten = store.forget(name)
        if not faults:
            console.say(f"{name}: {_words(forgotten)}")
    for fault in faults:
        console.say(fault)
    return 1 if faults else HEALTHY


def _words(state: State) -> str:
    parts = []
    if runs := sum(tally.runs for tally in state.tallies.values()):
        parts.append(f"{runs} run{'s' * (runs > 1)}")
    if files := len(state.deaths):
        parts.append(f"{files} file{'s' * (files > 1)} that ended its worker")
    if state.quarantined:
        parts.append("its quarantine")
    return f"forgot {', '.join(parts)}" if parts else "there was nothing to forget"
