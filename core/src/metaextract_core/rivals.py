"""Files that another run is reading, so that each content is read by one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from metaextract_core.caching.cache import Cache
from metaextract_core.caching.turns import Turn
from metaextract_core.grouping import Entry

PATIENCE: Final = 30.0
"""Seconds for which a file waits: who reads it may have stopped, as where nobody takes its
records. Then two read it."""
_PAUSE: Final = 0.05
"""Seconds between two looks."""


class Rivals:
    """The files of one run that wait for other runs, in this process or another.

    Args:
        cache: that is shared with these; without one nobody waits.
        clock: seconds that never go backwards.
    """

    def __init__(self, cache: Cache | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._waiting: list[tuple[float, Entry]] = []
        self._next = 0.0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def sift(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of `entries` that this run may read; nobody else will until it has."""
        if self._cache is None:
            return [*entries]
        wanted = [_turn(entry) for entry in entries]
        begun = self._cache.turns.begin(wanted)
        for entry, turn, ours in zip(entries, wanted, begun, strict=True):
            entry.turn = turn if ours else None
        return [entry for entry in entries if entry.turn is not None]

    def wait(self, entries: Iterable[Entry]) -> None:
        """Have `entries` wait until others have read them."""
        until = self._clock() + PATIENCE
        self._waiting += [(until, entry) for entry in entries]

    def free(self) -> list[Entry]:
        """Those that have waited long enough: nobody reads them any more, or too long."""
        now = self._clock()
        if not self._waiting or now < self._next:
            return []
        self._next = now + _PAUSE
        was = self._waiting
        self.sift([entry for _, entry in was])
        for until, entry in was:
            if now >= until and entry.turn is None:
                entry.turn = _ALONE
        self._waiting = [(until, entry) for until, entry in was if entry.turn is None]
        return [entry for _, entry in was if entry.turn is not None]

    def give_up(self) -> list[Entry]:
        """All that wait; none does any more."""
        was, self._waiting = self._waiting, []
        return [entry for _, entry in was]

    def learn(self, entry: Entry) -> None:
        """Let others read what begins like `entry`, if it is not the same: its digest is known."""
        turn, digest = entry.turn, entry.file.info.digest
        if self._cache is not None and turn is not None and not turn.digest and digest:
            entry.turn = self._cache.turns.learn(turn, digest)

    def end(self, entry: Entry) -> None:
        """Leave the content of `entry` to others, as soon as they can find what was said of it."""
        if self._cache is not None and entry.turn is not None:
            self._cache.end(entry.turn)
            entry.turn = None

    def drop(self, entry: Entry) -> None:
        """Leave the content of `entry` to others at once: nothing was read."""
        if self._cache is not None and entry.turn is not None:
            self._cache.turns.end([entry.turn])
            entry.turn = None

    def rest(self) -> None:
        """Let others find what was said so far."""
        if self._cache is not None:
            self._cache.save()


_ALONE: Final = Turn(b"")
"""Of a file that is read whoever else may read it."""


def _turn(entry: Entry) -> Turn:
    if not entry.file.head:
        return _ALONE  # an empty file has nothing to be read, nor to be told by
    return Turn(entry.size.to_bytes(8) + entry.file.head, entry.file.info.digest or "")
