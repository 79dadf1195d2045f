"""Verdicts as lines for people and as JSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import click
import msgspec
from msgspec import Struct

from metaextract_core.cli import console
from metaextract_core.installed import Installed
from metaextract_core.vetting import Diagnostic, Verdict

_STATE_WIDTH: Final = len("incompatible")
_MAX_NAME: Final = 40
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "ready": {"fg": "green"},
    "unavailable": {"fg": "yellow"},
    "disabled": {"dim": True},
}


class Row(Struct, kw_only=True):
    """One plugin in the JSON output; the attributes are those of `Verdict` and `Descriptor`."""

    name: str
    distribution: str
    version: str
    status: str
    code: str | None
    message: str
    fix: str
    location: str
    import_ms: float | None
    media_types: tuple[str, ...]
    diagnostics: list[Diagnostic]


class Listing(Struct, kw_only=True):
    """The JSON output: how many plugins are in each state, and all of them by name."""

    schema: int = 1
    sdk: str
    summary: dict[str, int]
    plugins: list[Row]


def show(verdicts: list[Verdict], *, as_json: bool) -> None:
    """Print them all, and how many are in each state."""
    if as_json:
        listing = Listing(
            sdk=Installed().version("metaextract-sdk"),
            summary=dict(sorted(Counter(verdict.status for verdict in verdicts).items())),
            plugins=[_row(verdict) for verdict in verdicts],
        )
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(listing)) + b"\n")
        sys.stdout.buffer.flush()
        return
    if not verdicts:
        console.say("there are no plugins")
        return
    width = min(max(len(verdict.name) for verdict in verdicts), _MAX_NAME)
    lines = []
    for verdict in verdicts:
        # Left to the terminal to wrap: a place stays one word to click on or to copy.
        lines.append(_line(verdict, width))
        lines += [f"    {reason}" for reason in reasons(verdict)]
    states = Counter(verdict.status for verdict in verdicts)
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    lines.append(f"{len(verdicts)} plugin{'s' * (len(verdicts) > 1)}: {counts}")
    # Without rich, which would take longer to import than five hundred plugins to look at.
    click.echo("\n".join(lines), color=console.colour(sys.stdout))


def _row(verdict: Verdict) -> Row:
    return Row(
        name=verdict.name,
        distribution=verdict.distribution,
        version=verdict.version,
        status=verdict.status,
        code=verdict.code,
        message=verdict.message,
        fix=verdict.fix,
        location=verdict.location,
        import_ms=verdict.import_ms,
        media_types=verdict.descriptor.media_types if verdict.descriptor else (),
        diagnostics=verdict.diagnostics,
    )


def _line(verdict: Verdict, width: int) -> str:
    style = click.style
    return "  ".join(
        (
            style(console.safe(verdict.name).ljust(width), bold=True),
            style(verdict.status.ljust(_STATE_WIDTH), **_STYLES.get(verdict.status, {"fg": "red"})),
            style(console.safe(f"{verdict.distribution} {verdict.version}"), dim=True),
        )
    )


def reasons(verdict: Verdict) -> Iterator[str]:
    """Each thing that was noticed with its place, then how to mend the first; safe to print."""
    for diagnostic in verdict.diagnostics:
        yield console.safe(f"{diagnostic.code} {diagnostic.message}")
        if diagnostic.location:
            yield console.safe(f"at {diagnostic.location}")
    if verdict.diagnostics:
        yield console.safe(f"fix: {verdict.fix}")
