"""What commands share to speak to a person: messages on standard error, safe text, tables."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_UNSAFE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Categories of characters that move the cursor, reorder text or cannot be shown."""


def say(message: str) -> None:
    """One line for the person, on standard error; data alone goes to standard output."""
    print(f"metaextract: {safe(message)}", file=sys.stderr)  # noqa: T201 -- this is where the program speaks


def safe(text: str) -> str:
    """`text` with every character that could fool a terminal written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _UNSAFE
        else character
        for character in text
    )


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal whose user wants colours (see https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")
    return stream.isatty() and wanted


def rich_console(stream: TextIO, *, width: int | None = None) -> Console:
    """A rich console on `stream` that adds no markup or highlighting of its own."""
    from rich.console import Console

    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
