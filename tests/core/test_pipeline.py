"""A run gives one record for each path, in order, whatever extractors and hooks do."""

from __future__ import annotations

import inspect
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from tests.core.workbench import Workbench

from metaextract_core import pipeline
from metaextract_core.health.remembered import Remembered
from metaextract_core.health.tally import Death
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.pressure import Look, Pressure
from metaextract_core.record import Record
from metaextract_core.walking import Found
from metaextract_sdk import hookimpl, hookspecs


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    workbench = Workbench(tmp_path)
    yield workbench
    workbench.pool().close()


def statuses(record: Record) -> dict[str, str]:
    return {name: section.status for name, section in record.sections.items()}


def test_records_come_in_the_order_of_the_paths_whoever_is_first_done(bench: Workbench) -> None:
    """Files of several types go to the workers in groups; errors need no worker at all."""
    bench.describe("size")
    bench.describe("together", batch=True, media_types=("text/html",))
    bench.pool(2)
    paths = []
    for number in range(60):
        if number % 3 == 0:
            paths.append(bench.file(f"{number}.html", f"<!DOCTYPE html><p>{number}</p>\n"))
        elif number % 3 == 1:
            paths.append(bench.file(f"{number}.txt"))
        else:
            paths.append(str(bench.files / f"missing{number}"))
    records = bench.run(*paths)
    assert [record.file.path for record in records] == paths
    for number, record in enumerate(records):
        expected = [{"size", "together"}, {"size"}, set()][number % 3]
        assert record.sections.keys() == expected
        assert isinstance(record.file.error, str) == (number % 3 == 2)


def test_an_extractor_gets_the_data_that_it_needs_and_no_other(bench: Workbench) -> None:
    bench.describe("double", needs=("size",))
    bench.describe("obedient")
    bench.describe("size")
    (record,) = bench.run(bench.file("abc", "12345"))
    assert record.sections["double"].data == {"double": 10, "given": ["size"]}


def test_a_need_that_was_excluded_makes_its_reader_fail_alone(bench: Workbench) -> None:
    bench.describe("double", needs=("size",))
    bench.describe("obedient")
    bench.describe("size")
    (record,) = bench.run(bench.file("abc"), exclude=frozenset({"size"}))
    assert statuses(record) == {"double": "failed", "obedient": "ok"}
    assert record.failed


def test_a_batch_is_bounded_in_files_and_bytes_and_a_larger_file_comes_alone(
    bench: Workbench,
) -> None:
    bench.describe("together", batch=True, batch_files=4, batch_bytes=1000)
    tiny = [bench.file(f"a{number:02}", "x") for number in range(20)]
    small = [bench.file(f"b{number:02}", "x" * 300) for number in range(7)]
    large = bench.file("c", "x" * 5000)
    records = bench.run(*tiny, *small, large)
    data = [record.sections["together"].data for record in records]
    assert max(item["files"] for item in data) == 4
    assert all(item["bytes"] <= 1000 for item in data[:-1])
    assert data[-1] == {"files": 1, "bytes": 5000}


