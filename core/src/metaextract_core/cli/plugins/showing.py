"""Verdicts as lines for people and as JSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from msgspec import UNSET, Struct, UnsetType

from metaextract_core.cli import console
from metaextract_core.codes import CODES
from metaextract_core.health.level import Health
from metaextract_core.installed import Installed
from metaextract_core.vetting import Diagnostic, Verdict

if TYPE_CHECKING:
    from metaextract_core.conformance import Deep

_STATE_WIDTH: Final = len("incompatible")
_MAX_NAME: Final = 40
_LEVELS: Final[dict[str, dict[str, Any]]] = {
    "warning": {"fg": "yellow"},
    "degraded": {"fg": "red"},
    "critical": {"fg": "red", "bold": True},
}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "ready": {"fg": "green"},
    "unavailable": {"fg": "yellow"},
    "disabled": {"dim": True},
}


class Row(Struct, kw_only=True):
    """One plugin in the JSON output; the attributes are those of `Verdict` and `Descriptor`.

    `deep` is there after a deep check, as `metaextract_core.conformance.Deep` describes it.
    """

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
    health: Health | None
    deep: Any | UnsetType = UNSET


class Listing(Struct, kw_only=True):
    """The JSON output: how many plugins are in each state, and all of them by name."""

    schema: int = 1
    sdk: str
    summary: dict[str, int]
    plugins: list[Row]


def show(verdicts: list[Verdict], examined: Sequence[Deep] | None = None, *, as_json: bool) -> None:
    """Print them all, and how many are in each state.

    Args:
        verdicts: what to print.
        examined: what a deep check says of each, where there was one.
        as_json: for programs, not for people.
    """
    deep: Sequence[Deep | None] = examined or [None] * len(verdicts)
    if as_json:
        listing = Listing(
            sdk=Installed().version("metaextract-sdk"),
            summary=dict(sorted(Counter(verdict.status for verdict in verdicts).items())),
            plugins=[_row(*both) for both in zip(verdicts, deep, strict=True)],
        )
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(listing)) + b"\n")
        sys.stdout.buffer.flush()
        return
    if not verdicts:
        console.say("there are no plugins")
        return
    width = min(max(len(verdict.name) for verdict in verdicts), _MAX_NAME)
    lines = []
    for verdict, result in zip(verdicts, deep, strict=True):
        # Left to the terminal to wrap: a place stays one word to click on or to copy.
        lines.append(_line(verdict, width))
        told = (*reasons(verdict), *(_quality(result) if result else ()))
        lines += [f"    {reason}" for reason in told]
    states = Counter(verdict.status for verdict in verdicts)
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    lines.append(f"{len(verdicts)} plugin{'s' * (len(verdicts) > 1)}: {counts}")
    # Without rich, which would take longer to import than five hundred plugins to look at.
    click.echo("\n".join(lines), color=console.colour(sys.stdout))


def _row(verdict: Verdict, deep: Deep | None) -> Row:
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
        health=verdict.health,
        deep=deep or UNSET,
    )


def _line(verdict: Verdict, width: int) -> str:
    style = click.style
    return "  ".join(
        (
            style(console.safe(verdict.name).ljust(width), bold=True),
            style(verdict.status.ljust(_STATE_WIDTH), **_STYLES.get(verdict.status, {"fg": "red"})),
            style(console.safe(f"{verdict.distribution} {verdict.version}"), dim=True),
            *_unwell(verdict.health),
        )
    )


def _unwell(health: Health | None) -> Iterator[str]:
    """The level and what it comes from, where somebody should look."""
    if health is not None and health.level not in ("healthy", "unjudged"):
        yield click.style(f"{health.level}: {'; '.join(health.reasons)}", **_LEVELS[health.level])


def reasons(verdict: Verdict) -> Iterator[str]:
    """Each thing that was noticed with its place, then how to mend the first; safe to print.

    A broken rule has its own mend line.
    """
    for diagnostic in verdict.diagnostics:
        yield console.safe(f"{diagnostic.code} {diagnostic.message}")
        if diagnostic.location:
            yield console.safe(f"at {diagnostic.location}")
        if _is_rule(diagnostic):
            yield f"fix: {CODES[diagnostic.code].fix}"
    if verdict.diagnostics and not _is_rule(verdict.diagnostics[0]):
        yield console.safe(f"fix: {verdict.fix}")


def _is_rule(diagnostic: Diagnostic) -> bool:
    return diagnostic.code.startswith("MX6")


def _quality(deep: Deep) -> Iterator[str]:
    """The tier, and what it rests on."""
    if deep.reason:
        yield console.safe(f"not examined: {deep.reason}")
        return
    kept = sum(rule.passed is True for rule in deep.rules)
    yield f"quality: {deep.tier or 'below bronze'}, {kept} of {len(deep.rules)} rules kept"
    for rule in deep.rules:
        if rule.passed is None:
            yield console.safe(f"{rule.code} {rule.message}")
