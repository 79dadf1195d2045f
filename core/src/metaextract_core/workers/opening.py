"""Opens what a path names, if it is a regular file and nothing else."""

from __future__ import annotations

import functools
import os
import stat
from contextlib import suppress

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_UNTOUCHED = getattr(os, "O_NOATIME", 0)
"""Reading leaves the time of access as it was, where the system can do that."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


_WINDOWS_ON_THE_SYSTEM = ("/proc", "/sys")


class Refused(Exception):
    """The path names something that is not read; says what, in one sentence."""


def kind_of(mode: int) -> str | None:
    """What a file mode stands for in plain words; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((words for test, words in _KINDS if test(mode)), "not a regular file")


def open_regular(path: bytes) -> int:
    """A descriptor of the regular file at `path`, without following a final symbolic link.

    Raises:
        Refused: it is something else, which was neither opened for reading nor waited for.
        OSError: it cannot be opened.
    """
    status = os.lstat(path)
    kind = kind_of(status.st_mode)
    if kind == "a symbolic link":
        raise Refused("refused: it is a symbolic link; name the file that it points to")
    if kind is not None:
        raise Refused(f"refused: it is {kind}, not a regular file")
    if status.st_dev in _system_devices():
        # Reading may wait for ever, never end, or have an effect.
        raise Refused("refused: it is a window on the running system, not a file on a disk")
    # Between the look and the opening the name may have been given to a FIFO or a link:
    # O_NONBLOCK and O_NOFOLLOW make that harmless, and the descriptor is checked again.
    try:
        fd = os.open(path, _FLAGS | _UNTOUCHED)
    except PermissionError:  # the time of access may be kept by the owner and by root alone
        fd = os.open(path, _FLAGS)
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        raise Refused(f"refused: it turned into {kind_of(mode)} while being opened")
    return fd


@functools.cache
def _system_devices() -> frozenset[int]:
    """The devices of file systems whose files are made up by the kernel when they are read."""
    devices = set()
    for folder in _WINDOWS_ON_THE_SYSTEM:
        with suppress(OSError):
            devices.add(os.stat(folder).st_dev)
    return frozenset(devices - {os.stat("/").st_dev})
