"""When to leave alone what does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

_FIRST: Final = 30.0
_LONGEST: Final = 480.0


class Breaker:
    """Says whether to try; after a failure not for 30 seconds, twice as long after the next.

    When that time is over, one caller may try, and the others once that has worked.

    Args:
        clock: seconds that never go backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rest = _FIRST
        self._until: float | None = None

    @property
    def closed(self) -> bool:
        """Whether the last try worked."""
        return self._until is None

    def allows(self) -> bool:
        """Whether to try now; whoever does says how it went."""
        with self._lock:
            if self._until is None:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest  # for the others, until this one knows
            return True

    def failed(self) -> None:
        """It did not work."""
        with self._lock:
            self._until = self._clock() + self._rest
            self._rest = min(2 * self._rest, _LONGEST)

    def worked(self) -> None:
        """It did."""
        with self._lock:
            self._until, self._rest = None, _FIRST
