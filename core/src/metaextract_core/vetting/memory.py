"""Verdicts of earlier runs, by fingerprint, in one JSON file of the cache folder.

The file is a convenience: one that is missing, damaged, forged or cannot be written costs a probe.

What is noticed, and how: a source that was written, added or removed by size, times, inode and at
last by content; an upgrade by the version in the metadata, which is read at every start; a changed
requirement by the versions of what a plugin names; a program that is gone by looking for it, which
is never remembered. What made an import fail may lie elsewhere: see `surroundings`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from metaextract_core.codes import CODES
from metaextract_core.discovery import Candidate
from metaextract_core.vetting.fingerprint import Basis, digest, fingerprint_of, signature_of
from metaextract_core.vetting.surroundings import stamps
from metaextract_core.vetting.verdict import Verdict, described

_FORMAT: Final = 6
_LASTING: Final = frozenset(
    {None, "MX201", "MX313", "MX401", "MX402", "MX403", "MX404", "MX405", "MX406", "MX407"}
)
"""Codes that depend on the sources alone."""

_HOUR: Final = 60 * 60.0
_DAY: Final = 24 * _HOUR
_HOLD: Final = {
    code: _DAY if code in ("MX309", "MX310") else _HOUR
    for code in CODES
    if code.startswith("MX3") and code not in _LASTING
}
"""Codes of failed imports, and the seconds for which they hold.

