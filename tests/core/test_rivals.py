"""Files wait for the runs that read them, and for no longer than that or half a minute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metaextract_core.caching.cache import Cache
from metaextract_core.grouping import Entry
from metaextract_core.inspection import Inspected
from metaextract_core.record import FileInfo
from metaextract_core.rivals import Rivals

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no locks that the system frees")
Make = Callable[[], Rivals]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Make]:
    """Makes what each of several processes has."""
    caches: list[Cache] = []

    def make() -> Rivals:
        cache = Cache(tmp_path, size=1 << 20, memory=0, life=3600.0, on_fault=pytest.fail)
        caches.append(cache)
        return Rivals(cache, clock)

    yield make
    for cache in caches:
        cache.close()


def entry(index: int, digest: str | None = "blake3:1", head: bytes = b"head") -> Entry:
    info = FileInfo(path=str(index), name=str(index), size=5, digest=digest)
    return Entry(index, Inspected(info, head=head))


def test_who_is_read_by_another_waits_until_that_has_been_saved(make: Make, clock: Clock) -> None:
    one, other = make(), make()
    first, second = entry(0), entry(1)
    assert one.sift([first]) == [first]
    assert other.sift([second]) == []
    other.wait([second])
    one.end(first)
    assert other.free() == []  # what it has found out is not to be found yet
    assert len(other) == 1
    one.rest()
    clock.now += 1
    assert other.free() == [second]
    assert len(other) == 0
    assert second.turn is not None  # it is the other's now
    assert one.sift([entry(2)]) == []


def test_nobody_waits_longer_than_half_a_minute(make: Make, clock: Clock) -> None:
    """Who reads it may have been stopped for good."""
    one, other = make(), make()
    one.sift([entry(0)])
    second = entry(1)
    other.wait([second])
    clock.now += 29
    assert other.free() == []
    clock.now += 2
    assert other.free() == [second]
    assert other.free() == []
    other.end(second)  # it was nobody's to give back
    other.rest()
    assert other.sift([entry(2)]) == []


def test_it_looks_no_more_often_than_twenty_times_a_second(make: Make, clock: Clock) -> None:
    one, other = make(), make()
    first, second = entry(0), entry(1)
    one.sift([first])
    other.wait([second])
    assert other.free() == []
    one.drop(first)
    assert other.free() == []
    clock.now += 0.06
    assert other.free() == [second]


def test_a_file_of_unknown_digest_lets_others_of_its_kind_pass_once_it_is_known(make: Make) -> None:
    one, other = make(), make()
    first, second, third = entry(0, None), entry(1, "blake3:2"), entry(2, "blake3:1")
    assert one.sift([first]) == [first]
    assert other.sift([second]) == []
    first.file.info.digest = "blake3:1"
    one.learn(first)
    assert other.sift([second, third]) == [second]


def test_an_empty_file_waits_for_nobody(make: Make) -> None:
    one, other = make(), make()
    files = [entry(number, head=b"") for number in range(2)]
    assert one.sift(files) == files
    assert other.sift(files) == files


def test_without_a_cache_nobody_waits() -> None:
    rivals = Rivals(None)
    files = [entry(0), entry(1)]
    assert rivals.sift(files) == files
    assert rivals.free() == []


def test_who_gives_up_hands_out_all_that_wait(make: Make) -> None:
    one, other = make(), make()
    one.sift([entry(0)])
    second = entry(1)
    other.wait([second])
    assert other.give_up() == [second]
    assert len(other) == 0
