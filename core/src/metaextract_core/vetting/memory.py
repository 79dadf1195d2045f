"""Verdicts of earlier runs, by fingerprint, in one JSON file of the cache folder.

The file is a convenience: one that is missing, damaged, forged or cannot be written costs a probe.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import msgspec
from blake3 import blake3
from msgspec import Struct

from metaextract_core.discovery import Candidate
from metaextract_core.vetting.verdict import Verdict

_FORMAT = 1
_LASTING = frozenset(
    {
        None, "MX201", "MX301", "MX302", "MX305", "MX306", "MX312", "MX313", "MX314", "MX315",
        "MX316", "MX401", "MX402", "MX403", "MX404", "MX405", "MX406",
    }
)  # fmt: skip
"""Codes that depend on the sources alone. The others may be mended elsewhere, or be bad luck."""


class _Entry(Struct):
    """One remembered verdict: `signature` is quick to compare, `fingerprint` is exact."""

    signature: str
    fingerprint: str
    verdict: Verdict


class _File(Struct):
    format: int
    entries: dict[str, _Entry]


class Memory:
    """What is remembered in `folder`; nothing at all if that is None."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "verdicts.json" if folder else None
        self._entries: dict[str, _Entry] = {}
        self._kept: dict[str, _Entry] = {}
        self._computed: dict[str, tuple[str, str]] = {}
        if self._path is not None:
            with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
                file = msgspec.json.decode(self._path.read_bytes(), type=_File)
                if file.format == _FORMAT:
                    self._entries = file.entries

    def recall(self, candidate: Candidate, files: list[str]) -> Verdict | None:
        """The verdict on exactly these sources, or None."""
        key = _key(candidate)
        entry = self._entries.get(key)
        signature = _signature(candidate, files)
        if entry is None or entry.signature != signature:
            fingerprint = _fingerprint(candidate, files)
            self._computed[key] = (signature, fingerprint)
            if entry is None or entry.fingerprint != fingerprint:
                return None
            entry.signature = signature
        self._kept[key] = entry
        # A copy: later checks may change it, and what is remembered must stay.
        return msgspec.convert(msgspec.to_builtins(entry.verdict), Verdict)

    def remember(self, candidate: Candidate, files: list[str], verdict: Verdict) -> None:
        """Keep a verdict that depends on the sources alone."""
        if verdict.code in _LASTING:
            key = _key(candidate)
            computed = self._computed.get(key)
            signature, fingerprint = computed or (
                _signature(candidate, files),
                _fingerprint(candidate, files),
            )
            copy = msgspec.convert(msgspec.to_builtins(verdict), Verdict)
            self._kept[key] = _Entry(signature, fingerprint, copy)

    def save(self) -> None:
        """Write what was recalled or remembered, if that differs from what was read."""
        if self._path is None or (self._kept == self._entries and not self._computed):
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self._path.parent, delete=False) as file:
                file.write(msgspec.json.encode(_File(_FORMAT, self._kept)))
            os.replace(file.name, self._path)


def _key(candidate: Candidate) -> str:
    parts = (candidate.group, candidate.name, candidate.distribution, *candidate.paths)
    return "|".join(parts)


def _environment(candidate: Candidate) -> list[str]:
    return [
        candidate.name,
        candidate.target,
        candidate.distribution,
        candidate.version,
        sys.version,
        sys.executable,
        version("metaextract-sdk"),
        version("metaextract-core"),
        *candidate.paths,
    ]


def _signature(candidate: Candidate, files: list[str]) -> str:
    """Names, sizes and times of change: equal means that nothing was written."""
    digest = blake3("\0".join(_environment(candidate)).encode("utf-8", "surrogateescape"))
    for file in files:
        status = os.stat(file)
        facts = f"{file}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ino}\0"
        digest.update(facts.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _fingerprint(candidate: Candidate, files: list[str]) -> str:
    """Names and contents: equal means that nothing was changed."""
    digest = blake3("\0".join(_environment(candidate)).encode("utf-8", "surrogateescape"))
    for file in files:
        digest.update(f"{file}\0".encode("utf-8", "surrogateescape"))
        digest.update(blake3(Path(file).read_bytes()).digest())
    return digest.hexdigest()
