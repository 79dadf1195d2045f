"""Records in another order, a time for the whole run, and an end before its end."""

from __future__ import annotations

import threading
import time

import pytest
from tests.core.workbench import Workbench

from metaextract_core.pace import Pace
from metaextract_core.walking import Found


def test_unordered_what_is_ready_does_not_wait_for_what_is_not(bench: Workbench) -> None:
    """The first file sleeps until its deadline; all others are given before."""
    bench.describe("obedient", timeout=1.5)
    bench.pool(2)
    paths = [bench.file("a.sleep"), *(bench.file(f"{number}.txt") for number in range(60))]
    records = list(bench.start(map(Found, paths), pace=Pace(ordered=False)))
    assert records[-1].file.path == paths[0]
    assert sorted(record.file.path for record in records) == sorted(paths)


def test_a_run_that_is_out_of_time_says_so_of_each_file(bench: Workbench) -> None:
    bench.describe("obedient")
    paths = [bench.file(f"{number}.txt") for number in range(3)]
    records = list(bench.start(map(Found, paths), pace=Pace(until=0.0)))
    assert [record.file.path for record in records] == paths
    assert all("the whole run was over" in str(record.file.error) for record in records)


def test_what_waits_when_the_time_is_over_is_not_begun(bench: Workbench) -> None:
    bench.describe("obedient", timeout=60.0)
    bench.describe("size")
    paths = [bench.file(f"{number}.sleep", "x" * number) for number in range(100)]
    pace = Pace(until=time.monotonic() + 1.5)
    records = list(bench.start(map(Found, paths), pace=pace))
    assert [record.file.path for record in records] == paths
    assert {record.sections["obedient"].status for record in records} == {"timeout"}
    late = [record for record in records if not record.sections["obedient"].version]
    assert late
    assert all("the whole run was over" in str(one.sections["size"].reason) for one in late)


def test_a_cancelled_run_ends_without_waiting(bench: Workbench) -> None:
    bench.describe("obedient", timeout=60.0)
    cancelled = threading.Event()
    run = bench.start(
        map(Found, [bench.file("a.txt"), bench.file("b.sleep"), bench.file("c.txt")]),
        pace=Pace(cancelled=cancelled.is_set),
    )
    assert next(run).file.name == "a.txt"
    cancelled.set()
    assert list(run) == []


@pytest.mark.parametrize(
    ("left", "most", "timeout"), [(100.0, None, 100.0), (100.0, 5.0, 5.0), (-5.0, 5.0, 0.01)]
)
def test_an_extractor_has_the_time_that_is_left(
    left: float, most: float | None, timeout: float
) -> None:
    given = Pace(until=time.monotonic() + left).timeout(most)
    assert given == pytest.approx(timeout, abs=1)
    assert given is not None
    assert given > 0


def test_without_an_end_an_extractor_has_its_own_time() -> None:
    assert Pace().timeout(None) is None
    assert Pace().timeout(5.0) == 5.0
    assert not Pace().over
