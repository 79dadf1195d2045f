"""Texts as every database takes them: NUL and lone surrogates are written as escapes.

PostgreSQL stores neither in any text, and UTF-8 has no form for the latter. U+FDD0 stands before
the four hexadecimal digits of the character that is meant, and U+FDD1 to U+FDE0 stand for these
digits: no search for a digit finds an escape. Unicode promises never to use any of them (The
Unicode Standard, section 23.7); where a text has one, it is written as an escape as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

MARK: Final = "\ufdd0"
"""What every escape begins with, and nothing else has."""
_DIGITS: Final = "".join(chr(0xFDD1 + digit) for digit in range(16))
_IMPOSSIBLE: Final = re.compile("[\0\ud800-\udfff\ufdd0-\ufde0]")
_ESCAPE: Final = re.compile(f"{MARK}([{_DIGITS}]{{4}})")
_READ: Final = {ord(char): f"{digit:x}" for digit, char in enumerate(_DIGITS)}
_WRITE: Final = {ord(f"{digit:x}"): char for digit, char in enumerate(_DIGITS)}


def escaped(text: str) -> str:
    """`text` as a database takes it; what it takes anyway stays as it is."""
    if _IMPOSSIBLE.search(text) is None:
        return text
    return _IMPOSSIBLE.sub(lambda found: MARK + f"{ord(found[0]):04x}".translate(_WRITE), text)


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    if MARK not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1].translate(_READ), 16)), text)


def escaped_data(data: Any) -> Any:
    """JSON-like `data` with every text in it, the keys too, `escaped`."""
    return _through(data, escaped)


def unescaped_data(data: Any) -> Any:
    """What `escaped_data` was given."""
    return _through(data, unescaped)


def _through(data: Any, change: Callable[[str], str]) -> Any:
    # Data of records are 64 deep at most, so recursion has an end.
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {
            change(key) if isinstance(key, str) else key: _through(value, change)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_through(item, change) for item in data]
    return data
