"""The examination: which files are read, in which order, and what is looked at after each."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from metaextract_sdk.conformance import subjects
from metaextract_sdk.conformance.evidence import Evidence, Reading, Subject, Trace
from metaextract_sdk.conformance.rules import differs

Read = Callable[[Path, Subject], Reading]
"""Has the extractor read a subject that lies at a path."""

_DEATHS: Final = frozenset({"timeout", "memory", "crashed"})
_MAX_DEATHS: Final = 3
_HOUR: Final = 3600


def examine(evidence: Evidence, read: Read, folder: Path, *, apart: float = 0.0) -> None:
    """Have the extractor read its samples and what is made of them; adds to `evidence`.

    Every subject lies at the same place under the same name, so that nothing but its suffix, size,
    times and content tells one from the other. Only where it says that it looks at nothing but the
    content, what is read again has another name.

    Args:
        evidence: with the samples.
        read: how the extractor is run.
        folder: an empty folder.
        apart: seconds that lie between two readings of the same sample at least, so that an
            extractor which tells the time is seen to.
    """
    with contextlib.suppress(_GivenUp):
        _Examination(evidence, read, folder).go(apart)


class _GivenUp(Exception):
    """Nothing more can be learnt."""


class _Examination:
    def __init__(self, evidence: Evidence, read: Read, folder: Path) -> None:
        self._evidence = evidence
        self._read = read
        self._bench = _Bench(folder)

    def go(self, apart: float) -> None:
        samples = self._evidence.samples
        self._go_through(subjects.originals(samples, "sample"))
        until = time.monotonic() + apart
        self._go_through(subjects.damaged(samples))
        time.sleep(max(0.0, until - time.monotonic()))
        again = list(subjects.originals(samples, "again", moved=self._evidence.content_only))
        self._go_through(again)
        for subject in subjects.variations(samples):
            self._go_through([subject])
            varied = self._evidence.readings[-1]
            if differs(self._evidence, varied):
                # By now the sample itself may say something else: then this shows nothing.
                self._go_through([again[subject.sample]])
                if differs(self._evidence, varied):
                    break

    def _go_through(self, several: Iterable[Subject]) -> None:
        readings = self._evidence.readings
        for subject in several:
            reading = self._bench.have_read(self._read, subject)
            readings.append(reading)
            if reading.status == "unavailable":
                self._give_up(reading.reason)
            if sum(each.fault in _DEATHS for each in readings) >= _MAX_DEATHS:
                self._give_up(f"it was given up after {_MAX_DEATHS} crashes or timeouts")

    def _give_up(self, why: str) -> None:
        self._evidence.stopped = why
        raise _GivenUp


class _Bench:
    """The place where one subject after another lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder

    def have_read(self, read: Read, subject: Subject) -> Reading:
        self._lay(subject)
        before = _state(self._path)
        reading = read(self._path, subject)
        for trace, sentence in self._look(subject, before):
            reading.traces[trace] = sentence
        return reading

    def _lay(self, subject: Subject) -> None:
        path = self._folder / subject.name
        if self._path not in (path, self._folder):
            self._path.unlink(missing_ok=True)
        self._path = path
        # In place, so that not even the number of the inode differs.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(os.open(path, flags, 0o600), "wb") as file:
            os.fchmod(file.fileno(), subject.mode)
            file.write(subject.content)
        # A time of access that is later than all others is not changed by reading, where the
        # system keeps relative times (relatime in mount(8)).
        os.utime(path, (time.time() + _HOUR, subject.modified))

    def _look(self, subject: Subject, before: object) -> Iterable[tuple[Trace, str]]:
        left = sorted(entry.name for entry in os.scandir(self._folder))
        strangers = [name for name in left if name != subject.name]
        for name in strangers:
            path = self._folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        if strangers:
            yield "files", f"it leaves {strangers[0]!r} beside the file"
        if subject.name not in left:
            yield "file", "it removes the file"
        elif self._path.is_symlink() or self._path.read_bytes() != subject.content:
            yield "file", "it changes the content"
            self._path.unlink()  # it may be a link by now
        elif _state(self._path) != before:
            yield "file", "it changes the time or the permissions"


def _state(path: Path) -> object:
    status = path.lstat()
    return status.st_mtime_ns, status.st_mode, status.st_nlink, status.st_uid, status.st_gid
