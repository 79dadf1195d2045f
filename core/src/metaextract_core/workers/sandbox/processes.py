"""How many processes a worker may have: asked at each fork, by the host.

RLIMIT_NPROC would not do: it counts all processes of the user, whoever started them, and never
holds for root. So a seccomp filter has every fork wait for a word from the host
(seccomp_unotify(2)), which counts and answers; a fork too many fails with EAGAIN, as that limit
would have it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import struct
from collections.abc import Collection
from typing import Final

from metaextract_core.workers import limits

MAX_PROCESSES: Final = 32
"""Processes that a worker may have at a time, all its descendants together."""

_RECEIVE: Final = 0xC0502100  # SECCOMP_IOCTL_NOTIF_RECV of linux/seccomp.h
_SEND: Final = 0xC0182101
_NOTIFICATION: Final = 80  # bytes of struct seccomp_notif; its first eight are the id
_RESPONSE: Final = struct.Struct("=QqiI")  # struct seccomp_notif_resp
_CONTINUE: Final = 1


def answer(listener: int, worker: int, template: int, workers: Collection[int]) -> None:
    """Answer the fork that waits at `listener`.

    Args:
        listener: of the worker.
        worker: its process id.
        template: process id of its parent, which adopts whom a worker's children leave behind.
        workers: process ids of the template's own children.
    """
    notification = bytearray(_NOTIFICATION)
    # Who asked may have died meanwhile.
    with contextlib.suppress(FileNotFoundError):
        fcntl.ioctl(listener, _RECEIVE, notification)
        kin = limits.descendants(worker)
        for orphan in limits.children(template).difference(workers):
            kin |= {orphan} | limits.descendants(orphan)
        number = int.from_bytes(notification[:8], "little")
        granted = len(kin) < MAX_PROCESSES
        error, flags = (0, _CONTINUE) if granted else (-errno.EAGAIN, 0)
        fcntl.ioctl(listener, _SEND, _RESPONSE.pack(number, 0, error, flags))