What an import runs into may be mended elsewhere, as by installing the library that it could not
load, or be bad luck. To find out at every start would cost every start an import, and where it
hangs the deadline of one. So they hold while the surroundings are the same, though not for long,
and until somebody asks for a fresh look.
"""


class _Entry(Struct):
    """One remembered verdict: `signature` is quick to compare, `fingerprint` is exact.

    Attributes:
        until: second of the Unix epoch at which it ends; 0 for never.
        surroundings: a digest of the surroundings if it depends on them, else empty.
        modules: those of others that the import had asked for, with a stamp of each file.
    """

    signature: str
    fingerprint: str
    verdict: msgspec.Raw
    until: float = 0.0
    surroundings: str = ""
    modules: dict[str, str] = {}


class _Environment(Struct):
    """What is remembered in one Python installation or virtual environment.

    Attributes:
        python: what requirements were answered for.
        answers: to requirements, see `Requirements`.
    """

    python: str = ""
    answers: dict[str, str] = {}
    entries: dict[str, _Entry] = {}


class _File(Struct):
    """All environments, by their folder."""

    format: int
    environments: dict[str, msgspec.Raw]


class Memory:
    """What is remembered in `folder`; nothing at all if that is None.

    With `fresh`, verdicts that may have been bad luck are not recalled.

    Attributes:
        answers: to requirements, of earlier runs until `vet` puts those of this one here.
    """

    def __init__(self, folder: Path | None, *, fresh: bool = False) -> None:
        self._fresh = fresh
        self._path = folder / "verdicts.json" if folder else None
        self._others: dict[str, msgspec.Raw] = {}
        self._was = _Environment()
        self._kept: dict[str, _Entry] = {}
        self._computed: dict[str, tuple[str, str]] = {}
        self._plugins: dict[str, tuple[str, str]] = {}
        self._changed = False
        if self._path is not None:
            with contextlib.suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError):
                self._read(self._path.read_bytes())
        self._python = f"{sys.version} {sys.executable}"
        self.answers = self._was.answers if self._was.python == self._python else {}

    def _read(self, data: bytes) -> None:
        file = msgspec.json.decode(data, type=_File)
        if file.format == _FORMAT:
            own = file.environments.pop(sys.prefix, None)
            # Others stay for as long as they exist.
            self._others = {
                prefix: raw for prefix, raw in file.environments.items() if os.path.isdir(prefix)
            }
            if own is not None:
                self._was = msgspec.json.decode(own, type=_Environment)

    def recall(self, candidate: Candidate, basis: Basis) -> Verdict | None:
        """The verdict on exactly these sources, or None."""
        key = _key(candidate)
        self._plugins[key] = candidate.group, candidate.name
        entry = self._was.entries.get(key)
        verdict = self._verdict(entry, candidate, basis) if entry is not None else None
        if not basis.files:
            return None
        try:
            signature = signature_of(candidate, basis)
            if entry is None or verdict is None or not signature or entry.signature != signature:
                fingerprint = fingerprint_of(candidate, basis)
                self._computed[key] = (signature, fingerprint)
                if entry is None or verdict is None or entry.fingerprint != fingerprint:
                    return None
                self._changed |= entry.signature != signature
                entry.signature = signature
        except OSError:  # a source that cannot be read: whoever imports it will say so
            return None
        self._kept[key] = entry
        return verdict

    def _verdict(self, entry: _Entry, candidate: Candidate, basis: Basis) -> Verdict | None:
        """The verdict of an entry, if that can be one on `candidate` and still holds."""
        try:
            verdict = msgspec.json.decode(entry.verdict, type=Verdict)
        except (msgspec.MsgspecError, RecursionError):
            return None
        if not _is_about(verdict, candidate):
            return None
        if verdict.code in _LASTING:
            return verdict
        # A clock that was set back would make an end in the far future.
        holds = 0 < entry.until - time.time() <= _HOLD.get(verdict.code or "", 0.0)
        same = (
            holds
            and not self._fresh
            and entry.surroundings == digest(basis.surroundings)
            and entry.modules == stamps(entry.modules, candidate.search_path())
        )
        return verdict if same else None

    def remember(
        self, candidate: Candidate, basis: Basis, verdict: Verdict, modules: list[str]
    ) -> None:
        """Keep a verdict on sources that could not be recalled.

        Args:
            candidate: what was probed.
            basis: what the verdict rests on.
            verdict: what came of it; later changes of it are not kept.
            modules: those of others that its import asked for.
        """
        key = _key(candidate)
        # Taken before the import: a source written meanwhile was not what was judged.
        computed = self._computed.get(key)
        if computed is None or not (verdict.code in _LASTING or verdict.code in _HOLD):
            return
        entry = _Entry(*computed, msgspec.Raw(msgspec.json.encode(verdict)))
        if verdict.code not in _LASTING:
            entry.until = time.time() + _HOLD[verdict.code or ""]
            entry.surroundings = digest(basis.surroundings)
            entry.modules = stamps(modules, candidate.search_path())
        self._kept[key] = entry
        self._changed = True

    def marks(self) -> dict[tuple[str, str], str]:
        """Group and name -> fingerprint of the sources, for what was recalled or remembered."""
        return {self._plugins[key]: entry.fingerprint for key, entry in self._kept.items()}

    def save(self) -> None:
        """Write what was recalled or remembered, if that differs from what was read."""
        gone = self._was.entries.keys() - self._kept.keys()
        changed = self._changed or gone or self.answers != self._was.answers
        if self._path is None or not changed:
            return
        import tempfile

        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=self._path.parent) as scratch:
                new = Path(scratch, self._path.name)
                new.touch(0o600)
                own = msgspec.json.encode(_Environment(self._python, self.answers, self._kept))
                environments = self._others | {sys.prefix: msgspec.Raw(own)}
                new.write_bytes(msgspec.json.encode(_File(_FORMAT, environments)))
                os.replace(new, self._path)


def _key(candidate: Candidate) -> str:
    return "|".join((candidate.group, candidate.name, candidate.distribution, *candidate.paths))


def _is_about(verdict: Verdict, candidate: Candidate) -> bool:
    """Whether what was read is a verdict that this candidate can have got."""
    code, descriptor = verdict.code, verdict.descriptor
    if verdict.status != (CODES[code].state if code in CODES else "ready"):
        return False
    fresh = Verdict.of(candidate)
    about = ("name", "group", "target", "distribution", "version", "origin")
    return all(getattr(verdict, name) == getattr(fresh, name) for name in about) and (
        descriptor is None or descriptor == described(candidate, descriptor)
    )
