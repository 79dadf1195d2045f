"""What the class of an extractor has to be like before anyone makes an instance of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from metaextract_sdk._extractor import BatchExtractor, Extractor
from metaextract_sdk._version import API_VERSION
from metaextract_sdk.conformance.samples import is_pattern

PROFILES: Final = ("fast", "standard", "deep")

_NAME: Final = r"[a-z0-9][a-z0-9!#$&^_.+-]*"
_MEDIA_TYPE: Final = re.compile(rf"\*/\*|{_NAME}/(\*|{_NAME})")
"""A type and a subtype (RFC 6838, section 4.2), or a pattern for several."""


def complaints(found: type[Extractor]) -> list[str]:
    """What breaks the contract, one phrase for each; looking at it may run code of the class."""
    wrong = [
        f"{name} {complaint}"
        for name, (test, complaint) in _ATTRIBUTES.items()
        if hasattr(found, name) and not test(getattr(found, name))
    ]
    return [*wrong, *_wrong_methods(found)]


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


def _text(value: Any) -> bool:
    # A text of some other class, or with lone surrogates, could not be sent to the host.
    return type(value) is str and value == value.encode("utf-8", "replace").decode()


def _texts(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(map(_text, value))


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


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


def _samples(value: Any) -> bool:
    return _texts(value) and all(map(is_pattern, value))


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
    "instead_of": (_texts, "must be a tuple of extractor ids"),
    "crosswalk": (_text_map, "must map tags to field names, both text"),
    "trust": (_number(0, 100), "must be a number from 0 to 100"),
    "tools": (_text_map, "must map programs to how they are installed, both text"),
    "samples": (_samples, "must be a tuple of paths below the module's folder, without .."),
    "volatile": (_texts, "must be a tuple of tags"),
    "content_only": (_truth, "must be True or False"),
    "timeout": (_number(0.001, 86400), "must be seconds, more than 0 and at most a day"),
    "memory": (_number(1 << 20, 1 << 40), "must be bytes, from 1 MiB to 1 TiB"),
    "batch_files": (_number(1, 1 << 20), "must be a number of files, at least 1"),
    "batch_bytes": (_number(1, 1 << 40), "must be bytes, from 1 to 1 TiB"),
}
