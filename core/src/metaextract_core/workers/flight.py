"""What a worker is doing now, in a page of memory that the host can read at any time."""

from __future__ import annotations

import mmap
import struct
import time
import zlib
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

    The first byte counts the notes; each goes into the next of four slots before it is counted. A
    reader that is stopped for so long that the writer comes round to the slot sees by the checksum
    that it has read parts of two notes.
    """

    SIZE: Final = mmap.PAGESIZE
    _LAYOUT: Final = struct.Struct("<iiidd")
    _CHECKSUM: Final = struct.Struct("<I")
    _SLOT: Final = _LAYOUT.size + _CHECKSUM.size
    _SLOTS: Final = 4
    _ATTEMPTS: Final = 1000  # a worker that is out of control may never leave a whole note
    _PROGRESS: Final = struct.Struct("<QQ")
    _PROGRESS_AT: Final = slice(1024, 1024 + _PROGRESS.size)

    def __init__(self, fd: int) -> None:
        self._page = mmap.mmap(fd, self.SIZE)

    def note(self, extractor: int, file: int, timeout: float, *, importing: bool = False) -> None:
        """Say that a step begins now and may take `timeout` seconds."""
        self.progress(0, 0)
        count = (self._page[0] + 1) % 256
        note = self._LAYOUT.pack(extractor, file, importing, time.monotonic(), timeout)
        self._page[self._slot(count)] = note + self._checksum(note)
        self._page[0] = count

    def progress(self, done: int, total: int) -> None:
        """Say that of the step that was noted last `done` of `total` is behind us."""
        with suppress(struct.error):  # numbers that cannot be true
            self._page[self._PROGRESS_AT] = self._PROGRESS.pack(done, total)

    def read(self) -> Flight:
        """The last step that was noted; nothing is known of one that is never whole."""
        for _ in range(self._ATTEMPTS):
            slot = self._page[self._slot(self._page[0])]
            note, checksum = slot[: self._LAYOUT.size], slot[self._LAYOUT.size :]
            if self._checksum(note) == checksum:
                break
        else:
            return Flight()
        extractor, file, importing, started, timeout = self._LAYOUT.unpack(note)
        done, total = self._PROGRESS.unpack(self._page[self._PROGRESS_AT])
        return Flight(extractor, file, bool(importing), started, timeout, done, total)

    def close(self) -> None:
        """Unmap the page."""
        self._page.close()

    def _checksum(self, note: bytes) -> bytes:
        """A CRC-32 that begins with zeros, so that a page in which nothing is noted is whole."""
        return self._CHECKSUM.pack(zlib.crc32(note, 0xFFFFFFFF) ^ 0xFFFFFFFF)

    def _slot(self, count: int) -> slice:
        start = 64 + count % self._SLOTS * self._SLOT
        return slice(start, start + self._SLOT)