def test_paths_are_pulled_only_as_far_as_the_window(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten million paths must not be held in memory, nor an endless list be waited for."""
    monkeypatch.setattr(pipeline, "WINDOW", 8)
    bench.describe("size")
    path = bench.file("file")
    pulled = 0

    def endless() -> Iterator[Found]:
        nonlocal pulled
        while True:
            pulled += 1
            yield Found(path)

    records = bench.start(endless())
    for taken in range(1, 101):
        assert next(records).sections["size"].status == "ok"
        assert pulled <= taken + 8
    records.close()  # type: ignore[attr-defined]  # records() is a generator


def test_where_memory_runs_out_one_file_is_begun_at_a_time(bench: Workbench) -> None:
    bench.describe("size")
    bench.pool(2)
    bench.pressure = Pressure(look=lambda: Look(left=1, total=1000))
    path = bench.file("file")
    pulled = 0

    def endless() -> Iterator[Found]:
        nonlocal pulled
        while True:
            pulled += 1
            yield Found(path)

    records = bench.start(endless())
    for taken in range(1, 20):
        assert next(records).sections["size"].status == "ok"
        assert pulled <= taken + 1
    records.close()  # type: ignore[attr-defined]  # records() is a generator


def test_nothing_is_lost_while_memory_gets_short_and_better_again(bench: Workbench) -> None:
    """Each look finds another level, and each level holds when the next look comes."""
    bench.describe("size")
    bench.describe("together", batch=True, batch_files=16)
    bench.pool(2)
    lefts, seconds = itertools.cycle([1000, 90, 1, 40]), itertools.count(step=4)
    bench.pressure = Pressure(
        look=lambda: Look(left=next(lefts), total=1000), clock=lambda: float(next(seconds))
    )
    paths = [bench.file(f"{number:03}", "x" * number) for number in range(150)]
    records = bench.run(*paths)
    assert [record.file.path for record in records] == paths
    assert {status for record in records for status in statuses(record).values()} == {"ok"}


def test_a_file_of_which_nobody_knows_anything_still_gets_its_digest(bench: Workbench) -> None:
    bench.describe("size", media_types=("image/png",))
    (record,) = bench.run(bench.file("abc", "abc"))
    assert record.file.digest == f"blake3:{blake3(b'abc').hexdigest()}"
    assert (record.sections, record.failed) == ({}, False)


@pytest.mark.parametrize(
    ("order", "status"), [("raise", "failed"), ("segfault", "crashed"), ("sleep", "timeout")]
)
def test_one_extractor_that_breaks_costs_its_own_section(
    bench: Workbench, order: str, status: str
) -> None:
    bench.describe("obedient")
    bench.describe("size")
    bad, good = bench.run(bench.file(f"a.{order}"), bench.file("b"), timeout=1.0)
    assert statuses(bad) == {"obedient": status, "size": "ok"}
    assert statuses(good) == {"obedient": "ok", "size": "ok"}
    assert (bad.failed, good.failed) == (True, False)


def test_a_file_that_vanishes_before_it_is_read_says_so(bench: Workbench) -> None:
    """The hook runs while the host has the file open, before any worker is asked."""
    bench.describe("size")
    path = bench.file("file")

    @hookimpl
    def metaextract_identify(head: bytes, name: str, media_type: str) -> None:
        Path(path).unlink()

    bench.hooks.register(plugin(metaextract_identify), "deleting")
    (record,) = bench.run(path)
    assert record.file.error == "cannot be read: No such file or directory"
    assert record.failed


def plugin(*functions: Callable[..., Any]) -> object:
    return type("Plugin", (), {item.__name__: staticmethod(item) for item in functions})()


@pytest.mark.parametrize("request_", [{}, {"profile": "deep", "only": frozenset({"obedient"})}])
def test_an_extractor_that_cannot_run_here_says_what_would_mend_it(
    bench: Workbench, request_: dict[str, Any]
) -> None:
    """Also where it was asked for by name with a profile that does not hold it."""
    bench.describe("obedient", profiles=("standard",), unavailable="install the tool")
    bench.describe("size")
    (record,) = bench.run(bench.file("file"), **request_)
    section = record.sections["obedient"]
    assert (section.status, section.reason) == (
        "unavailable",
        "the tool is missing; install the tool",
    )
    assert record.summary.extractors_run == len(record.sections) - 1
    assert record.summary.extractors_failed == 0
    (without,) = bench.run(bench.file("file"), exclude=frozenset({"obedient"}))
    assert "obedient" not in without.sections


def test_hooks_see_and_change_what_they_should(bench: Workbench) -> None:
    for name in ("obedient", "size"):
        bench.describe(name)
    seen: dict[str, list[Any]] = {"plan": [], "section": [], "publish": []}

    @hookimpl
    def metaextract_plan(media_type: str, profile: str, extractors: tuple[str, ...]) -> list[str]:
        seen["plan"].append((media_type, profile, extractors))
        return ["size", "not installed"]

    @hookimpl
    def metaextract_section(
        path: str, size: int, digest: str, extractor: str, section: Any, data: Any
    ) -> None:
        assert digest.startswith("blake3:"), "it is known before the first section is told of"
        assert (section["version"], section["code"]) == ("1", None)
        seen["section"].append((path, size, extractor, section["status"], data))

    @hookimpl
    def metaextract_assemble(record: dict[str, Any]) -> dict[str, Any]:
        return {"file.half": record["sections"]["size"]["data"]["size"] / 2}

    @hookimpl
    def metaextract_publish(record: Mapping[str, Any]) -> None:
        seen["publish"].append((record["file"]["path"], record["fields"]["file.half"]["value"]))

    bench.hooks.register(
        plugin(metaextract_plan, metaextract_section, metaextract_assemble, metaextract_publish),
        "halving",
    )
    first, second = bench.file("first", "1234"), bench.file("second", "12345678")
    records = bench.run(first, second)
    assert seen["plan"] == [("text/plain", "standard", ("obedient", "size"))]
    assert seen["section"] == [
        (first, 4, "size", "ok", {"size": 4}),
        (second, 8, "size", "ok", {"size": 8}),
    ]
    assert seen["publish"] == [(first, 2.0), (second, 4.0)]
    (source,) = records[0].fields["file.half"].sources
    assert (source.extractor, source.value, source.chosen) == ("halving", 2.0, True)
    assert bench.faults == []


def test_data_is_not_prepared_for_those_who_do_not_take_it(bench: Workbench) -> None:
    """Whoever only counts, as our own recorder does, costs next to nothing."""
    bench.describe("size")
    told: list[Any] = []

    @hookimpl
    def metaextract_section(extractor: str, section: Mapping[str, Any]) -> None:
        told.append((extractor, "data" in section))

    bench.hooks.register(plugin(metaextract_section), "counting")
    assert not bench.hooks.wanted("metaextract_section", "data")
    bench.run(bench.file("file"))
    assert told == [("size", False)]


@pytest.mark.parametrize("batch", [False, True])
def test_a_remembered_content_is_answered_without_running_it(bench: Workbench, batch: bool) -> None:
    """Wherever the content lies; another content of the same size is read."""
    name = "together" if batch else "obedient"
    bench.describe(name, batch=batch)
    bench.describe("size")
    bad, copy, other = (bench.file(name, text) for name, text in zip("abc", "xxy", strict=True))
    remembered = Remembered(hold=60.0)
    remembered.add(
        Death(
            extractor=name,
            version="1",
            digest=f"blake3:{blake3(b'x').hexdigest()}",
            size=1,
            status="crashed",
            code="MX504",
            reason="SIGSEGV while reading this file",
            seconds=0.1,
            at=time.time(),
        )
    )
    run = Run(bench.registry, bench.pool(), bench.hooks, Request(), remembered=remembered)
    records = [result.record for result in run.results(map(Found, (bad, copy, other)))]
    assert [statuses(record) for record in records] == [
        {name: "crashed", "size": "ok"},
        {name: "crashed", "size": "ok"},
        {name: "ok", "size": "ok"},
    ]
    section = records[0].sections[name]
    assert section.code == "MX511"
    assert str(section.reason).startswith("remembered: SIGSEGV while reading this file, on ")


def test_a_derived_field_does_not_replace_what_an_extractor_said(bench: Workbench) -> None:
    bench.describe("size", crosswalk={"size": "file.size"})

    @hookimpl
    def metaextract_assemble(record: dict[str, Any]) -> dict[str, Any]:
        return {"file.size": -1}

    bench.hooks.register(plugin(metaextract_assemble), "lying")
    (record,) = bench.run(bench.file("file", "1234"))
    assert record.fields["file.size"].value == 4


def misbehaving(hook: str, act: Callable[[], Any]) -> object:
    """A plugin whose one hook does `act`; pluggy insists on the parameters of the specification."""
    parameters = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)
    names: dict[str, Any] = {"act": act}
    exec(f"def {hook}({parameters}):\n    return act()\n", names)  # noqa: S102 -- our own text
    return plugin(hookimpl(names[hook]))


@pytest.mark.parametrize("hook", ["identify", "plan", "section", "assemble", "publish"])
@pytest.mark.parametrize("error", [RuntimeError("no"), SystemExit(3)])
def test_a_hook_that_raises_is_reported_and_the_run_goes_on(
    bench: Workbench, hook: str, error: BaseException
) -> None:
    def act() -> None:
        raise error

    bench.describe("size")
    bench.hooks.register(misbehaving(f"metaextract_{hook}", act), "raising")
    records = bench.run(bench.file("a"), bench.file("b"))
    assert [statuses(record) for record in records] == [{"size": "ok"}] * 2
    reason = f"metaextract_{hook} raised {type(error).__name__}: {error}"
    assert set(bench.faults) == {("raising", reason)}


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        *(("plan", answer) for answer in (7, "size", [7], {"size": True})),
        *(("assemble", answer) for answer in (7, ["field"], {"field": object()})),
    ],
)
def test_a_hook_that_answers_nonsense_is_reported_and_left_out(
    bench: Workbench, hook: str, answer: object
) -> None:
    bench.describe("size")
    bench.hooks.register(misbehaving(f"metaextract_{hook}", lambda: answer), "babbling")
    (record,) = bench.run(bench.file("file"))
    assert (statuses(record), record.fields) == ({"size": "ok"}, {})
    assert [name for name, _ in bench.faults] == ["babbling"]


def test_two_runs_share_one_pool_and_neither_waits_for_ever(bench: Workbench) -> None:
    """While the other keeps every worker busy, a run must queue: nobody would wake it later."""
    bench.describe("obedient", timeout=0.5)
    bench.pool(1)
    batches = [[bench.file(f"{run}{number}.sleep") for number in range(3)] for run in "ab"]
    results: dict[int, list[str]] = {}

    def read(number: int) -> None:
        records = bench.run(*batches[number])
        results[number] = [record.file.path for record in records]

    threads = [threading.Thread(target=read, args=(number,), daemon=True) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == dict(enumerate(batches))


def test_any_number_of_paths_from_none_to_more_than_the_window(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WINDOW", 4)
    bench.describe("size")
    path = bench.file("file")
    for count in (0, 1, 3, 4, 5, 41):
        found = itertools.repeat(Found(path), count)
        assert len(list(bench.start(found))) == count
