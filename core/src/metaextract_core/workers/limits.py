"""What the kernel of the operating system enforces on a child process.

Linux offers all of it; elsewhere the calls that do not exist are left out.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import Final

from metaextract_core.workers import libc

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36

SINGLE_THREADED: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Environment for processes that import plugins.

Numeric libraries start a thread for each processor when they are imported. A worker has the work of
one processor, and a process with threads is not to be forked.
"""

MAX_FILE: Final = 1 << 30
"""Bytes of one file that a worker writes."""
MAX_SECONDS: Final = 4 * 3600
"""Seconds of processor time that one process of a worker may use in its life."""
_DESCRIPTORS: Final = 1024

_PAGE = resource.getpagesize()


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        libc.prctl(option, value)


def die_with_parent() -> None:
    """Have the operating system kill this process when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none escapes."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def no_core_dumps() -> None:
    """A crash leaves no core file behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cap(memory: int) -> None:
    """Set what this process and each of its children may have at most, for good.

    A deadline on the clock ends each step of a worker, and a worker serves for long: the cap on
    processor time is for what outlives them, should all who watch it be gone.

    Args:
        memory: bytes of address space that may be added to what is mapped now.
    """
    caps = {
        resource.RLIMIT_FSIZE: MAX_FILE,
        resource.RLIMIT_NOFILE: _DESCRIPTORS,
        resource.RLIMIT_CPU: MAX_SECONDS,
        resource.RLIMIT_AS: address_space() + memory,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in caps.items():
        _, hard = resource.getrlimit(limit)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (value, value))


def address_space() -> int:
    """Bytes of address space that this process has mapped, 0 where it cannot be known."""
    return _statm(0)


def resident() -> int:
    """Bytes of memory that this process occupies, 0 where it cannot be known."""
    return _statm(1)


def _statm(column: int) -> int:
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read(128).split()[column]) * _PAGE
    except OSError:
        return 0


@contextlib.contextmanager
def growth_capped(extra: int) -> Iterator[None]:
    """Let this process map `extra` bytes more than it has now; a further request fails.

    The cap ends with the block: what is done afterwards, saying what happened first of all, must
    not fail for want of memory that somebody else took.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    mapped = address_space()
    limit = mapped + extra if hard == resource.RLIM_INFINITY else min(mapped + extra, hard)
    if mapped:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def children(pid: int | None = None) -> set[int]:
    """The direct children of `pid` (this process by default), zombies included."""
    found: set[int] = set()
    folder = f"/proc/{pid or 'self'}/task"
    try:
        for task in os.listdir(folder):
            with open(f"{folder}/{task}/children", "rb", buffering=0) as file:
                found.update(int(child) for child in file.read(1 << 16).split())
    except OSError:
        pass
    return found


def descendants(pid: int) -> set[int]:
    """The children of `pid`, their children, and so on, zombies included."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        fresh = children(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def kill(pid: int) -> None:
    """Kill a process, and the group that it leads, if they still exist."""
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
