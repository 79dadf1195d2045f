"""Verdicts of earlier runs, by fingerprint, in one JSON file of the cache folder.

The file is a convenience: one that is missing, damaged, forged or cannot be written costs a probe.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
from blake3 import blake3
from msgspec import Struct

from metaextract_core.codes import CODES
from metaextract_core.discovery import Candidate
from metaextract_core.vetting.requirements import present
from metaextract_core.vetting.verdict import Verdict, described

_FORMAT = 2
_SLOW = frozenset({"MX309", "MX310"})
"""Codes of imports that ran into their deadline.

They may have been bad luck, but to find out at every start would cost every start that deadline:
they hold for `_HOLD` seconds, or until somebody asks for a fresh look.
"""
_HOLD = 24 * 60 * 60.0
_LASTING = frozenset(
    {None, "MX201", "MX313", "MX401", "MX402", "MX403", "MX404", "MX405", "MX406", "MX407"}
)
"""Codes that depend on the sources alone.

What an import runs into may be mended elsewhere, as by installing the library that it could not
load, or be bad luck.
"""


class _Entry(Struct):
    """One remembered verdict: `signature` is quick to compare, `fingerprint` is exact.

    Attributes:
        environment: the folder of the Python installation or virtual environment it belongs to.
        until: second of the Unix epoch at which it ends; 0 for never.
    """

    environment: str
    signature: str
    fingerprint: str
    verdict: Verdict
    until: float = 0.0


class _File(Struct):
    format: int
    entries: dict[str, _Entry]


class Memory:
    """What is remembered in `folder`; nothing at all if that is None.

    With `fresh`, verdicts that may have been bad luck are not recalled.
    """

    def __init__(self, folder: Path | None, *, fresh: bool = False) -> None:
        self._fresh = fresh
        self._path = folder / "verdicts.json" if folder else None
        self._entries: dict[str, _Entry] = {}
        self._others: dict[str, _Entry] = {}
        self._kept: dict[str, _Entry] = {}
        self._computed: dict[str, tuple[str, str]] = {}
        if self._path is not None:
            with contextlib.suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError):
                file = msgspec.json.decode(self._path.read_bytes(), type=_File)
                if file.format == _FORMAT:
                    self._sort(file.entries)

    def _sort(self, entries: dict[str, _Entry]) -> None:
        """Tell our own entries from those of other environments, which stay while these exist."""
        for key, entry in entries.items():
            if entry.environment == sys.prefix:
                self._entries[key] = entry
            elif os.path.isdir(entry.environment):
                self._others[key] = entry

    def recall(self, candidate: Candidate, files: list[str]) -> Verdict | None:
        """The verdict on exactly these sources, or None."""
        key = _key(candidate)
        entry = self._entries.get(key)
        if entry is not None and not (_is_about(entry.verdict, candidate) and self._holds(entry)):
            entry = None
        if not files:
            return None
        try:
            signature = _signature(candidate, files)
            if entry is None or entry.signature != signature:
                fingerprint = _fingerprint(candidate, files)
                self._computed[key] = (signature, fingerprint)
                if entry is None or entry.fingerprint != fingerprint:
                    return None
                entry.signature = signature
        except OSError:  # a source that cannot be read: whoever imports it will say so
            return None
        self._kept[key] = entry
        # A copy: later checks may change it, and what is remembered must stay.
        return msgspec.convert(msgspec.to_builtins(entry.verdict), Verdict)

    def remember(self, candidate: Candidate, verdict: Verdict) -> None:
        """Keep a verdict on sources that could not be recalled, if it depends on them alone."""
        key = _key(candidate)
        # Taken before the import: a source written meanwhile was not what was judged.
        computed = self._computed.get(key)
        if computed is not None and verdict.code in _LASTING | _SLOW:
            copy = msgspec.convert(msgspec.to_builtins(verdict), Verdict)
            until = time.time() + _HOLD if verdict.code in _SLOW else 0.0
            self._kept[key] = _Entry(sys.prefix, *computed, copy, until)

    def marks(self) -> dict[tuple[str, str], str]:
        """Group and name -> fingerprint of the sources, for what was recalled or remembered."""
        return {
            (entry.verdict.group, entry.verdict.name): entry.fingerprint
            for entry in self._kept.values()
        }

    def _holds(self, entry: _Entry) -> bool:
        if entry.verdict.code not in _SLOW:
            return True
        # A clock that was set back would make an end in the far future.
        return not self._fresh and 0 < entry.until - time.time() <= _HOLD

    def save(self) -> None:
        """Write what was recalled or remembered, if that differs from what was read."""
        if self._path is None or (self._kept == self._entries and not self._computed):
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=self._path.parent) as scratch:
                new = Path(scratch, self._path.name)
                new.touch(0o600)
                new.write_bytes(msgspec.json.encode(_File(_FORMAT, self._others | self._kept)))
                os.replace(new, self._path)


def _key(candidate: Candidate) -> str:
    parts = (sys.prefix, candidate.group, candidate.name, candidate.distribution, *candidate.paths)
    return "|".join(parts)


def _is_about(verdict: Verdict, candidate: Candidate) -> bool:
    """Whether what was read is a verdict that this candidate can have got."""
    code, descriptor = verdict.code, verdict.descriptor
    if code not in _LASTING | _SLOW or verdict.status != (CODES[code].state if code else "ready"):
        return False
    fresh = Verdict.of(candidate)
    about = ("name", "group", "target", "distribution", "version", "origin")
    return all(getattr(verdict, name) == getattr(fresh, name) for name in about) and (
        descriptor is None or descriptor == described(candidate, descriptor)
    )


@functools.cache
def _contract() -> tuple[str, str]:
    """The versions of those who judge."""
    return version("metaextract-sdk"), version("metaextract-core")


def _environment(candidate: Candidate) -> list[str]:
    return [
        candidate.name,
        candidate.target,
        candidate.distribution,
        candidate.version,
        sys.version,
        sys.executable,
        *_contract(),
        *present(candidate),
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
