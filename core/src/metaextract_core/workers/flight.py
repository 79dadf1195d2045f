"""What a worker is doing now, in a page of memory that the host can read at any time."""

from __future__ import annotations

import mmap
import struct
import time
from contextlib import suppress
from typing import Final

from msgspec import Struct


class Flight(Struct):
    """One step of a worker.

    Attributes:
        extractor: position in the file's list of extractors, -1 for none.
        file: position in the job, -1 for all of them at once.
        importing: whether the extractor is being imported and set up rather than run.
        started: `time.monotonic` second.
        timeout: seconds that the step may take.
        done, total: how far it has come, by its own account; 0 of 0 where it says nothing.
    """

    extractor: int = -1
    file: int = -1
    importing: bool = False
    started: float = 0.0
    timeout: float = 0.0
    done: int = 0
    total: int = 0


class FlightPage:
    """A page of memory shared by host and worker, in which the worker notes what it is doing.

    Written before each step and read by the host only to see whether a worker is late or of what it
    died, it costs no message. Its content is a hint from a process that may be out of control: the
    host checks it.

    The first byte counts the notes; each goes into the next of four slots before it is counted, so
    that a reader never sees half a note.
    """

    SIZE: Final = mmap.PAGESIZE
    _LAYOUT: Final = struct.Struct("<iiidd")
    _SLOTS: Final = 4
    _PROGRESS: Final = struct.Struct("<QQ")
    _PROGRESS_AT: Final = slice(1024, 1024 + _PROGRESS.size)

    def __init__(self, fd: int) -> None:
        self._page = mmap.mmap(fd, self.SIZE)

    def note(self, extractor: int, file: int, timeout: float, *, importing: bool = False) -> None:
        """Say that a step begins now and may take `timeout` seconds."""
        self.progress(0, 0)
        count = (self._page[0] + 1) % 256
        slot = self._slot(count)
        self._page[slot] = self._LAYOUT.pack(extractor, file, importing, time.monotonic(), timeout)
        self._page[0] = count

    def progress(self, done: int, total: int) -> None:
        """Say that of the step that was noted last `done` of `total` is behind us."""
        with suppress(struct.error):  # numbers that cannot be true
            self._page[self._PROGRESS_AT] = self._PROGRESS.pack(done, total)

    def read(self) -> Flight:
        """The last step that was noted."""
        while True:
            count = self._page[0]
            note = self._page[self._slot(count)]
            # Fewer notes meanwhile than it takes to come round to this slot again.
            if (self._page[0] - count) % 256 < self._SLOTS - 1:
                break
        extractor, file, importing, started, timeout = self._LAYOUT.unpack(note)
        done, total = self._PROGRESS.unpack(self._page[self._PROGRESS_AT])
        return Flight(extractor, file, bool(importing), started, timeout, done, total)

    def close(self) -> None:
        """Unmap the page."""
        self._page.close()

    def _slot(self, count: int) -> slice:
        start = 64 + count % self._SLOTS * self._LAYOUT.size
        return slice(start, start + self._LAYOUT.size)
