"""Calls into the operating system that Python has no name for. Linux alone offers them."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Final

_libc: Final = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: int) -> int:
    """Change something about this process; see the manual, section 2.

    Raises:
        OSError: it failed.
    """
    four = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_libc.prctl(option, *map(ctypes.c_ulong, four)))


def syscall(number: int, *arguments: Any) -> int:
    """Make the system call `number`; bytes and buffers are passed by their address.

    Raises:
        OSError: it failed.
    """
    given = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *given))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
