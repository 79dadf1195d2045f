"""`metaextract doctor`."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import click

from metaextract_core.cli import console
from metaextract_core.cli.options import no_plugins
from metaextract_core.cli.plugins.choosing import BROKEN_STATES
from metaextract_core.registry import Registry, load_registry
from metaextract_core.settings import Settings, cache_folder, load_settings
from metaextract_core.workers.sandbox.policy import LAYERS, Layer

_PYTHONS = ((3, 11), (3, 13))
_MEND: dict[Layer, str] = {
    "processes": "let the container use seccomp notifications, or run outside it",
    "landlock": "use Linux 6.2 or later with landlock in the boot parameter lsm=, and let the "
    "container use its system calls",
    "seccomp": "use Linux on x86_64 or aarch64, and let the container use seccomp filters",
}


class Finding(NamedTuple):
    """One thing that was looked at. `fix` is empty where all is well; `broken` sets the status."""

    subject: str
    state: str
    fix: str = ""
    broken: bool = False


@click.command()
@no_plugins
def doctor(plugins: bool) -> int:
    """Say what is installed, what is missing, and how to mend it.

    Exit status: 0 nothing is broken, 1 something is, 2 usage.
    """
    settings = load_settings()
    findings = [*_python(), *_folders(), *_sandbox(settings)]
    findings += _plugins(load_registry(settings, plugins=plugins))
    out = console.rich_console(sys.stdout)
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark = "✗" if finding.broken else "!" if finding.fix else "✓"
        out.print(f"{mark} {finding.subject:{width}}  {finding.state}", soft_wrap=True)
        if finding.fix:
            out.print(f"  {'':{width}}  → {finding.fix}", soft_wrap=True)
    return 1 if any(finding.broken for finding in findings) else 0


def _python() -> Iterator[Finding]:
    here = sys.version_info[:2]
    supported = _PYTHONS[0] <= here <= _PYTHONS[1]
    fix = "" if supported else "use Python 3.11, 3.12 or 3.13"
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})", fix, not supported)
    yield Finding("metaextract-core", version("metaextract-core"))
    yield Finding("metaextract-sdk", version("metaextract-sdk"))


def _folders() -> Iterator[Finding]:
    for subject, folder in {
        "Cache folder": cache_folder(),
        "Temporary folder": Path(tempfile.gettempdir()),
    }.items():
        there = folder if folder.exists() else next(p for p in folder.parents if p.exists())
        writable = os.access(there, os.W_OK | os.X_OK)
        fix = "" if writable else f"make {folder} writable, or it will cost time at every start"
        yield Finding(subject, str(folder), fix)


def _sandbox(settings: Settings) -> Iterator[Finding]:
    from metaextract_core.workers.sandbox.trial import missing_here

    policy = settings.workers.policy
    missing = missing_here(policy)
    for layer in LAYERS:
        if layer not in missing:
            yield Finding(f"Sandbox {layer}", "active")
            continue
        fix = _MEND.get(layer, "use Linux for strangers' files")
        if layer in policy.omit:
            fix = "take it out of workers.omit_layers in the configuration file"
        yield Finding(f"Sandbox {layer}", f"missing: {missing[layer]}", fix, policy.require)


def _plugins(registry: Registry) -> Iterator[Finding]:
    for verdict in registry.verdicts:
        state: str = verdict.status
        if verdict.status == "ready":
            state += f", {verdict.distribution} {verdict.version}"
        if verdict.message:
            state += f": {verdict.code} {verdict.message}"
        yield Finding(
            console.safe(f"Plugin {verdict.name}"),
            console.safe(state),
            console.safe(verdict.fix),
            verdict.status in BROKEN_STATES,
        )
    if not registry.verdicts:
        yield Finding("Plugins", "none is loaded", "install one, for example metaextract-exiftool")
