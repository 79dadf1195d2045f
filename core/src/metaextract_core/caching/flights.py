"""Single flight: of all runs that share a cache, one at a time reads a content."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from metaextract_core.caching.claims import Claims

if TYPE_CHECKING:
    from metaextract_core.caching.redis import RedisTier


class Flight(NamedTuple):
    """The reading of one file.

    Attributes:
        kind: what it has in common with all files that may have the same content; empty for one
            that anybody may read as well.
        digest: of its content; empty as long as that is not known.
    """

    kind: bytes
    digest: str = ""

    @property
    def name(self) -> bytes:
        """What nobody else may have claimed."""
        return self.digest.encode() or self.kind


class Flights:
    """Those that are under way, here and in other processes, and through Redis elsewhere.

    A file of unknown digest keeps out all others of its kind; one of known digest only those of the
    same content, and those of its kind of which nobody knows yet what they hold.

    Args:
        folder: of the cache that is shared.
        redis: of the machines that share it.
    """

    def __init__(self, folder: Path, redis: RedisTier | None) -> None:
        self._claims = Claims(folder / "claims")
        self._redis = redis

    def begin(self, flights: Sequence[Flight]) -> list[bool]:
        """Whether each may be begun: nobody else reads the same, nor will until it has ended."""
        may = [self._begin(flight) for flight in flights]
        begun = [flight for flight, ours in zip(flights, may, strict=True) if ours]
        elsewhere = self._elsewhere(begun)
        self._end(elsewhere)
        return [ours and flight not in elsewhere for flight, ours in zip(flights, may, strict=True)]

    def _begin(self, flight: Flight) -> bool:
        if not flight.kind:
            return True
        if not flight.digest:
            return self._claims.take(flight.kind)
        if not self._claims.share(flight.kind):
            return False
        if self._claims.take(flight.name):
            return True
        self._claims.release(flight.kind)
        return False

    def _elsewhere(self, flights: Sequence[Flight]) -> set[Flight]:
        """Those of `flights` that another machine has begun."""
        known = {flight.name: flight for flight in flights if flight.digest}
        if self._redis is None or not known:
            return set()
        return {known[name] for name in known.keys() - self._redis.claim(known)}

    def learn(self, flight: Flight, digest: str) -> Flight:
        """Let others of its kind begin, now that the digest of `flight`, which is ours, is known.

        Returns:
            What has to end instead.
        """
        known = Flight(flight.kind, digest)
        self._claims.take(known.name)  # where another has it, two read the same
        self._claims.open_up(flight.kind)
        return known

    def end(self, flights: Collection[Flight]) -> None:
        """Leave the contents of `flights` to others."""
        self._end(flights)
        if self._redis is not None:
            self._redis.release({flight.name for flight in flights if flight.digest})

    def _end(self, flights: Collection[Flight]) -> None:
        for flight in flights:
            self._claims.release(flight.name)
            if flight.digest:
                self._claims.release(flight.kind)

    def close(self) -> None:
        """Leave all to others."""
        self._claims.close()
