"""Catches what extractor code writes to standard output and standard error."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import sys
import threading
from typing import Final, NamedTuple

MAX_KEPT: Final = 4096
_PIPE_SIZE: Final = 1 << 20


class Printed(NamedTuple):
    """What was written since the last look: its beginning, and bytes in all."""

    text: str
    size: int


class Capture:
    """Redirects descriptors 1 and 2 of this process into itself, for good.

    A thread empties the pipe so that no writer ever waits; `take` empties it too, under the same
    lock, so that what is taken is exactly what was written before.
    """

    def __init__(self) -> None:
        self._read, write = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._read, False)
        with contextlib.suppress(OSError, AttributeError):
            # Room for a writer that holds the interpreter and so keeps the thread waiting.
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        os.dup2(write, 1)
        os.dup2(write, 2)
        os.close(write)
        # The streams of the parent hold buffers and settings of its own.
        sys.stdout = open(1, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115 -- lives as long as the process
        sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115 -- lives as long as the process
        self._lock = threading.Lock()
        self._kept = bytearray()
        self._size = 0
        threading.Thread(target=self._drain_forever, name="capture", daemon=True).start()

    def take(self) -> Printed | None:
        """What was written since the last call, or None."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        with self._lock:
            self._drain()
            if not self._size:
                return None
            printed = Printed(self._kept.decode("utf-8", "backslashreplace"), self._size)
            self._kept.clear()
            self._size = 0
        return printed

    def _drain_forever(self) -> None:
        poll = select.poll()
        poll.register(self._read, select.POLLIN)
        while True:
            poll.poll()
            with self._lock:
                self._drain()

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._read, _PIPE_SIZE):
                self._size += len(data)
                self._kept += data[: MAX_KEPT - len(self._kept)]
