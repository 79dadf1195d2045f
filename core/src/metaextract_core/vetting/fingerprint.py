"""Whether a plugin is still the one that was judged: a quick answer and an exact one."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from blake3 import blake3
from msgspec import Struct

from metaextract_core.discovery import Candidate
from metaextract_core.vetting.surroundings import facts

_SETTLED: Final = 2.0
"""Seconds after which a file's times tell of a further change: some file systems count by twos."""


class Basis(Struct):
    """What a verdict rests on.

    Attributes:
        files: the sources of the plugin.
        present: what is installed of what it requires.
        surroundings: what counts where its import fails.
    """

    files: list[str]
    present: list[str] = []
    surroundings: str = ""


def digest(text: str) -> str:
    """A short text that differs where `text` does."""
    return blake3(text.encode("utf-8", "surrogateescape")).hexdigest()


def _environment(candidate: Candidate, basis: Basis) -> str:
    parts = [
        candidate.name,
        candidate.target,
        candidate.distribution,
        candidate.version,
        sys.version,
        sys.executable,
        *basis.present,
        *candidate.paths,
    ]
    return "\0".join(parts)


def signature_of(candidate: Candidate, basis: Basis) -> str:
    """Names, sizes and times of change: equal means that nothing was written.

    Empty where a file is so new that another change might leave its times as they are.

    Raises:
        OSError: a source cannot be read.
    """
    parts = [_environment(candidate, basis)]
    newest = 0
    for file in basis.files:
        status = os.stat(file)
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        parts += file, facts(status)
    settled = newest < (time.time() - _SETTLED) * 1e9
    return digest("\0".join(parts)) if settled else ""


def fingerprint_of(candidate: Candidate, basis: Basis) -> str:
    """Names and contents: equal means that nothing was changed; raises as `signature_of`."""
    parts = [_environment(candidate, basis)]
    for file in basis.files:
        parts += file, blake3(Path(file).read_bytes()).hexdigest()
    return digest("\0".join(parts))
