"""In which order the records of a run come, and until when."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

_LEAST: Final = 0.01
"""Seconds that an extractor may take when the time for the whole run is over."""


class Pace(Struct, frozen=True, kw_only=True):
    """In which order records come, and until when.

    Attributes:
        ordered: in the order of the paths, rather than as they are ready.
        until: second of `time.monotonic` at which the time for the whole run is over.
        cancelled: says, at any time, whether to stop.
    """

    ordered: bool = True
    until: float = math.inf
    cancelled: Callable[[], bool] = lambda: False

    @property
    def over(self) -> bool:
        """Whether the time for the whole run is over."""
        return time.monotonic() >= self.until

    def timeout(self, most: float | None) -> float | None:
        """Seconds that an extractor may take for a file that is handed over now; None: its own.

        Args:
            most: what the caller allows; None where it does not matter.
        """
        if self.until == math.inf:
            return most
        left = max(self.until - time.monotonic(), _LEAST)
        return left if most is None else min(left, most)
