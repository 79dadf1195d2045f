"""`metaextract plugins info`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from metaextract_core.cli import console
from metaextract_core.cli.options import no_plugins
from metaextract_core.cli.plugins.choosing import choose, judge, not_installed, vetted
from metaextract_core.cli.plugins.showing import reasons
from metaextract_core.health.level import Health
from metaextract_core.vetting import Verdict


@click.command()
@click.argument("name")
@no_plugins
def info(name: str, plugins: bool) -> int:
    """Show all that is known of the plugins of a name, or of those of a distribution.

    Exit status: 0 healthy, 1 broken, 2 usage, 3 not installed.
    """
    chosen, absent = choose(vetted(plugins=plugins), [name])
    if absent:
        return not_installed(absent)
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    out = console.rich_console(sys.stdout)
    for verdict in chosen:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style="cyan")
        table.add_column(overflow="fold", ratio=1)
        for fact, value in _facts(verdict):
            table.add_row(fact, value)
        out.print(Text(console.safe(verdict.name), style="bold"))
        out.print(Padding(table, (0, 0, 0, 2)))
    return judge(chosen, strict=False)


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Names and values of all that is known, safe to print."""
    yield "state", verdict.status
    for reason in reasons(verdict):
        yield "", reason
    told = verdict.descriptor
    if verdict.health is not None:
        yield "health", _level(verdict.health)
        for reason in verdict.health.reasons:
            yield "", reason
    facts = {
        "distribution": f"{verdict.distribution} {verdict.version}",
        "entry point": f"{verdict.group}: {verdict.name} = {verdict.target}",
        "import": f"{verdict.import_ms:.0f} ms" if verdict.import_ms is not None else "",
    }
    if told is not None:
        facts |= {
            "description": told.description,
            "version": told.version,
            "media types": ", ".join(told.media_types),
            "profiles": ", ".join(told.profiles),
            "needs": ", ".join(told.needs),
            "instead of": ", ".join(told.instead_of),
            "tools": ", ".join(told.tools),
            "fields": ", ".join(sorted(set(told.crosswalk.values()))),
            "trust": str(told.trust),
            "timeout": f"{told.timeout:g} s",
            "memory": f"{told.memory >> 20} MiB",
        }
    yield from ((name, console.safe(value)) for name, value in facts.items() if value)
    if verdict.health is not None:
        yield from _counters(verdict.health)


def _level(health: Health) -> str:
    if health.level == "unjudged":
        return "not judged yet: too few runs"
    return health.level


def _counters(health: Health) -> Iterator[tuple[str, str]]:
    outcomes = ", ".join(f"{count} {kind}" for kind, count in health.outcomes.items())
    yield "runs", f"{health.runs}: {console.safe(outcomes)}"
    yield "errors", f"{health.errors} ({health.error_rate:.1%})"
    yield "mean time", f"{health.mean_seconds * 1000:.1f} ms"
    yield "bytes read", f"{health.bytes:,}"
    if health.peak_memory:
        yield "peak of growth", f"{health.peak_memory >> 20} MiB"
