"""Which descriptors are watched, and on whose account."""

from __future__ import annotations

import select
from collections.abc import Iterator
from typing import Generic, TypeVar

Owner = TypeVar("Owner")


class Watch(Generic[Owner]):
    """A poll(2) that knows for whom it watches each descriptor."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._watched: dict[int, tuple[Owner]] = {}

    def __contains__(self, fd: int) -> bool:
        return fd in self._watched

    def add(self, fd: int, owner: Owner) -> None:
        """Watch `fd` for input and for its end."""
        self._watched[fd] = (owner,)
        self._poll.register(fd, select.POLLIN)

    def remove(self, fd: int) -> None:
        """Watch `fd` no longer; call it before `fd` is closed."""
        if self._watched.pop(fd, None) is not None:
            self._poll.unregister(fd)

    def ready(self, seconds: float | None) -> Iterator[tuple[int, int, Owner]]:
        """Descriptor, events and owner of each that is ready, waiting up to `seconds` for one.

        What was removed while the ones before it were handled is left out, even where its number
        has meanwhile been given to a new descriptor: reading from that one might block.
        """
        events = self._poll.poll(None if seconds is None else seconds * 1000)
        waited_for = [(fd, event, self._watched[fd]) for fd, event in events]
        for fd, event, watched in waited_for:
            if self._watched.get(fd) is watched:
                yield fd, event, watched[0]
