"""Bodies in memory: those that were used last, up to so many bytes."""

from __future__ import annotations

import collections
import threading
from collections.abc import Iterable, Mapping
from typing import Final

OVERHEAD: Final = 200
"""Bytes that an entry counts beside its key and body, for the objects that hold them."""


class Memory:
    """Key -> body; the longest unused make room for others.

    Args:
        size: bytes of all keys and bodies, at most.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._bytes = 0
        self._bodies: collections.OrderedDict[bytes, bytes] = collections.OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._bodies)

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The bodies of those of `keys` that are there."""
        found = {}
        with self._lock:
            for key in keys:
                if key in self._bodies:
                    self._bodies.move_to_end(key)
                    found[key] = self._bodies[key]
        return found

    def put_many(self, bodies: Mapping[bytes, bytes]) -> None:
        """Hold `bodies`; one that alone would be too much is not held."""
        with self._lock:
            for key, body in bodies.items():
                self._drop(key)
                weight = _weight(key, body)
                if weight <= self._size:
                    self._bodies[key] = body
                    self._bytes += weight
            while self._bytes > self._size:
                key, body = self._bodies.popitem(last=False)
                self._bytes -= _weight(key, body)

    def clear(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._bodies.clear()
            self._bytes = 0

    def _drop(self, key: bytes) -> None:
        body = self._bodies.pop(key, None)
        if body is not None:
            self._bytes -= _weight(key, body)


def _weight(key: bytes, body: bytes) -> int:
    return len(key) + len(body) + OVERHEAD
