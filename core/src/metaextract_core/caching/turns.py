"""Whose turn it is: of all runs that share a cache, one reads a content ("single flight")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from metaextract_core.caching.claims import Claims

if TYPE_CHECKING:
    from metaextract_core.caching.redis import RedisTier


class Turn(NamedTuple):
    """The right to read one file, while nobody else reads the same.

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


class Turns:
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

    def begin(self, turns: Sequence[Turn]) -> list[bool]:
        """Whether each may be begun: nobody else reads the same, nor will until it has ended."""
        may = [self._begin(turn) for turn in turns]
        begun = [turn for turn, ours in zip(turns, may, strict=True) if ours]
        elsewhere = self._elsewhere(begun)
        self._end(elsewhere)
        return [ours and turn not in elsewhere for turn, ours in zip(turns, may, strict=True)]

    def _begin(self, turn: Turn) -> bool:
        if not turn.kind:
            return True
        if not turn.digest:
            return self._claims.take(turn.kind)
        if not self._claims.share(turn.kind):
            return False
        if self._claims.take(turn.name):
            return True
        self._claims.release(turn.kind)
        return False

    def _elsewhere(self, turns: Sequence[Turn]) -> set[Turn]:
        """Those of `turns` that another machine has begun."""
        known = {turn.name: turn for turn in turns if turn.digest}
        if self._redis is None or not known:
            return set()
        return {known[name] for name in known.keys() - self._redis.claim(known)}

    def learn(self, turn: Turn, digest: str) -> Turn:
        """Let others of its kind begin, now that the digest of `turn`, which is ours, is known.

        Returns:
            What has to end instead.
        """
        known = Turn(turn.kind, digest)
        ours = self._claims.take(known.name)  # else two read the same, and it is the other's
        self._claims.open_up(turn.kind)
        return known if ours else turn

    def end(self, turns: Collection[Turn]) -> None:
        """Leave the contents of `turns` to others."""
        self._end(turns)
        if self._redis is not None:
            self._redis.release({turn.name for turn in turns if turn.digest})

    def _end(self, turns: Collection[Turn]) -> None:
        for turn in turns:
            self._claims.release(turn.name)
            if turn.digest:
                self._claims.release(turn.kind)

    def close(self) -> None:
        """Leave all to others."""
        self._claims.close()
