"""Who reads what, among the processes that use one folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import sys
import threading
from pathlib import Path
from typing import Final

from blake3 import blake3


class Claims:
    """What this process has claimed: alone, or together with others that know what they share.

    A claim is a lock on one byte of an empty file. The system takes it back when the process ends,
    however that may be (fcntl(2), "Open file description locks", Linux 3.15). Where there are no
    such locks, only what this process has itself is out of reach.

    Args:
        path: of the file, which is made when the first claim is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held: dict[int, int] = {}  # how often it is shared here; 0 is alone
        self._lock = threading.Lock()

    def take(self, name: bytes) -> bool:
        """Claim `name` alone; False where anybody has a claim on it."""
        place = _place(name)
        with self._lock:
            taken = place not in self._held and self._set(fcntl.F_WRLCK, place)
            if taken:
                self._held[place] = 0
        return taken

    def share(self, name: bytes) -> bool:
        """Claim `name` together with others that share it; False where somebody has it alone."""
        place = _place(name)
        with self._lock:
            times = self._held.get(place)
            shared = self._set(fcntl.F_RDLCK, place) if times is None else times > 0
            if shared:
                self._held[place] = (times or 0) + 1
        return shared

    def open_up(self, name: bytes) -> None:
        """Let others share `name`, which was claimed alone."""
        place = _place(name)
        with self._lock:
            if self._held.get(place) == 0 and self._set(fcntl.F_RDLCK, place):
                self._held[place] = 1

    def release(self, name: bytes) -> None:
        """Leave `name` to others, once all here have that shared it."""
        place = _place(name)
        with self._lock:
            times = self._held.pop(place, None)
            if times is not None and times > 1:
                self._held[place] = times - 1
            elif times is not None:
                self._set(fcntl.F_UNLCK, place)

    def _set(self, kind: int, place: int) -> bool:
        """Lock or unlock; False where another process has a lock that forbids it."""
        lock = struct.pack(_LOCK, kind, os.SEEK_SET, place, 1, 0)
        try:
            if (file := self._opened()) is not None:
                fcntl.fcntl(file, fcntl.F_OFD_SETLK, lock)
        except (BlockingIOError, PermissionError):  # POSIX lets it say the one or the other
            return False
        except OSError:
            pass  # nothing is lost but the time in which two do the same
        return True

    def _opened(self) -> int | None:
        if self._file is None and sys.platform == "linux":
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            with contextlib.suppress(OSError):  # whoever writes to the folder says what is wrong
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._file = os.open(self._path, flags, 0o600)
        return self._file

    def close(self) -> None:
        """Leave all to others."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
            self._file = None
            self._held.clear()


_LOCK: Final = "@hhqqi0q"
"""``struct flock``: type, whence, start, length, and a process id that has to be 0."""


def _place(name: bytes) -> int:
    """The byte that stands for `name`; the last that a file may have is number 2^63 - 2."""
    return int.from_bytes(blake3(name).digest(8)) >> 2
