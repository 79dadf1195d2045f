"""Checks, inside the child, that an imported target keeps the contract, and describes it."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from typing import Any, Final

from metaextract_core.descriptor import Descriptor
from metaextract_core.planning import PROFILES
from metaextract_core.vetting.messages import Probe
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
    if not request.extractor:
        return _check_hooks(found), None
    place = _place(found)
    if not isinstance(found, type) or not issubclass(found, Extractor):
        kind = found.__name__ if isinstance(found, type) else type(found).__name__
        return [Diagnostic("MX402", f"{request.target} is {kind}, no Extractor", place)], None
    version = found.api_version
    if version not in (API_VERSION - 1, API_VERSION):
        code = "MX404" if isinstance(version, int) and version > API_VERSION else "MX405"
        message = f"it speaks contract {version!r}, this host {API_VERSION}"
        return [Diagnostic(code, message, place)], None
    wrong = [
        Diagnostic("MX403", f"{name} {complaint}", place)
        for name, (test, complaint) in _ATTRIBUTES.items()
        if not test(getattr(found, name))
    ]
    batch = issubclass(found, BatchExtractor)
    inherited = (BatchExtractor, "extract_batch") if batch else (Extractor, "extract")
    if getattr(found, inherited[1]) is getattr(*inherited):
        wrong.append(Diagnostic("MX403", "it defines no extract method", place))
    return (wrong, None) if wrong else ([], _describe(found, request))


def _check_hooks(found: Any) -> list[Diagnostic]:
    names = {name for name in vars(hookspecs) if name.startswith("metaextract_")}
    marked = {
        name
        for name in dir(found)
        if isinstance(found, types.ModuleType) and hasattr(getattr(found, name), "metaextract_impl")
    }
    if not marked:
        return [Diagnostic("MX406", "no function is marked with hookimpl")]
    unknown = sorted(marked - names)
    return [Diagnostic("MX406", f"there is no hook {name}") for name in unknown]


def _place(found: Any) -> str:
    try:
        file = inspect.getsourcefile(found)
        return f"{file}:{inspect.getsourcelines(found)[1]}"
    except (TypeError, OSError):
        return ""


def _texts(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(isinstance(item, str) for item in value)


def _text_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    )


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _media_types(value: Any) -> bool:
    return _texts(value) and bool(value) and all(_MEDIA_TYPE.fullmatch(item) for item in value)


def _version(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _profiles(value: Any) -> bool:
    return _texts(value) and set(value) <= set(PROFILES)


_ATTRIBUTES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "media_types": (_media_types, 'must be a tuple of types such as "image/jpeg" or "image/*"'),
    "version": (_version, "must be a text that is not empty"),
    "profiles": (_profiles, f"must be some of {', '.join(PROFILES)}"),
    "needs": (_texts, "must be a tuple of extractor ids"),
    "crosswalk": (_text_map, "must map tags to field names, both text"),
    "trust": (_number(0, 100), "must be a number from 0 to 100"),
    "tools": (_text_map, "must map programs to how they are installed, both text"),
    "timeout": (_number(0.001, 86400), "must be seconds, more than 0 and at most a day"),
    "memory": (_number(1 << 20, 1 << 40), "must be bytes, from 1 MiB to 1 TiB"),
}


def _describe(found: type[Extractor], request: Probe) -> Descriptor:
    batch = issubclass(found, BatchExtractor)
    description = (inspect.getdoc(found) or "").partition("\n")[0]
    return Descriptor(
        id=request.name,
        target=request.target,
        distribution=request.distribution,
        distribution_version=request.version,
        paths=tuple(request.paths),
        description=description.encode("utf-8", "replace").decode()[:300],
        version=found.version,
        media_types=tuple(found.media_types),
        profiles=tuple(found.profiles),
        needs=tuple(found.needs),
        crosswalk=dict(found.crosswalk),
        trust=int(found.trust),
        tools=dict(found.tools),
        timeout=float(found.timeout),
        memory=int(found.memory),
        batch=batch,
        batch_files=found.batch_files if issubclass(found, BatchExtractor) else 1,
        batch_bytes=found.batch_bytes if issubclass(found, BatchExtractor) else 1,
    )
