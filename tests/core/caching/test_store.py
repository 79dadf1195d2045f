"""The file keeps what it is given, within its bounds, whatever happens around it."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from metaextract_core.caching.entries import Counts, Kept, Memo
from metaextract_core.caching.store import Store


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, clock: Clock, faults: list[str]) -> Iterator[Store]:
    made = Store(tmp_path, size=100_000, life=86400.0, on_fault=faults.append, clock=clock)
    yield made
    made.close()


def kept(number: int, *, size: int = 100, extractor: str = "size") -> Kept:
    return Kept(
        key=b"key%d" % number,
        extractor=extractor,
        version="1",
        digest=f"blake3:{number}",
        body=bytes(size),
    )


def memo(number: int, *, engine: str = "one") -> Memo:
    return Memo(
        path=b"/file%d" % number,
        stamp=b"stamp",
        size=number,
        engine=engine,
        head=b"head",
        digest=f"blake3:{number}",
        body=b"body",
    )


def test_what_was_added_is_found_and_nothing_else(store: Store) -> None:
    assert store.sections([b"key1"]) == {}
    store.add([kept(1), kept(2)], [memo(1)], {})
    assert store.sections([b"key1", b"key2", b"key3"]) == {b"key1": bytes(100), b"key2": bytes(100)}
    assert store.memos([b"/file1", b"/file2"], "one") == {b"/file1": memo(1)}


def test_thousands_are_looked_up_at_once(store: Store) -> None:
    store.add([kept(number, size=1) for number in range(0, 5000, 2)], [], {})
    found = store.sections([b"key%d" % number for number in range(5000)])
    assert found.keys() == {b"key%d" % number for number in range(0, 5000, 2)}


def test_what_another_engine_has_identified_is_not_found(store: Store) -> None:
    store.add([], [memo(1, engine="old")], {})
    assert store.memos([b"/file1"], "new") == {}


def test_a_content_is_known_by_its_size_and_beginning(store: Store) -> None:
    assert not store.knows(1, b"head")
    store.add([], [memo(1)], {})
    assert store.knows(1, b"head")
    assert not store.knows(2, b"head")
    assert not store.knows(1, b"other")


def test_the_newer_takes_the_place_of_the_older(store: Store) -> None:
    store.add([kept(1, size=10)], [memo(1)], {})
    store.add([kept(1, size=20)], [memo(1)], {})
    assert store.sections([b"key1"]) == {b"key1": bytes(20)}
    assert (store.statistics().sections, store.statistics().files) == (1, 1)
    assert store.check() == []


def test_what_nobody_asks_for_expires_and_what_is_used_stays(store: Store, clock: Clock) -> None:
    store.add([kept(1), kept(2)], [], {})
    clock.now += 80_000
    store.add([], [], {}, used=[b"key2"])
    clock.now += 10_000
    assert store.sections([b"key1", b"key2"]).keys() == {b"key2"}
    store.add([kept(3)], [], {})
    assert store.statistics().sections == 2  # the expired one is gone for good


def test_the_longest_unused_make_room_and_are_counted(store: Store, clock: Clock) -> None:
    for number in range(150):
        clock.now += 1
        store.add([kept(number, size=1000)], [], {})
    found = store.statistics()
    assert found.bytes <= 100_000
    assert found.sections + found.extractors["size"].evictions == 150
    assert store.sections([b"key0"]) == {}
    assert store.sections([b"key149"])
    assert store.check() == []


def test_counts_add_up(store: Store) -> None:
    store.add([], [], {"size": Counts(hits=2, misses=1, saved_seconds=0.5)})
    store.add([], [], {"size": Counts(hits=1, sets=4, errors=1), "other": Counts(misses=1)})
    assert store.statistics().extractors == {
        "other": Counts(misses=1),
        "size": Counts(hits=3, misses=1, sets=4, errors=1, saved_seconds=0.5),
    }


def test_forgetting_removes_and_says_how_many(store: Store) -> None:
    sections = [kept(1), kept(2), kept(3, extractor="other")]
    store.add(sections, [memo(1), memo(2), memo(3)], {})
    assert store.forget(digests=["blake3:1"]) == 2
    assert store.forget(extractors=["other"]) == 1
    assert store.digests([b"/file2", b"/nowhere"]) == {"blake3:2"}
    assert store.forget(digests=["blake3:2"], paths=[b"/file2", b"/nowhere"]) == 2
    assert store.sections([item.key for item in sections]) == {}
    assert store.memos([b"/file1", b"/file2", b"/file3"], "one") == {b"/file3": memo(3)}
    assert store.check() == []


def test_what_an_extractor_has_said_is_forgotten_in_whole_records_too(store: Store) -> None:
    store.add([kept(1)], [structs.replace(memo(1), record=b"{}", seal=b"seal")], {})
    assert store.forget(extractors=["size"]) == 1
    assert store.memos([b"/file1"], "one") == {b"/file1": memo(1)}
    assert store.check() == []


def test_cleared_nothing_is_left(store: Store) -> None:
    store.add([kept(1)], [memo(1)], {"size": Counts(sets=1)})
    assert store.clear() == 2
    found = store.statistics()
    assert (found.extractors, found.sections, found.files, found.bytes) == ({}, 0, 0, 0)


def test_a_file_that_is_not_there_is_not_made_to_be_asked(store: Store, tmp_path: Path) -> None:
    assert store.clear() == 0
    assert store.check() == []
    assert store.statistics().sections == 0
    assert list(tmp_path.iterdir()) == []


def test_a_total_that_is_wrong_is_noticed(store: Store, tmp_path: Path) -> None:
    store.add([kept(1)], [], {})
    with sqlite3.connect(tmp_path / "sections.sqlite") as connection:
        connection.execute("UPDATE total SET bytes = 7")
    connection.close()
    (problem,) = store.check()
    assert problem.endswith("counts 7")


def test_f23_a_damaged_file_is_set_aside_and_said_once(
    store: Store, tmp_path: Path, faults: list[str]
) -> None:
    store.add([kept(1)], [], {})
    store.close()
    (tmp_path / "sections.sqlite").write_bytes(b"not a database" * 1000)
    assert store.sections([b"key1"]) == {}
    store.add([kept(2)], [], {})
    assert store.sections([b"key2"])
    (fault,) = faults
    assert "damaged" in fault
    assert (tmp_path / "sections.damaged").exists()


def test_f23_what_is_of_the_wrong_type_is_not_there(store: Store, tmp_path: Path) -> None:
    store.add([kept(1)], [memo(1)], {})
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "sections.sqlite")) as opened:
        opened.execute("UPDATE section SET body = 'text'")
        opened.execute("UPDATE memo SET record = 'text'")
        opened.commit()
    assert store.sections([kept(1).key]) == {}
    assert store.memos([memo(1).path], "one") == {}


def test_where_no_file_can_be_the_cache_is_lost_and_no_more(
    tmp_path: Path, faults: list[str]
) -> None:
    (tmp_path / "folder").write_text("a file is in the way")
    store = Store(tmp_path / "folder", size=1 << 20, life=60.0, on_fault=faults.append)
    store.add([kept(1)], [memo(1)], {})
    assert store.sections([b"key1"]) == {}
    assert len(faults) == 1


def test_many_processes_add_at_once_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from metaextract_core.caching.entries import Counts, Kept\n"
        "from metaextract_core.caching.store import Store\n"
        "me = sys.argv[2]\n"
        "store = Store(Path(sys.argv[1]), size=1 << 20, life=1e12, on_fault=sys.exit)\n"
        "for turn in range(20):\n"
        "    key = f'{me}-{turn}'.encode()\n"
        "    one = Kept(key=key, extractor='size', version='1', digest=me, body=b'x')\n"
        "    store.add([one], [], {'size': Counts(sets=1)})\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(number)])
        for number in range(4)
    ]
    assert [process.wait(120) for process in running] == [0, 0, 0, 0]
    found = store.statistics()
    assert (found.sections, found.extractors["size"].sets) == (80, 80)
    assert store.check() == []
