"""Files that are alike are read together, none is forgotten, and no chunk is too large."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core import grouping
from metaextract_core.descriptor import Descriptor
from metaextract_core.grouping import Entry, Groups
from metaextract_core.inspection import Inspected
from metaextract_core.record import FileInfo, Section


def extractor(name: str, *needs: str, **more: Any) -> Descriptor:
    """A batch extractor if `more` limits its batches."""
    return Descriptor(
        id=name,
        target="m:C",
        distribution="d",
        distribution_version="1",
        needs=needs,
        batch=bool(more),
        **more,
    )


def entry(index: int, media_type: str = "text/plain", size: int | None = 1) -> Entry:
    info = FileInfo(path=str(index), name=str(index), size=size, media_type=media_type)
    return Entry(index, Inspected(info))


def waiting(*entries: Entry, stages: dict[str, list[Descriptor]] | None = None) -> Groups:
    """Groups of `entries`, those of a media type for its stage, or for one that all have."""
    groups = Groups()
    for item in entries:
        media_type = item.file.info.media_type or ""
        groups.add(item, (stages or {}).get(media_type, [extractor("size")]))
    return groups


def take(
    groups: Groups, workers: int = 1, *, oldest: bool = False, share: bool = False
) -> list[int]:
    _, entries = groups.take(workers, oldest=oldest, share=share)
    return [item.index for item in entries]


OTHERS = {"image/png": [extractor("pixels")], "text/plain": [extractor("words")]}


def test_the_group_of_most_bytes_comes_first_not_that_of_most_files() -> None:
    small = [entry(index) for index in range(3)]
    groups = waiting(*small, entry(3, "image/png", 100), stages=OTHERS)
    assert take(groups) == [3]
    assert take(groups) == [0, 1, 2]


def test_the_oldest_file_comes_first_where_that_is_asked_for() -> None:
    groups = waiting(entry(0), entry(1, "image/png", 100), entry(2), stages=OTHERS)
    assert take(groups, oldest=True) == [0, 2]
    assert take(groups, oldest=True) == [1]


def test_a_chunk_goes_on_with_groups_of_equal_plan_and_no_other() -> None:
    groups = waiting(
        entry(0, "text/csv", 5),
        entry(1, "image/png", 4),
        entry(2, "text/html", 3),
        stages={"image/png": [extractor("pixels")]},
    )
    assert take(groups) == [0, 2]
    assert take(groups) == [1]


def test_a_chunk_without_batches_has_a_limit_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_CHUNK_FILES", 3)
    groups = waiting(*(entry(index) for index in range(7)))
    assert [take(groups), take(groups), take(groups)] == [[0, 1, 2], [3, 4, 5], [6]]


def test_the_tightest_of_several_batch_extractors_limits_the_chunk() -> None:
    stage = [
        extractor("files", batch_files=2, batch_bytes=1000),
        extractor("bytes", batch_files=9, batch_bytes=50),
    ]
    sizes = [1, 1, 1, 50, 30, 20, 10]
    entries = [entry(index, size=size) for index, size in enumerate(sizes)]
    groups = waiting(*entries, stages={"text/plain": stage})
    chunks = [take(groups) for _ in range(5)]
    assert chunks == [[0, 1], [2], [3], [4, 5], [6]]
    assert not groups


def test_what_was_taken_weighs_no_more() -> None:
    large = [entry(0, size=90), entry(1, size=5), entry(2, "image/png", 20)]
    stage = [extractor("together", batch_files=1)]
    groups = waiting(*large, stages={"text/plain": stage, "image/png": [extractor("pixels")]})
    assert [take(groups), take(groups), take(groups)] == [[0], [2], [1]]


def test_the_files_of_a_chunk_are_counted_over_all_its_groups() -> None:
    stage = [extractor("together", batch_files=3)]
    groups = waiting(
        *(entry(index, "text/csv", 9) for index in range(2)),
        *(entry(index, "text/html") for index in range(2, 6)),
        stages={"text/csv": stage, "text/html": stage},
    )
    assert [take(groups), take(groups)] == [[0, 1, 2], [3, 4, 5]]


def test_the_room_is_shared_by_the_groups_of_a_chunk() -> None:
    stage = [extractor("together", batch_files=9, batch_bytes=10)]
    groups = waiting(
        entry(0, "text/csv", 7),
        entry(1, "text/html", 2),
        entry(2, "text/html", 2),
        stages={"text/csv": stage, "text/html": stage},
    )
    assert take(groups) == [0, 1]
    assert take(groups) == [2]


def test_a_file_larger_than_the_room_comes_alone() -> None:
    stage = {"text/plain": [extractor("together", batch_files=9, batch_bytes=10)]}
    groups = waiting(entry(0, size=500), entry(1), entry(2, size=500), stages=stage)
    assert [take(groups), take(groups), take(groups)] == [[0], [1], [2]]


def test_at_the_end_something_is_left_for_every_worker() -> None:
    entries = [entry(index) for index in range(16)]
    assert len(take(waiting(*entries), workers=4)) == 16
    groups = waiting(*entries)
    sizes = []
    while groups:
        sizes.append(len(take(groups, workers=4, share=True)))
    assert sizes == [2] * 4 + [1] * 8


def test_each_chunk_comes_with_the_lanes_of_its_stage() -> None:
    alone = extractor("alone", batch_files=5)
    stage = [extractor("a"), alone, extractor("b")]
    lanes, _ = waiting(entry(0), stages={"text/plain": stage}).take(1, oldest=False, share=False)
    assert [[item.id for item in lane] for lane in lanes] == [["a", "b"], ["alone"]]


def test_a_file_that_nobody_reads_waits_as_well() -> None:
    """Its digest is still to be made."""
    groups = waiting(entry(0), stages={"text/plain": []})
    lanes, entries = groups.take(1, oldest=False, share=False)
    assert (lanes, [item.index for item in entries]) == ([], [0])


PLANS = {
    "text/csv": [extractor("together", batch_files=4, batch_bytes=100)],
    "text/html": [extractor("together", batch_files=4, batch_bytes=100)],
    "image/png": [extractor("pixels")],
    "audio/ogg": [],
}


def test_chunks_shrink_in_files_and_in_bytes_to_one_file_at_least() -> None:
    def chunk(cut: Callable[[int], int]) -> list[int]:
        groups = waiting(*(entry(index, size=4 << 20) for index in range(30)))
        return [item.index for item in groups.take(1, oldest=False, share=False, cut=cut)[1]]

    assert len(chunk(int)) == 16
    assert len(chunk(lambda most: most // 2)) == 8
    assert len(chunk(lambda _: 1)) == 1


SIZES = st.integers(0, 30) | st.integers(31, 150)
FILES = st.lists(st.tuples(st.sampled_from(sorted(PLANS)), SIZES), max_size=60)


@given(
    files=FILES,
    workers=st.integers(1, 5),
    manners=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1),
)
def test_nothing_is_lost_or_doubled_and_every_chunk_keeps_to_its_limits(
    files: list[tuple[str, int]], workers: int, manners: list[tuple[bool, bool]]
) -> None:
    entries = [entry(index, *file) for index, file in enumerate(files)]
    groups = waiting(*entries, stages=PLANS)
    turns = itertools.cycle(manners)
    taken: list[Entry] = []
    while groups:
        oldest, share = next(turns)
        before = len(groups)
        lanes, chunk = groups.take(workers, oldest=oldest, share=share)
        assert chunk, "a taker would wait for ever"
        assert len(groups) == before - len(chunk)
        if oldest:
            assert chunk[0] is next(item for item in entries if item not in taken)
        if share:
            assert len(chunk) <= ceil(before / (2 * workers))
        plans = {
            tuple(reader.id for reader in PLANS[item.file.info.media_type or ""]) for item in chunk
        }
        assert plans == {tuple(reader.id for lane in lanes for reader in lane)}
        if lanes and lanes[0][0].batch:
            assert len(chunk) <= 4
            assert len(chunk) == 1 or sum(item.size for item in chunk) <= 100
        taken += chunk
    assert sorted(item.index for item in taken) == list(range(len(files)))
    for media_type in PLANS:
        order = [item.index for item in taken if item.file.info.media_type == media_type]
        assert order == sorted(order)


def test_a_task_tells_a_worker_what_the_extractors_need_and_no_more() -> None:
    item = entry(7, size=5)
    item.file.path, item.file.inode = b"/files/7", 99
    item.digest_pending = True
    item.sections = {
        "size": Section(status="ok", data={"bytes": 5}),
        "other": Section(status="ok", data={"secret": 1}),
        "broken": Section(status="failed"),
    }
    task = item.task([extractor("a", "size"), extractor("b", "broken", "missing")], digest=True)
    assert (task.index, task.path, task.inode, task.size) == (7, b"/files/7", 99, 5)
    assert (task.media_type, task.extractors, task.digest) == ("text/plain", ["a", "b"], True)
    assert task.sections == {"size": {"bytes": 5}}
    item.digest_pending = False
    assert not item.task([extractor("a")], digest=True).digest  # it is known already


def test_a_file_of_unknown_size_weighs_nothing() -> None:
    assert entry(0, size=None).size == 0
