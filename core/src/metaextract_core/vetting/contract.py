"""Checks, inside the child, that an imported target keeps the contract, and describes it."""

from __future__ import annotations

import inspect
from typing import Any

import pluggy

from metaextract_core.descriptor import Descriptor
from metaextract_core.fields import FIELDS
from metaextract_core.vetting.messages import Probe, one_line
from metaextract_core.vetting.verdict import Diagnostic
from metaextract_sdk import API_VERSION, BatchExtractor, Extractor, hookspecs
from metaextract_sdk.conformance.contract import complaints


class AttributeIsMissing(Exception):
    """The target's module has no such attribute."""

    def __init__(self, module: str, attribute: str) -> None:
        super().__init__(f"module {module} has no {attribute}")


def check(found: Any, request: Probe) -> tuple[list[Diagnostic], Descriptor | None]:
    """What is wrong with an imported target, and its descriptor if it is an extractor."""
    try:
        return (
            _check_extractor(found, request) if request.extractor else (_check_hooks(found), None)
        )
    except BaseException as error:  # noqa: BLE001 -- looking at an attribute may run plugin code
        code = "MX403" if request.extractor else "MX406"
        message = f"looking at it raises {type(error).__name__}: {one_line(error)}"
        return [Diagnostic(code, message, _place(found))], None


def _check_extractor(found: Any, request: Probe) -> tuple[list[Diagnostic], Descriptor | None]:
    if not inspect.isclass(found) or not issubclass(found, Extractor):
        kind = found.__name__ if inspect.isclass(found) else f"of type {type(found).__name__}"
        return [
            Diagnostic("MX402", f"{request.target} is {kind}, no Extractor", _place(found))
        ], None
    version: object = found.api_version
    if isinstance(version, int) and version not in (API_VERSION - 1, API_VERSION):
        code = "MX404" if version > API_VERSION else "MX405"
        message = f"it speaks contract {version}, this host {API_VERSION}"
        return [Diagnostic(code, message, _place(found))], None
    wrong = complaints(found)
    if wrong:
        place = _place(found)
        return [Diagnostic("MX403", text, place) for text in wrong], None
    descriptor = _describe(found, request)
    strange = sorted({*descriptor.crosswalk.values()} - FIELDS.keys())
    warnings = [Diagnostic("MX407", f"there is no field {name}", _place(found)) for name in strange]
    return warnings, descriptor


def _check_hooks(found: Any) -> list[Diagnostic]:
    manager = pluggy.PluginManager("metaextract")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(found)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        return [Diagnostic("MX406", one_line(error), _place(found))]
    if not manager.get_hookcallers(found):
        return [Diagnostic("MX406", "no function is marked with hookimpl", _place(found))]
    return []


def _place(found: Any) -> str:
    """Where a module or class begins, as far as that is known."""
    try:
        file = inspect.getsourcefile(found)
        return one_line(f"{file}:{max(inspect.getsourcelines(found)[1], 1)}")
    except Exception:  # noqa: BLE001 -- looking at an attribute may run plugin code
        return ""


def _describe(found: type[Extractor], request: Probe) -> Descriptor:
    # Its own words: those of Extractor describe nothing.
    description = inspect.cleandoc(str(found.__doc__ or "")).partition("\n")[0]
    return Descriptor(
        id=request.name,
        target=request.target,
        distribution=request.distribution,
        distribution_version=request.version,
        paths=tuple(request.paths),
        description=one_line(description)[:300],
        version=found.version,
        media_types=tuple(found.media_types),
        profiles=tuple(found.profiles),
        needs=tuple(found.needs),
        instead_of=tuple(found.instead_of),
        crosswalk=dict(found.crosswalk),
        trust=int(found.trust),
        tools=dict(found.tools),
        samples=tuple(found.samples),
        volatile=tuple(found.volatile),
        content_only=found.content_only,
        elsewhere=found.elsewhere is not Extractor.elsewhere,
        timeout=float(found.timeout),
        memory=int(found.memory),
        batch=issubclass(found, BatchExtractor),
        batch_files=int(getattr(found, "batch_files", 1)),
        batch_bytes=int(getattr(found, "batch_bytes", 1)),
    )
