"""Pictures that look alike: neighbours of a perceptual hash by Hamming distance.

A hash of 64 bits is looked up by its four bands of 16. Of two hashes that differ in at most `d`
bits some band differs in at most `d` / 4 of them, so it is enough to look at all values of a band
that are so near (multi-index hashing: Norouzi, Punjani and Fleet, "Fast Search in Hamming Space
with Multi-Index Hashing", CVPR 2012).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from sqlalchemy import ColumnElement, Connection, Index, Integer, literal_column, select

from metaextract_core.catalogue.tables import records

BITS: Final = 64
BANDS: Final = 4
WIDTH: Final = BITS // BANDS
MAX_DISTANCE: Final = 11
"""Bits; a search for more would look at a twelfth of everything and more."""
_MASK: Final = (1 << WIDTH) - 1


def _band(number: int) -> ColumnElement[int]:
    # As literals, because a database takes an index only for the very expression it was made of.
    return literal_column(f"((phash >> {number * WIDTH}) & {_MASK})", type_=Integer)


similar = [
    Index(
        f"ix_similar_{number}",
        records.c.account_id,
        _band(number),
        postgresql_where=records.c.phash.is_not(None),
        sqlite_where=records.c.phash.is_not(None),
    )
    for number in range(BANDS)
]


def neighbours(
    connection: Connection, account: int, phash: int, within: int
) -> list[tuple[int, int]]:
    """(distance, key) of the records whose hash differs in at most `within` bits, nearest first.

    Args:
        connection: to read with.
        account: whose records.
        phash: a signed number of 64 bits.
        within: at most `MAX_DISTANCE`.
    """
    found: dict[int, int] = {}
    for number in range(BANDS):
        value = phash >> (number * WIDTH) & _MASK
        rows = connection.execute(
            select(records.c.id, records.c.phash).where(
                records.c.account_id == account,
                records.c.phash.is_not(None),
                _band(number).in_(near_values(value, within // BANDS)),
            )
        )
        for id_, other in rows:
            bits = hamming(phash, other)
            if bits <= within:
                found[id_] = bits
    return sorted((bits, id_) for id_, bits in found.items())


def hamming(one: int, other: int) -> int:
    """In how many of their 64 bits two signed numbers differ."""
    return ((one ^ other) & (1 << BITS) - 1).bit_count()


def near_values(value: int, bits: int) -> list[int]:
    """All values of a band that differ from `value` in at most `bits` bits."""
    return [value ^ change for change in _changes(bits)]


def _changes(bits: int) -> Iterator[int]:
    for count in range(bits + 1):
        for places in combinations(range(WIDTH), count):
            yield sum(1 << place for place in places)
