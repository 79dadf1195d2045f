"""What a cache holds, and what it counts."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct, field


class Place(NamedTuple):
    """Where a section is kept.

    Attributes:
        key: under which it is found (see `caching.keys`).
        extractor: who said it.
        digest: of the content that it speaks of.
    """

    key: bytes
    extractor: str
    digest: str


class Kept(Struct, frozen=True, kw_only=True):
    """A section as it is stored.

    Attributes:
        key, extractor, digest: as in `Place`.
        version: of the extractor.
        body: the section, as MessagePack, behind a digest of both that and the key.
        seconds: what the extractor has taken for it.
    """

    key: bytes
    extractor: str
    version: str
    digest: str
    body: bytes
    seconds: float = 0.0

    @property
    def place(self) -> Place:
        """Where it is kept."""
        return Place(self.key, self.extractor, self.digest)


class Memo(Struct, frozen=True, kw_only=True):
    """What was found out of the file at a path, good for as long as its stamp is the same.

    Attributes:
        path: absolute.
        stamp: device, inode, size and times of the file, packed.
        size: bytes of the file.
        engine: who identified it.
        head: a digest of its first bytes.
        digest: of the whole content.
        body: what it was identified as, as MessagePack.
        record: all that a run has said of it, as JSON; empty where that was not kept.
        seal: a digest of the record and of all that it depends on.
        seconds: what its extractors have taken for it.
        failed: how many of them have failed.
    """

    path: bytes
    stamp: bytes
    size: int
    engine: str
    head: bytes
    digest: str
    body: bytes
    record: bytes = b""
    seal: bytes = b""
    seconds: float = 0.0
    failed: int = 0


RECORDS: Final = "(records)"
"""In the place of an extractor: whole records, in which the sections of all have come at once."""

REDIS: Final = "(redis)"
"""In the place of an extractor: sections that only Redis was asked for and told of."""


class Counts(Struct):
    """What became of the sections of one extractor.

    Attributes:
        hits, misses: how often one was there, and was not.
        sets: how many were kept.
        evictions: how many had to make room for others.
        errors: how many could not be read.
        saved_seconds: what the extractor had taken for those that were there.
    """

    hits: int = 0
    misses: int = 0
    sets: int = 0
    evictions: int = 0
    errors: int = 0
    saved_seconds: float = 0.0


class Statistics(Struct):
    """What is in the cache now, and what it has done since it was made.

    Attributes:
        extractors: and `RECORDS`, `REDIS` -> what became of what they said.
        bytes: of all sections and of all that is known of files.
    """

    extractors: dict[str, Counts] = field(default_factory=dict)
    sections: int = 0
    files: int = 0
    bytes: int = 0
