"""`metaextract plugins`: what is installed, in which state, and how to mend it."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from msgspec import Struct
from packaging.utils import canonicalize_name

from metaextract_core.cli import console
from metaextract_core.cli.options import no_plugins
from metaextract_core.errors import MetaExtractError
from metaextract_core.registry import load_registry
from metaextract_core.settings import load_settings
from metaextract_core.vetting import Diagnostic, Verdict

if TYPE_CHECKING:
    from rich.text import Text

_HEALTHY, _BROKEN, _NOT_INSTALLED, _CHECKER_FAILED = 0, 1, 3, 4
_BROKEN_STATES = frozenset({"broken", "conflict", "incompatible", "quarantined"})
_STATE_WIDTH = len("incompatible")
_MAX_NAME = 40
_STYLES = {"ready": "green", "unavailable": "yellow", "disabled": "dim"}


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


class _CheckerFailed(click.ClickException):
    """No plugin is to blame."""

    exit_code = _CHECKER_FAILED


class _Guarded(click.Group):
    """Turns what nobody foresaw into one line and an exit status of its own."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except (MetaExtractError, BrokenPipeError):
            raise
        except Exception as error:
            text = console.safe(f"{type(error).__name__}: {error}")
            raise _CheckerFailed(f"the check itself failed: {text}") from error


def _json(command: Any) -> Any:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


@click.group(cls=_Guarded)
def plugins() -> None:
    """Look at the installed plugins and check their health.

    Exit status: 0 healthy, 1 something is broken, 2 usage, 3 not installed, 4 the check failed.
    """


@plugins.command("list")
@_json
@no_plugins
def list_(as_json: bool, plugins: bool) -> int:
    """List every plugin and its state.

    Exit status: 0 whatever the states are, 2 usage.
    """
    _show(_verdicts(plugins=plugins), as_json=as_json)
    return _HEALTHY


@plugins.command()
@click.argument("name")
@no_plugins
def info(name: str, plugins: bool) -> int:
    """Show all that is known of the plugins of a name, or of those of a distribution.

    Exit status: 0 healthy, 1 broken, 2 usage, 3 not installed.
    """
    chosen, absent = _choose(_verdicts(plugins=plugins), [name])
    if absent:
        return _not_installed(absent)
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
    return _judge(chosen, strict=False)


@plugins.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Check the plugins in this folder: a source tree, or installed distributions.",
)
@click.option("--strict", is_flag=True, help="Count missing tools and warnings as broken.")
@_json
@no_plugins
def check(
    names: tuple[str, ...], path: Path | None, strict: bool, as_json: bool, plugins: bool
) -> int:
    """Check the health of plugins, all by default; a NAME may also be that of a distribution.

    Exit status: 0 healthy, 1 something is broken, 2 usage, 3 not installed, 4 the check failed.
    """
    verdicts = _verdicts(plugins=plugins, path=path, fresh=True)
    if path is not None and not verdicts:
        console.say(f"there is no plugin in {path}; it needs a pyproject.toml with entry points")
        return _NOT_INSTALLED
    chosen, absent = _choose(verdicts, names) if names else (verdicts, [])
    _show(chosen, as_json=as_json)
    return _not_installed(absent) if absent else _judge(chosen, strict=strict)


def _verdicts(*, plugins: bool, path: Path | None = None, fresh: bool = False) -> list[Verdict]:
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


def _choose(verdicts: list[Verdict], names: Sequence[str]) -> tuple[list[Verdict], list[str]]:
    """The verdicts that `names` mean, and those names that mean none."""
    wanted = {canonicalize_name(name): name for name in names}
    chosen = []
    for verdict in verdicts:
        own = {canonicalize_name(verdict.name), canonicalize_name(verdict.distribution)}
        if own & wanted.keys():
            chosen.append(verdict)
    meant = {
        canonicalize_name(name)
        for verdict in chosen
        for name in (verdict.name, verdict.distribution)
    }
    return chosen, [name for key, name in wanted.items() if key not in meant]


def _not_installed(names: list[str]) -> int:
    for name in names:
        console.say(f"no plugin {name} is installed; `metaextract plugins list` shows what is")
    return _NOT_INSTALLED


def _judge(verdicts: list[Verdict], *, strict: bool) -> int:
    bad = _BROKEN_STATES | {"unavailable"} if strict else _BROKEN_STATES
    broken = any(
        verdict.status in bad or (strict and verdict.status == "ready" and verdict.diagnostics)
        for verdict in verdicts
    )
    return _BROKEN if broken else _HEALTHY


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A line on a terminal that counts imports, shown when the first one is done."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    columns = ("importing plugins", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console.rich_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def _show(verdicts: list[Verdict], *, as_json: bool) -> None:
    if as_json:
        listing = Listing(
            sdk=version("metaextract-sdk"),
            summary=dict(sorted(Counter(verdict.status for verdict in verdicts).items())),
            plugins=[_row(verdict) for verdict in verdicts],
        )
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(listing)) + b"\n")
        sys.stdout.buffer.flush()
        return
    if not verdicts:
        console.say("there are no plugins")
        return
    out = console.rich_console(sys.stdout)
    width = min(max(len(verdict.name) for verdict in verdicts), _MAX_NAME)
    for verdict in verdicts:
        # Left to the terminal to wrap: a place stays one word to click on or to copy.
        out.print(_line(verdict, width), soft_wrap=True)
        for reason in _reasons(verdict):
            out.print(f"    {reason}", soft_wrap=True)
    states = Counter(verdict.status for verdict in verdicts)
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    out.print(f"{len(verdicts)} plugin{'s' * (len(verdicts) > 1)}: {counts}")


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


def _line(verdict: Verdict, width: int) -> Text:
    from rich.text import Text

    return Text.assemble(
        (console.safe(verdict.name).ljust(width), "bold"),
        "  ",
        (verdict.status.ljust(_STATE_WIDTH), _STYLES.get(verdict.status, "red")),
        "  ",
        (console.safe(f"{verdict.distribution} {verdict.version}"), "dim"),
    )


def _reasons(verdict: Verdict) -> Iterator[str]:
    """Each thing that was noticed with its place, then how to mend the first; safe to print."""
    for diagnostic in verdict.diagnostics:
        yield console.safe(f"{diagnostic.code} {diagnostic.message}")
        if diagnostic.location:
            yield console.safe(f"at {diagnostic.location}")
    if verdict.diagnostics:
        yield console.safe(f"fix: {verdict.fix}")


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Names and values of all that is known, safe to print."""
    yield "state", verdict.status
    for reason in _reasons(verdict):
        yield "", reason
    told = verdict.descriptor
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
            "tools": ", ".join(told.tools),
            "fields": ", ".join(sorted(set(told.crosswalk.values()))),
            "trust": str(told.trust),
            "timeout": f"{told.timeout:g} s",
            "memory": f"{told.memory >> 20} MiB",
        }
    yield from ((name, console.safe(value)) for name, value in facts.items() if value)
