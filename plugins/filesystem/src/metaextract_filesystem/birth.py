"""When a file was created, which Linux tells through statx(2) and Python does not."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache

AT_EMPTY_PATH = 0x1000
STATX_BTIME = 0x800


class _Timestamp(ctypes.Structure):
    _fields_ = (
        ("seconds", ctypes.c_int64),
        ("nanoseconds", ctypes.c_uint32),
        ("reserved", ctypes.c_int32),
    )


class _Statx(ctypes.Structure):
    """The head of ``struct statx`` (statx(2)), padded to the 256 bytes that the kernel writes."""

    _fields_ = (
        ("mask", ctypes.c_uint32),
        ("until_atime", ctypes.c_uint8 * 60),
        ("accessed", _Timestamp),
        ("created", _Timestamp),
        ("rest", ctypes.c_uint8 * 160),
    )


@cache
def _statx() -> Callable[..., int] | None:
    """The C library's statx, or None where it has none."""
    try:
        function = ctypes.CDLL(None, use_errno=True).statx
    except (AttributeError, OSError):
        return None
    function.argtypes = (
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Statx),
    )
    function.restype = ctypes.c_int
    return function


def birth_ns(fd: int, status: os.stat_result) -> int | None:
    """Nanoseconds since 1970 at which the file behind `fd` was created; None if nobody knows.

    Args:
        fd: an open descriptor.
        status: its `os.fstat`, which has the answer on macOS and the BSDs.
    """
    seconds = getattr(status, "st_birthtime", None)
    if seconds is not None:
        return int(seconds * 1e9)
    statx = _statx()
    if statx is None:
        return None
    answer = _Statx()
    if statx(fd, b"", AT_EMPTY_PATH, STATX_BTIME, ctypes.byref(answer)) != 0:
        return None
    if not answer.mask & STATX_BTIME:
        return None
    return int(answer.created.seconds) * 10**9 + int(answer.created.nanoseconds)
