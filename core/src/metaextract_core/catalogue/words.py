"""Texts as the words that they are found by; both databases index these, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_WORD: Final = 64
"""Characters of a word that count."""

_BREAK: Final = re.compile(r"[\W_]")


def words(text: str) -> list[str]:
    """The words of `text` in its order, without regard to case and accents.

    Letters and digits in compatibility decomposition (Unicode Standard Annex 15), without marks,
    with case folded; everything else separates words.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return [word[:MAX_WORD] for word in _BREAK.split(text.casefold()) if word]
