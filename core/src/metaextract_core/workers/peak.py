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
    process starts are not in it, nor what it asked for and never touched. Where the system cannot
    set its high-water mark back (only Linux can), nothing is known and the answer is 0.

    To be made before the code that is measured may close or forbid what is opened here.
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
        return max(0, _high_water() - self._before) if self._reset is not None else 0


def _high_water() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
