"""How much a process grows while something runs in it."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from typing import Final

_RESET: Final = b"5"  # the peak of resident memory alone; Linux, Documentation/filesystems/proc.rst
_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # bytes, by getrusage(2)


class Peak:
    """Measures the growth of this process, from a start to the peak after it.

    What grows is resident memory: pages of RAM, those of mapped files included. Programs that the
    process starts are not in it, nor what it asked for and never touched. Where the high-water mark
    cannot be set back (only Linux can, and Landlock forbids it), only what goes beyond the highest
    mark of the process so far is seen: the true peak or less.
    """

    def __init__(self) -> None:
        self._reset: int | None = None
        with contextlib.suppress(OSError):
            self._reset = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        self._before = 0

    def start(self) -> None:
        """Begin anew."""
        if self._reset is not None:
            try:
                os.write(self._reset, _RESET)
            except OSError:
                self._reset = None
        self._before = _high_water()

    def growth(self) -> int:
        """Bytes between the start and the peak since then."""
        return max(0, _high_water() - self._before)


def _high_water() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
