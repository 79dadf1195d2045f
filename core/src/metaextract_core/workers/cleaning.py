"""Turns what an extractor returned into plain JSON data of bounded size.

Nothing is lost silently: whatever is cut leaves a marker in its place and is named to the caller.
Text that is not valid Unicode, and bytes, become ``{"text": ..., "base64": ...}`` and
``{"base64": ..., "bytes": n}``, from which the original can be restored.
"""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping, Sequence, Set
from typing import Any, Final

import msgspec

MAX_VALUE: Final = 256 << 10
"""Characters or bytes of one value."""
MAX_SECTION: Final = 8 << 20
"""Bytes of one section, as JSON."""
MAX_ITEMS: Final = 50_000
"""Values in one section."""
MAX_DEPTH: Final = 64
"""Mappings and lists inside each other."""

_encode = msgspec.json.Encoder().encode


def clean(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """`data` as JSON data within the limits, and one sentence for each kind of cut that was made.

    Raises:
        TypeError: `data` is not a mapping, or holds something that is no data.
    """
    if not isinstance(data, Mapping):
        raise TypeError(f"the result is of type {type(data).__name__}, not a mapping")
    if type(data) is dict and _plain(data):
        try:
            if len(_encode(data)) <= MAX_VALUE:
                return data, []
        except UnicodeEncodeError:
            pass
    cleaner = _Cleaner()
    return cleaner.mapping(data, 0), list(cleaner.cuts.values())


def _plain(data: dict[Any, Any]) -> bool:
    """Whether `data` is JSON data within the limits of depth and count, found without recursion."""
    level: list[Any] = [data]
    items = 0
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for container in level:
            items += len(container)
            if items > MAX_ITEMS:
                return False
            if type(container) is dict:
                if not all(type(key) is str for key in container):
                    return False
                values: Any = container.values()
            else:
                values = container
            for value in values:
                kind = type(value)
                if kind is dict or kind is list:
                    below.append(value)
                elif not _plain_scalar(value, kind):
                    return False
        if not below:
            return True
        level = below
    return False


def _plain_scalar(value: Any, kind: type) -> bool:
    if kind is str:
        return len(value) <= MAX_VALUE
    if kind is int:
        return bool(-(2**63) <= value < 2**64)
    return value is None or kind is bool or (kind is float and math.isfinite(value))


class _Cleaner:
    def __init__(self) -> None:
        self.cuts: dict[str, str] = {}
        self._items = 0
        self._bytes = 0

    def mapping(self, data: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for count, (key, value) in enumerate(data.items()):
            if self._full():
                result["…"] = f"[cut: {len(data) - count} more]"
                break
            result[self._key(key)] = self.value(value, depth + 1)
        return result

    def value(self, value: Any, depth: int) -> Any:
        self._items += 1
        if isinstance(value, str):
            return self._text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            # JSON readers, our own included, hold 64 bits.
            return int(value) if -(2**63) <= value < 2**64 else str(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return self._binary(bytes(value[: MAX_VALUE + 1]), len(value))
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return value.isoformat()
        if depth >= MAX_DEPTH:
            self.cuts["depth"] = f"data nested deeper than {MAX_DEPTH} levels was cut"
            return f"[cut: nested deeper than {MAX_DEPTH} levels]"
        if isinstance(value, Mapping):
            return self.mapping(value, depth)
        if isinstance(value, Sequence | Set):
            return self._list(value, depth)
        raise TypeError(f"a value of type {type(value).__name__} is not data")

    def _list(self, value: Sequence[Any] | Set[Any], depth: int) -> list[Any]:
        result: list[Any] = []
        for count, item in enumerate(value):
            if self._full():
                result.append(f"[cut: {len(value) - count} more]")
                break
            result.append(self.value(item, depth + 1))
        return result

    def _full(self) -> bool:
        if self._items >= MAX_ITEMS:
            self.cuts["items"] = f"only the first {MAX_ITEMS} values were kept"
            return True
        if self._bytes >= MAX_SECTION:
            self.cuts["bytes"] = f"only the first {MAX_SECTION >> 20} MiB were kept"
            return True
        return False

    def _key(self, key: Any) -> str:
        text = str(key)
        if len(text) > 1024:
            self.cuts["key"] = "names of more than 1024 characters were cut"
            text = text[:1024] + "…"
        self._bytes += len(text)
        return text.encode("utf-8", "backslashreplace").decode() if not _valid(text) else text

    def _text(self, text: str) -> Any:
        length = len(text)
        if length > MAX_VALUE:
            self._cut_value(length, "characters")
            text = f"{text[:MAX_VALUE]}…[cut: {length} characters in all]"
        self._bytes += len(text)
        if _valid(text):
            return str(text)
        raw = text.encode("utf-8", "surrogatepass")
        if all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff"):
            raw = text.encode("utf-8", "surrogateescape")
        return {"text": raw.decode("utf-8", "replace"), "base64": base64.b64encode(raw).decode()}

    def _binary(self, value: bytes, length: int) -> dict[str, Any]:
        kept = value[:MAX_VALUE]
        self._bytes += len(kept)
        result: dict[str, Any] = {"base64": base64.b64encode(kept).decode(), "bytes": length}
        if length > MAX_VALUE:
            self._cut_value(length, "bytes")
            result["cut"] = True
        return result

    def _cut_value(self, length: int, unit: str) -> None:
        self.cuts["value"] = f"a value of {length} {unit} was cut to {MAX_VALUE}"


def _valid(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
