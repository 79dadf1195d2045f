"""Sections come back as they were, from memory, on their way to the file, and from the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.core.workbench import Workbench

from metaextract_core.caching.cache import Cache
from metaextract_core.caching.entries import Counts, Kept, Memo, Place
from metaextract_core.caching.seals import sealed
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.recall import Recall
from metaextract_core.record import Section
from metaextract_core.walking import Found
from metaextract_core.workers.messages import Job

Open = Callable[..., Cache]
MEMO = Memo(
    path=b"/file", stamp=b"stamp", size=3, engine="one", head=b"head", digest="blake3:1", body=b""
)
SECTION = Section(status="ok", version="1", duration_ms=500.0, data={"Size": 3})


@pytest.fixture
def open_(tmp_path: Path) -> Iterator[Open]:
    caches: list[Cache] = []

    def make(memory: int = 1 << 20) -> Cache:
        cache = Cache(tmp_path, size=1 << 20, memory=memory, life=3600.0, on_fault=pytest.fail)
        caches.append(cache)
        return cache

    yield make
    for cache in caches:
        cache.close()


def place(key: bytes = b"key", extractor: str = "size") -> Place:
    return Place(key, extractor, "blake3:1")


def keep(cache: Cache, section: Section = SECTION, key: bytes = b"key") -> None:
    cache.keep({place(key): section}, MEMO)


def get(cache: Cache, key: bytes = b"key") -> Section | None:
    (section,) = cache.sections([place(key)])
    return section


def data(cache: Cache, key: bytes = b"key") -> Any:
    section = get(cache, key)
    assert section is not None
    return section.data


@pytest.mark.parametrize("memory", [1 << 20, 0])
def test_what_was_kept_is_found_at_once(open_: Open, memory: int) -> None:
    """Before it is in the file, and where memory has no room for it."""
    cache = open_(memory)
    keep(cache)
    assert data(cache) == {"Size": 3}
    assert cache.memo(b"/file", "one") == MEMO
    assert cache.knows(3, b"head")


def test_another_process_finds_what_was_saved(open_: Open) -> None:
    first = open_()
    keep(first)
    first.close()
    second = open_()
    section, none = second.sections([place(), place(b"none", "other")])
    assert none is None
    assert section is not None
    assert (section.status, section.data, section.cached) == ("ok", {"Size": 3}, True)
    assert second.memo(b"/file", "one") == MEMO
    assert second.memo(b"/file", "another") is None
    assert second.knows(3, b"head")
    assert not second.knows(4, b"head")


def test_what_is_in_the_cache_is_not_marked_there(open_: Open) -> None:
    """It was not cached when it was said; each who gets it is told anew."""
    cache = open_()
    keep(cache)
    data(cache)["Size"] = 4
    assert SECTION.cached is False
    assert data(cache) == {"Size": 3}
    first, second = cache.sections([place(), place()])
    assert first is not second


def test_hits_misses_and_the_time_saved_are_counted(open_: Open) -> None:
    cache = open_()
    keep(cache)
    cache.sections([place(), place(b"none", "other")])
    get(cache)
    cache.save()
    assert cache.store.statistics().extractors == {
        "size": Counts(hits=2, sets=1, saved_seconds=1.0),
        "other": Counts(misses=1),
    }


GOOD = msgspec.msgpack.encode(SECTION)


@pytest.mark.parametrize(
    "body",
    [
        *[sealed(b"key", body) for body in (b"", b"\xc1", b"\x93\1\2\3", b'{"status": "ok"}')],
        b"",
        GOOD,
        bytes(16) + GOOD,
        sealed(b"other", GOOD),
        sealed(b"key", GOOD)[:-1],
    ],
)
def test_f23_a_body_that_is_no_section_is_a_miss_and_counted(open_: Open, body: bytes) -> None:
    cache = open_()
    poisoned = Kept(key=b"key", extractor="size", version="1", digest="blake3:1", body=body)
    cache.store.add([poisoned], [], {})
    assert get(cache) is None
    cache.save()
    assert cache.store.statistics().extractors["size"] == Counts(misses=1, errors=1)


def test_what_was_removed_is_gone_from_memory_too(open_: Open) -> None:
    cache = open_()
    keep(cache)
    assert cache.forget(paths=[b"/file"]) == 2
    assert get(cache) is None
    keep(cache)
    assert cache.clear() == 2
    assert get(cache) is None


def test_what_is_only_asked_for_does_not_pile_up(
    open_: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run over a million known files keeps nothing of its own."""
    monkeypatch.setattr("metaextract_core.caching.cache._USES", 10)
    cache, other = open_(), open_()
    for number in range(9):
        keep(cache, key=b"%d" % number)
        get(cache, b"%d" % number)
    cache.memo(b"/file", "one")
    assert other.store.statistics().extractors == {}
    get(cache, b"0")
    assert other.store.statistics().extractors["size"].hits == 10


def test_it_is_written_before_long_without_being_asked(open_: Open) -> None:
    """A run that is killed has lost only its last files."""
    cache, other = open_(), open_()
    for number in range(64):
        memo = Memo(
            **{
                **{name: getattr(MEMO, name) for name in MEMO.__struct_fields__},
                "path": b"/%d" % number,
            }
        )
        cache.keep({place(b"%d" % number): SECTION}, memo)
    assert get(other, b"63")


def test_what_may_be_known_of_a_chunk_is_asked_for_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Knowing(Cache):
        def knows(self, size: int, head: bytes) -> bool:
            return True  # so that digests come first

        def sections(self, wanted: Sequence[Place], *, again: bool = False) -> list[Section | None]:
            asked.extend([len(wanted)] * (not again))
            return super().sections(wanted, again=again)

    def submit(job: Job, *more: Any) -> None:
        chunks.extend([len(job.files)] * (not job.files[0].extractors))
        real(job, *more)

    bench = Workbench(tmp_path)
    asked, chunks = list[int](), list[int]()
    bench.describe("size")
    real = bench.pool().submit
    monkeypatch.setattr(bench.pool(), "submit", submit)
    cache = Knowing(tmp_path, size=1 << 20, memory=0, life=9.0, on_fault=pytest.fail)
    recall = Recall(cache, bench.registry, bench.hooks, Request())
    run = Run(bench.registry, bench.pool(), bench.hooks, Request(), recall=recall)
    assert len(list(run.results(Found(bench.file(f"{n}.txt")) for n in range(50)))) == 50
    assert sorted(asked) == sorted(chunks)
    assert sum(chunks) == 50 > len(chunks)
    cache.close()
    bench.pool().close()
