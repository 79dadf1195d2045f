"""Which plugins a command is about, and what its exit status says of them."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from metaextract_core.cli import console
from metaextract_core.installed import normalise
from metaextract_core.registry import load_registry
from metaextract_core.settings import load_settings
from metaextract_core.vetting import Verdict

HEALTHY: Final = 0
BROKEN: Final = 1
NOT_INSTALLED: Final = 3
BROKEN_STATES: Final = frozenset({"broken", "conflict", "incompatible", "quarantined"})


def as_json_option(command: Any) -> Any:
    """Adds the flag ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def vetted(*, plugins: bool, path: Path | None = None, fresh: bool = False) -> list[Verdict]:
    """The verdicts on all plugins, or on those in `path` alone."""
    settings = load_settings()
    try:
        with _progress() as progress:
            registry = load_registry(
                settings,
                plugins=plugins,
                paths=[path] if path else [],
                progress=progress,
                fresh=fresh,
            )
    except ValueError as error:
        if path is None:
            raise
        raise click.BadParameter(str(error), param_hint="--path") from error
    return [verdict for verdict in registry.verdicts if verdict.origin == str(path or "")]


def choose(verdicts: list[Verdict], names: Sequence[str]) -> tuple[list[Verdict], list[str]]:
    """The verdicts that `names` mean, and those names that mean none."""
    wanted = {normalise(name): name for name in names}
    chosen = []
    for verdict in verdicts:
        own = {normalise(verdict.name), normalise(verdict.distribution)}
        if own & wanted.keys():
            chosen.append(verdict)
    meant = {normalise(name) for verdict in chosen for name in (verdict.name, verdict.distribution)}
    return chosen, [name for key, name in wanted.items() if key not in meant]


def not_installed(names: list[str]) -> int:
    """Say so of each name; the exit status."""
    for name in names:
        console.say(f"no plugin {name} is installed; `metaextract plugins list` shows what is")
    return NOT_INSTALLED


def judge(verdicts: list[Verdict], *, strict: bool) -> int:
    """The exit status for the worst of `verdicts`."""
    bad = BROKEN_STATES | {"unavailable"} if strict else BROKEN_STATES
    broken = any(
        verdict.status in bad or (strict and verdict.status == "ready" and verdict.diagnostics)
        for verdict in verdicts
    )
    return BROKEN if broken else HEALTHY


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A line on a terminal that counts imports, shown when the first one is done."""
    if not sys.stderr.isatty():
        yield None
        return
    shown: list[Callable[[int, int], None]] = []
    lock = threading.Lock()

    def show(done: int, total: int) -> None:
        with lock:
            if not shown:
                shown.append(stack.enter_context(_bar()))
        shown[0](done, total)

    with contextlib.ExitStack() as stack:
        yield show


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    # Imported here: at most starts there is nothing to wait for.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    columns = ("importing plugins", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console.rich_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
