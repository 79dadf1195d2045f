"""Files of one run that may have the same content, so that it is read once."""

from __future__ import annotations

from metaextract_core.grouping import Entry


class Twins:
    """Files by size and first bytes: the first of each kind leads, the others may follow it."""

    def __init__(self) -> None:
        self._leaders: dict[tuple[int, bytes], Entry] = {}
        self._followers: dict[int, list[Entry]] = {}
        self._waiting = 0

    def __len__(self) -> int:
        """How many wait for another."""
        return self._waiting

    def __contains__(self, entry: object) -> bool:
        """Whether a file that begins like `entry` is being read."""
        return isinstance(entry, Entry) and _kind(entry) in self._leaders

    def lead(self, entry: Entry) -> None:
        """Others may wait for `entry`, which is going to be read."""
        if entry.file.head:
            self._leaders.setdefault(_kind(entry), entry)

    def follow(self, entry: Entry) -> bool:
        """Have `entry`, whose digest is known, wait for its leader; whether it has to."""
        leader = self._leaders.get(_kind(entry))
        if leader is None or leader is entry:
            return False
        if leader.file.info.digest not in (None, entry.file.info.digest):
            return False
        self._followers.setdefault(leader.index, []).append(entry)
        self._waiting += 1
        return True

    def free(self, leader: Entry) -> list[Entry]:
        """Those that have waited for `leader`, which is done."""
        if self._leaders.get(_kind(leader)) is leader:
            del self._leaders[_kind(leader)]
        followers = self._followers.pop(leader.index, [])
        self._waiting -= len(followers)
        return followers


def _kind(entry: Entry) -> tuple[int, bytes]:
    return entry.size, entry.file.head
