"""Checks, inside the child, that an imported target keeps the contract, and describes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pluggy

from metaextract_core.descriptor import PROFILES, Descriptor
from metaextract_core.fields import FIELDS
from metaextract_core.vetting.messages import Probe, one_line
from metaextract_core.vetting.verdict import Diagnostic
from metaextract_sdk import API_VERSION, BatchExtractor, Extractor, hookspecs

_NAME: Final = r"[a-z0-9][a-z0-9!#$&^_.+-]*"
_MEDIA_TYPE: Final = re.compile(rf"\*/\*|{_NAME}/(\*|{_NAME})")
"""A type and a subtype (RFC 6838, section 4.2), or a pattern for several."""


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
    wrong = [
        f"{name} {complaint}"
        for name, (test, complaint) in _ATTRIBUTES.items()
        if hasattr(found, name) and not test(getattr(found, name))
    ]
    wrong += _wrong_methods(found)
    if wrong:
        place = _place(found)
        return [Diagnostic("MX403", text, place) for text in wrong], None
    descriptor = _describe(found, request)
    strange = sorted({*descriptor.crosswalk.values()} - FIELDS.keys())
    warnings = [Diagnostic("MX407", f"there is no field {name}", _place(found)) for name in strange]
    return warnings, descriptor


def _wrong_methods(found: type[Extractor]) -> Iterator[str]:
    """What keeps the host from making an instance and calling it."""
    if inspect.isabstract(found):
        yield "the class is abstract"
    if not _takes(found):
        yield "it must be made without arguments"
    batch = issubclass(found, BatchExtractor)
    name, base = ("extract_batch", BatchExtractor) if batch else ("extract", Extractor)
    method = getattr(found, name)
    if method is getattr(base, name):
        yield f"it defines no {name} method"
    elif not _takes(method, *(None,) * (2 if batch else 3)):
        yield f"{name} must take {'(self, jobs)' if batch else '(self, file, ctx)'}"
    elif inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
        yield f"{name} must not be async"
    elif not batch and inspect.isgeneratorfunction(method):
        yield "extract must return, not yield"


def _takes(function: Callable[..., Any], *arguments: None) -> bool:
    """Whether a call with `arguments` fits; native code that does not say so may."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return True
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True


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


def _text(value: Any) -> bool:
    # A text of some other class, or with lone surrogates, could not be sent to the host.
    return type(value) is str and value == value.encode("utf-8", "replace").decode()


def _texts(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(map(_text, value))


def _text_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        _text(key) and _text(item) for key, item in value.items()
    )


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _media_types(value: Any) -> bool:
    return _texts(value) and bool(value) and all(_MEDIA_TYPE.fullmatch(item) for item in value)


def _version(value: Any) -> bool:
    return _text(value) and bool(value.strip())


def _profiles(value: Any) -> bool:
    return _texts(value) and set(value) <= set(PROFILES)


_ATTRIBUTES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "api_version": (_number(0, API_VERSION), "must be the number of a contract"),
    "media_types": (_media_types, 'must be a tuple of types such as "image/jpeg" or "image/*"'),
    "version": (_version, "must be a text that is not empty"),
    "profiles": (_profiles, f"must be some of {', '.join(PROFILES)}"),
    "needs": (_texts, "must be a tuple of extractor ids"),
    "crosswalk": (_text_map, "must map tags to field names, both text"),
    "trust": (_number(0, 100), "must be a number from 0 to 100"),
    "tools": (_text_map, "must map programs to how they are installed, both text"),
    "timeout": (_number(0.001, 86400), "must be seconds, more than 0 and at most a day"),
    "memory": (_number(1 << 20, 1 << 40), "must be bytes, from 1 MiB to 1 TiB"),
    "batch_files": (_number(1, 1 << 20), "must be a number of files, at least 1"),
    "batch_bytes": (_number(1, 1 << 40), "must be bytes, from 1 to 1 TiB"),
}


def _describe(found: type[Extractor], request: Probe) -> Descriptor:
    description = (inspect.getdoc(found) or "").partition("\n")[0]
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
        crosswalk=dict(found.crosswalk),
        trust=int(found.trust),
        tools=dict(found.tools),
        timeout=float(found.timeout),
        memory=int(found.memory),
        batch=issubclass(found, BatchExtractor),
        batch_files=int(getattr(found, "batch_files", 1)),
        batch_bytes=int(getattr(found, "batch_bytes", 1)),
    )
