"""The hooks of the pipeline, in the order in which they are called.

A hook plugin is a module (entry point group ``metaextract.hooks``) with functions of these names,
each marked with `hookimpl`. Hooks run in the host: they see what extractors said, never their code.
One that raises is reported and left out of that call; the pipeline goes on.

A function may take fewer arguments than its hook has, and should: what costs time to prepare (the
``data`` of a section) is prepared only where somebody takes it. ``size`` and ``peak_memory`` are
bytes; the peak is that of the worker's growth while the extractor ran, 0 where it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pluggy

hookspec = pluggy.HookspecMarker("metaextract")
hookimpl = pluggy.HookimplMarker("metaextract")
"""Marks a function of a hook plugin as an implementation of the hook of the same name."""


@hookspec
def metaextract_identify(head: bytes, name: str, media_type: str) -> str | None:
    """Give a better media type for a file from its leading bytes and name, or None."""


@hookspec
def metaextract_plan(
    media_type: str, profile: str, extractors: tuple[str, ...]
) -> list[str] | None:
    """Give the ids of the extractors to run for a media type, chosen from `extractors`, or None."""


@hookspec
def metaextract_section(
    path: str,
    size: int,
    digest: str | None,
    extractor: str,
    section: Mapping[str, Any],
    peak_memory: int,
    data: Mapping[str, Any],
) -> None:
    """Learn that an extractor has answered, or failed to, for a file: its section, and the data."""


@hookspec
def metaextract_assemble(record: dict[str, Any]) -> dict[str, Any] | None:
    """Derive fields from a record, and nothing else: canonical name -> value, or None."""


@hookspec
def metaextract_publish(record: Mapping[str, Any]) -> None:
    """Receive a finished record."""
