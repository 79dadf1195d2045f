"""Types of columns that SQLAlchemy does not have: the same on both databases, whatever is given."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Float, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from metaextract_core.catalogue.escapes import (
    MARK,
    escaped,
    escaped_data,
    unescaped,
    unescaped_data,
)

KEY: Final = BigInteger().with_variant(Integer, "sqlite")
"""Of rows: SQLite numbers rows by itself only where the type is INTEGER."""
NUMBER: Final = Float(53)
"""Double precision."""
MOMENT: Final = DateTime()
"""A date and a time without a zone, down to the microsecond."""
_ESCAPE_LIKE: Final = MARK.encode()[:2]
"""How all characters of escapes begin in UTF-8, and some others."""
_LONGEST_INTEGER: Final = 1e15
_LARGE: Final = re.compile(rb"[:,\[]-?\d+(?:\.\d+)?e\+?\d")
"""A number with a positive exponent, or what looks like one."""


class FileText(TypeDecorator[str]):
    """A text of a file's, with all that databases do not take."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As the database takes it."""
        return None if value is None else escaped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As it was."""
        return None if value is None else unescaped(value)


class Document(TypeDecorator[Any]):
    """JSON-like data: JSONB on PostgreSQL, which sorts keys, and JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is such a type."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """JSON text."""
        return None if value is None else document(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Data as they were given."""
        if value is None:
            return None
        raw = value.encode() if isinstance(value, str) else value
        data = msgspec.json.decode(raw)
        return unescaped_data(data) if _ESCAPE_LIKE in raw else data


def document(data: Any) -> str:
    """JSON text of `data` (structs too) that databases take."""
    try:
        text = msgspec.json.encode(data)
    except UnicodeEncodeError:  # a lone surrogate
        text = b""
    if not text or b"\\u0000" in text or _ESCAPE_LIKE in text or _LARGE.search(text):
        text = msgspec.json.encode(_plain(escaped_data(msgspec.to_builtins(data))))
    return text.decode()


def _plain(data: Any) -> Any:
    """`data` without numbers that JSONB, which knows no floats, would give back as integers."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if isinstance(data, float) and abs(data) >= _LONGEST_INTEGER:
        return msgspec.Raw(f"{data:f}".encode())
    return data
