"""No new privileges, and of those that root has none but to look at any file."""

from __future__ import annotations

import ctypes
import struct
from typing import Final

from metaextract_core.workers import libc
from metaextract_core.workers.sandbox.syscalls import architecture, number

_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS of linux/prctl.h
_VERSION: Final = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
_KEPT: Final = 1 << 2 | 1 << 3  # CAP_DAC_READ_SEARCH; CAP_FOWNER, to leave times of access alone


def give_up() -> None:
    """Let neither this thread nor its future children gain a privilege again.

    No program that they start gets any by its mode or attributes (set-user-ID and the like). Root
    loses its capabilities(7) but those that let it read the files of others.

    Raises:
        OSError: the kernel does not do it.
    """
    libc.prctl(_NO_NEW_PRIVILEGES, 1)
    here = architecture()
    get, set_ = number("capget", here), number("capset", here)
    held = ctypes.create_string_buffer(24)  # effective, permitted, inheritable; their upper halves
    libc.syscall(get or 0, _VERSION, held)
    permitted = int.from_bytes(held.raw[4:8], "little") & _KEPT
    libc.syscall(set_ or 0, _VERSION, struct.pack("=6I", permitted, permitted, 0, 0, 0, 0))
