"""`metaextract timeline`."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Final

import click

from metaextract_core.cli import asking, console, options
from metaextract_core.cli.asking import records_of

if TYPE_CHECKING:
    from metaextract_core.timeline.building import Timeline

_SHOWN: Final = 200
"""Events in a table; JSON has all."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@asking.query
@options.profile
@click.option(
    "--all", "everything", is_flag=True, help="Show the times of the file system as well."
)
@asking.as_json
@asking.database
def timeline(
    paths: tuple[str, ...],
    query: str | None,
    profile: str,
    everything: bool,
    as_json: bool,
    database: str | None,
) -> int:
    """Say what happened when, from all times that files say.

    The files are read now, or are those of the catalogue that --query is true of. Gaps are over 24
    hours, suspicious ones over 168; anomalies are times that cannot all be true, whatever the zones
    (docs/timeline.md).

    Exit status: 0 nothing contradicts itself, 1 something does, 2 usage.
    """
    from metaextract_core.timeline.building import timeline as built

    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    found = built(records_of(paths, query, database, profile=profile), now)
    if as_json:
        asking.write_json(found)
    else:
        _show(found, everything=everything)
    return 1 if found.anomalies else 0


def _show(found: Timeline, *, everything: bool) -> None:
    events = [one for one in found.events if everything or not one.field.startswith("file.")]
    rows = [
        (one.at[:19].replace("T", " "), one.zone, one.field, f"{one.confidence:.1f}", one.path)
        for one in events[:_SHOWN]
    ]
    if rows:
        columns = ("when", "zone", "what", "trust", "path")
        asking.show(columns, rows, right=["trust"])
    lines = []
    if len(events) > _SHOWN:
        lines.append(f"{len(events) - _SHOWN:,} more events: --json shows all")
    for gap in found.gaps:
        kind = "suspicious gap" if gap.suspicious else "gap"
        unsure = "" if gap.certain else ", or less: zones are unknown"
        ends = f"from {_minute(gap.start)} to {_minute(gap.end)}"
        lines.append(f"{kind} of {_duration(gap.hours)} {ends}{unsure}")
    for wrong in found.anomalies:
        times = ", ".join(f"{field} {time}" for field, time in wrong.times.items())
        lines += [f"{wrong.path}: {wrong.message}", f"  {wrong.kind}: {times}"]
    if found.undated:
        lines.append(f"{len(found.undated):,} files say no time of their own")
    sys.stdout.write("".join(f"{console.safe(line)}\n" for line in lines))


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _duration(hours: float) -> str:
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"
