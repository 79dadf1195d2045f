"""Values of records as the types that files of other programs have."""

from __future__ import annotations

import json
import math
from typing import Any, Final, TypeGuard

import msgspec

_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_encode: Final = msgspec.json.Encoder().encode


def as_text(value: Any) -> str:
    """`value` as text that UTF-8 can hold: halves of surrogate pairs become U+FFFD.

    What is no text is written as JSON writes it.
    """
    if not isinstance(value, str):
        return as_json(value).decode()
    return value if value.isascii() else value.translate(_SURROGATES)


def as_json(value: Any) -> bytes:
    """A record or JSON data on one line, in UTF-8, with U+FFFD as in `as_text`."""
    try:
        return _encode(value)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair; beyond 64 bits
        plain = _sound(msgspec.to_builtins(value))
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {as_text(key): _sound(item) for key, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def members(value: Any) -> list[str]:
    """The texts of a list; a value of another type is its only member."""
    items = value if isinstance(value, list) else [value]
    return [as_text(item) for item in items]


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is one, as opposed to a truth."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_integer(value: Any) -> int | None:
    """`value` where it is a whole number of 64 bits with a sign."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and -(1 << 63) <= value < 1 << 63 else None


def as_number(value: Any) -> float | None:
    """`value` as a float where it is a number that a float can hold."""
    try:
        return float(value) if is_number(value) else None
    except OverflowError:
        return None


def as_boolean(value: Any) -> bool | None:
    """`value` where it is a truth."""
    return value if isinstance(value, bool) else None
