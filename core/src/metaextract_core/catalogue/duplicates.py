"""Files that are the same, and pictures that nearly are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from sqlalchemy import Connection, Index, func, select

from metaextract_core.catalogue.compiling import condition
from metaextract_core.catalogue.filters import Filter
from metaextract_core.catalogue.similarity import BANDS, WIDTH, hamming
from metaextract_core.catalogue.tables import records

_AT_ONCE: Final = 500
"""Values in one list of a statement; older SQLite takes 999 in all."""

by_content = Index(
    "ix_dedupe_by_content", records.c.account_id, records.c.content_id, records.c.size
)


def equal(connection: Connection, account: int, filter_: Filter, limit: int) -> list[list[int]]:
    """Keys of records in groups of one content each, those first that waste the most bytes.

    Args:
        connection: to read with.
        account: whose records.
        filter_: which of them.
        limit: of groups.
    """
    holds = condition(filter_, account, connection.dialect.name)
    wasted = func.sum(records.c.size) - func.max(records.c.size)
    contents = connection.execute(
        select(records.c.content_id)
        .where(holds, records.c.content_id.is_not(None))
        .group_by(records.c.content_id)
        .having(func.count() > 1)
        .order_by(wasted.desc(), records.c.content_id)
        .limit(limit)
    ).scalars()
    groups: dict[int, list[int]] = {content: [] for content in contents}
    for start in range(0, len(groups), _AT_ONCE):
        part = list(groups)[start : start + _AT_ONCE]
        for content, id_ in connection.execute(
            select(records.c.content_id, records.c.id)
            .where(holds, records.c.content_id.in_(part))
            .order_by(records.c.id)
        ):
            groups[content].append(id_)
    return list(groups.values())


def alike(connection: Connection, account: int, filter_: Filter, within: int) -> list[list[int]]:
    """Keys of records in groups of pictures that differ in at most `within` bits from another.

    Of pictures with the same content one stands for all. A group may hold pictures that differ more
    from each other, where others lie between them. The largest groups come first.

    Args:
        connection: to read with.
        account: whose records.
        filter_: which of them.
        within: bits, at most one less than there are bands: then some band is equal.
    """
    if not 0 <= within < BANDS:
        raise ValueError(f"within must be 0 to {BANDS - 1}")
    holds = condition(filter_, account, connection.dialect.name)
    by_hash: dict[int, dict[int | None, int]] = {}
    for id_, content, phash in connection.execute(
        select(records.c.id, records.c.content_id, records.c.phash)
        .where(holds, records.c.phash.is_not(None))
        .order_by(records.c.id)
    ):
        by_hash.setdefault(phash, {}).setdefault(content, id_)
    groups: dict[int, list[int]] = {}
    root = _Roots(by_hash)
    for one, other in _near_pairs(by_hash, within):
        root.join(one, other)
    for phash, ids in by_hash.items():
        groups.setdefault(root.of(phash), []).extend(ids.values())
    found = [sorted(ids) for ids in groups.values() if len(ids) > 1]
    return sorted(found, key=lambda ids: (-len(ids), ids))


def _near_pairs(hashes: Iterable[int], within: int) -> Iterator[tuple[int, int]]:
    for band in range(BANDS):
        buckets: dict[int, list[int]] = {}
        for phash in hashes:
            buckets.setdefault(phash >> (band * WIDTH) & ((1 << WIDTH) - 1), []).append(phash)
        for bucket in buckets.values():
            for one, other in combinations(bucket, 2):
                if hamming(one, other) <= within:
                    yield one, other


class _Roots:
    """Disjoint sets with path halving (Tarjan and van Leeuwen 1984)."""

    def __init__(self, items: Iterable[int]) -> None:
        self._parents = {item: item for item in items}

    def of(self, item: int) -> int:
        """What stands for the set of `item`."""
        parents = self._parents
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        self._parents[self.of(one)] = self.of(other)
