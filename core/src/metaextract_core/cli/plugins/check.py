"""`metaextract plugins check`."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metaextract_core.cli import console
from metaextract_core.cli.options import no_plugins
from metaextract_core.cli.plugins.choosing import (
    NOT_INSTALLED,
    as_json_option,
    choose,
    judge,
    load,
    not_installed,
    of_path,
    progress,
)
from metaextract_core.cli.plugins.showing import show
from metaextract_core.registry import Registry
from metaextract_core.vetting import Verdict

if TYPE_CHECKING:
    from metaextract_core.conformance import Deep


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Check the plugins in this folder: a source tree, or installed distributions.",
)
@click.option("--strict", is_flag=True, help="Count missing tools and warnings as broken.")
@click.option("--deep", is_flag=True, help="Run each extractor over its samples and over damage.")
@as_json_option
@no_plugins
def check(
    names: tuple[str, ...],
    path: Path | None,
    strict: bool,
    deep: bool,
    as_json: bool,
    plugins: bool,
) -> int:
    """Check the health of plugins, all by default; a NAME may also be that of a distribution.

    With --deep, extractors run in worker processes, and get the quality tier that they reach.

    Exit status: 0 healthy, 1 something is broken, 2 usage, 3 not installed, 4 the check failed.
    """
    registry = load(plugins=plugins, path=path, fresh=True)
    verdicts = of_path(registry, path)
    if path is not None and not verdicts:
        console.say(f"there is no plugin in {path}; it needs a pyproject.toml with entry points")
        return NOT_INSTALLED
    chosen, absent = choose(verdicts, names) if names else (verdicts, [])
    show(chosen, _examined(registry, chosen) if deep else None, as_json=as_json)
    return not_installed(absent) if absent else judge(chosen, strict=strict)


def _examined(registry: Registry, verdicts: list[Verdict]) -> list[Deep]:
    # Imported here: who does not ask for it need not wait for it.
    from metaextract_core.conformance import check as check_deeply
    from metaextract_core.hooks import GROUP, Hooks

    # The hooks of a source tree say what its samples are, as they will where it is installed.
    folders = [path for each in verdicts if each.descriptor for path in each.descriptor.paths]
    sys.path += dict.fromkeys(folders)
    hooks = Hooks(lambda name, reason: console.say(f"the hooks {name}: {reason}"))
    hooks.load(EntryPoint(name, target, GROUP) for name, target in registry.hooks.items())
    with progress("examining plugins") as told:
        return check_deeply(registry, verdicts, hooks, told)
