"""Which plugins a command is about, and what its exit status says of them."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import click

from metaextract_core.cli import console
from metaextract_core.installed import normalise
from metaextract_core.registry import Registry, load_registry
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
    return of_path(load(plugins=plugins, path=path, fresh=fresh), path)


def load(*, plugins: bool, path: Path | None = None, fresh: bool = False) -> Registry:
    """All plugins, those in `path` in place of installed ones."""
    settings = load_settings()
    try:
        with progress("importing plugins") as told:
            return load_registry(
                settings,
                plugins=plugins,
                paths=[path] if path else [],
                progress=told,
                fresh=fresh,
            )
    except ValueError as error:
        if path is None:
            raise
        raise click.BadParameter(str(error), param_hint="--path") from error


def of_path(registry: Registry, path: Path | None) -> list[Verdict]:
    """The verdicts on all that is installed, or on what is in `path` alone."""
    return [verdict for verdict in registry.verdicts if verdict.origin == str(path or "")]


class Named(Protocol):
    """A plugin, judged or not."""

    @property
    def name(self) -> str:
        """Of the entry point."""

    @property
    def distribution(self) -> str:
        """Who provides it."""


N = TypeVar("N", bound=Named)


def choose(plugins: Sequence[N], names: Sequence[str]) -> tuple[list[N], list[str]]:
    """Those of `plugins` that `names` mean, and those names that mean none."""
    wanted = {normalise(name): name for name in names}
    chosen = []
    for plugin in plugins:
        own = {normalise(plugin.name), normalise(plugin.distribution)}
        if own & wanted.keys():
            chosen.append(plugin)
    meant = {normalise(name) for plugin in chosen for name in (plugin.name, plugin.distribution)}
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
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A line on a terminal that counts plugins, shown when the first one is done."""
    if not sys.stderr.isatty():
        yield None
        return
    shown: list[Callable[[int, int], None]] = []
    lock = threading.Lock()

    def show(done: int, total: int) -> None:
        with lock:
            if not shown:
                shown.append(stack.enter_context(_bar(what)))
        shown[0](done, total)

    with contextlib.ExitStack() as stack:
        yield show


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    # Imported here: at most starts there is nothing to wait for.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    columns = (what, BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console.rich_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
