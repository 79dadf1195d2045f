"""Finds the sample files that an extractor declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

MAX_SAMPLES: Final = 64
MAX_BYTES: Final = 1 << 20
"""Of one sample: an examination reads it dozens of times."""


class Trouble(Exception):
    """The declared samples cannot be used; says why in one sentence."""


def is_pattern(text: str) -> bool:
    """Whether `text` can name files below a folder: relative, and without a way out."""
    parts = text.split("/")
    return bool(text) and "\0" not in text and ".." not in parts and parts[0] != ""


def find_samples(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files below `folder` that `patterns` name, in order, each once.

    Args:
        folder: that of the module with the extractor.
        patterns: as in `Extractor.samples`.

    Raises:
        Trouble: there are none, a pattern names no file, or a file is too large or elsewhere.
    """
    if not patterns:
        raise Trouble("it declares no samples")
    found: dict[Path, None] = {}
    home = folder.resolve()
    for pattern in patterns:
        files = dict.fromkeys(islice(_matches(home, pattern), MAX_SAMPLES + 1))
        if not files:
            raise Trouble(f"no file is {folder / pattern}")
        found |= files
    if len(found) > MAX_SAMPLES:
        raise Trouble(f"it declares more than {MAX_SAMPLES} samples")
    return list(found)


def _matches(home: Path, pattern: str) -> Iterator[Path]:
    if not is_pattern(pattern):
        raise Trouble(f"{pattern!r} is no path below the folder of the module")
    for path in sorted(home.glob(pattern)):
        if not path.is_file():
            continue
        # A link may lead out of the package, to a file that is none of the extractor's business.
        if not path.resolve().is_relative_to(home):
            raise Trouble(f"{path} is not in the package")
        if path.stat().st_size > MAX_BYTES:
            raise Trouble(f"{path} is larger than {MAX_BYTES >> 20} MiB")
        yield path
