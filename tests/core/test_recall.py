"""Records are the same with what earlier runs found out as without, and cost less."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.core.workbench import Workbench, settle

from metaextract_core.caching.cache import Cache
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.recall import Recall
from metaextract_core.record import Record
from metaextract_core.registry import Registry
from metaextract_core.walking import Found
from metaextract_sdk import hookimpl

Read = Callable[..., list[Record]]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(
        tmp_path / "cache", size=1 << 20, memory=1 << 20, life=3600.0, on_fault=pytest.fail
    )
    yield made
    made.close()


@pytest.fixture
def read(bench: Workbench, cache: Cache) -> Read:
    def read(*paths: str, cached: bool = True, **request: Any) -> list[Record]:
        asked = Request(**request)
        recall = Recall(cache if cached else None, bench.registry, bench.hooks, asked)
        run = Run(bench.registry, bench.pool(), bench.hooks, asked, recall=recall)
        return [result.record for result in run.results(map(Found, paths))]

    return read


@pytest.fixture
def file(bench: Workbench) -> Callable[..., str]:
    """Writes a file, and waits until a change of it would show in its times."""

    def write(name: str, content: str = "content\n") -> str:
        path = bench.file(name, content)
        settle(path)
        return path

    return write


def cached(record: Record) -> dict[str, bool]:
    return {name: section.cached for name, section in record.sections.items()}


def said(record: Record) -> dict[str, Any]:
    return {name: section.data for name, section in record.sections.items()}


def test_an_unchanged_file_is_neither_opened_nor_read_again(
    bench: Workbench, read: Read, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.describe("size", content_only=True)
    bench.describe("double", needs=("size",))
    path = file("a.txt")
    (first,) = read(path)
    monkeypatch.setattr("metaextract_core.inspection.open_regular", None)  # whoever tries fails
    (second,) = read(path)
    assert cached(first) == {"size": False, "double": False}
    assert cached(second) == {"size": True, "double": True}
    assert said(first) == said(second)
    assert first.file == second.file
    assert first.fields == second.fields


def test_a_whole_record_is_given_as_it_was_without_being_put_together(
    bench: Workbench, read: Read, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    read(path)
    (second,) = read(path)
    monkeypatch.setattr("metaextract_core.pipeline.assemble", None)  # whoever tries fails
    (third,) = read(path)
    assert third == second
    assert third.sandbox == []


def test_a_whole_record_is_for_runs_that_want_the_same(
    bench: Workbench, read: Read, file: Any
) -> None:
    bench.describe("size", content_only=True)
    bench.describe("obedient")
    path = file("a.txt")
    both = {"size", "obedient"}
    assert set(read(path)[0].sections) == both
    assert set(read(path, only=frozenset({"size"}))[0].sections) == {"size"}
    assert set(read(path, exclude=frozenset({"size"}))[0].sections) == {"obedient"}
    assert set(read(path)[0].sections) == both
    assert read(path, cached=False)[0].sections["size"].cached is False


def test_a_whole_record_speaks_of_the_path_that_was_named(
    bench: Workbench, read: Read, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    read(path)
    monkeypatch.chdir(bench.files)
    (relative,) = read("a.txt")
    assert relative.file.path == "a.txt"
    assert relative.sections["size"].cached
    assert read(path)[0].file.path == path


def test_a_whole_record_is_not_kept_where_something_failed(
    bench: Workbench, read: Read, file: Any
) -> None:
    bench.describe("size", content_only=True)
    bench.describe("obedient")
    path = file("a.raise")
    for _ in range(2):
        (record,) = read(path)
        assert record.failed
        assert not record.sections["obedient"].cached


def test_f23_a_whole_record_that_was_tampered_with_is_made_anew(
    bench: Workbench, read: Read, file: Any, tmp_path: Path, cache: Cache
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    (first,) = read(path)
    cache.save()
    with contextlib.closing(sqlite3.connect(tmp_path / "cache" / "sections.sqlite")) as opened:
        opened.execute("UPDATE memo SET record = CAST(replace(record, '8', '9') AS BLOB)")
        opened.commit()
    (second,) = read(path)
    assert said(second) == said(first) == {"size": {"size": 8}}


def test_who_wants_to_hear_of_each_file_hears_of_those_from_the_cache_too(
    bench: Workbench, read: Read, file: Any
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    read(path)
    heard: list[bool] = []

    class Listener:
        @hookimpl
        def metaextract_section(self, section: dict[str, Any]) -> None:
            heard.append(section["cached"])

    bench.hooks.register(Listener(), "listener")
    read(path)
    assert heard == [True]


def test_what_a_hook_derives_that_nobody_vouches_for_is_derived_again(
    bench: Workbench, read: Read, file: Any
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    answers = iter("ab")

    class Moody:
        @hookimpl
        def metaextract_assemble(self, record: dict[str, Any]) -> dict[str, Any]:
            return {"mood": next(answers)}

    bench.hooks.register(Moody(), "moody")
    assert [read(path)[0].fields["mood"].value for _ in range(2)] == ["a", "b"]


@pytest.mark.parametrize("name", ["b", "unsure-b", "raise-b", "segfault-b"])
def test_what_was_said_of_an_equal_file_is_made_to_fit_or_asked_anew(
    bench: Workbench, read: Read, file: Any, name: str
) -> None:
    """By its own extractor, whose faults cost no more than they do elsewhere."""
    bench.describe("named", elsewhere=True, batch=True, version="2")
    (first,) = read(file("a.txt"))
    copy, other = read(file(f"{name}.txt"), file("c.txt"))
    assert said(first) == {"named": {"name": "a.txt", "size": 8}}
    section = copy.sections["named"]
    if name == "segfault-b":
        assert section.status == "crashed"
    else:
        assert section.data == {"name": f"{name}.txt", "size": 8}
        assert section.cached is (name == "b")
    assert other.sections["named"].data == {"name": "c.txt", "size": 8}
    assert other.sections["named"].version == "2"


def test_a_file_of_another_suffix_is_no_equal_file(bench: Workbench, read: Read, file: Any) -> None:
    bench.describe("named", elsewhere=True, batch=True)
    read(file("a.txt"))
    assert cached(read(file("a.csv"))[0]) == {"named": False}


def test_a_changed_file_is_read_again(bench: Workbench, read: Read, file: Any) -> None:
    """Of the same size, and with its time of modification set back."""
    bench.describe("size", content_only=True)
    path = file("a.txt", "before\n")
    (first,) = read(path)
    before = os.stat(path)
    file("a.txt", "behind\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    settle(path)
    (second,) = read(path)
    assert cached(second) == {"size": False}
    assert first.file.digest != second.file.digest


def test_equal_contents_are_read_once(bench: Workbench, read: Read, file: Any) -> None:
    """Under another name in another run: all but what looks at more than the content."""
    bench.describe("size", content_only=True)
    bench.describe("obedient")
    read(file("a.txt"))
    (copy,) = read(file("b.txt"))
    assert cached(copy) == {"size": True, "obedient": False}
    assert copy.file.name == "b.txt"
    assert copy.sections["size"].data == {"size": 8}


@pytest.mark.parametrize("size", [1, 2])
def test_equal_contents_in_one_run_are_read_once(bench: Workbench, read: Read, size: int) -> None:
    """Each waits for the first, also where that one fails, and all are answered in their order."""
    bench.describe("size", content_only=True)
    bench.describe("double", needs=("size",), content_only=True)
    bench.describe("obedient", timeout=1.0)
    bench.pool(size)
    paths = [bench.file(f"{number}.txt", f"{number % 3}\n" * 3000) for number in range(60)]
    paths[3:3] = [bench.file("0.raise", "0\n" * 3000), bench.file("1.segfault", "1\n" * 3000)]
    for path in paths:
        settle(path)
    records = read(*paths)
    assert [record.file.path for record in records] == paths
    assert sum(not record.sections["size"].cached for record in records) == 3
    assert sum(not record.sections["double"].cached for record in records) == 3
    assert not any(record.sections["obedient"].cached for record in records)
    assert {record.sections["double"].data["double"] for record in records} == {12000}
    statuses = [record.sections["obedient"].status for record in records]
    assert (statuses.count("ok"), statuses[3], statuses[4]) == (60, "failed", "crashed")


def test_files_that_begin_alike_are_told_apart(bench: Workbench, read: Read, file: Any) -> None:
    bench.describe("size", content_only=True)
    bench.describe("together", batch=True, content_only=True)
    read(file("a.txt", "x" * 5000 + "a"))
    (other,) = read(file("b.txt", "x" * 5000 + "b"))
    assert cached(other) == {"size": False, "together": False}


def test_a_new_version_of_an_extractor_is_asked(bench: Workbench, read: Read, file: Any) -> None:
    bench.describe("size", content_only=True)
    bench.describe("obedient")
    path = file("a.txt")
    read(path)
    bench.describe("obedient", version="2")
    (record,) = read(path)
    assert cached(record) == {"size": True, "obedient": False}


def test_code_that_is_no_longer_installed_is_neither_believed_nor_kept(
    bench: Workbench, read: Read, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extractor goes on as it was when an upgrade breaks it; what marks it is the new code."""
    bench.describe("size", content_only=True)
    bench.describe("double", needs=("size",), content_only=True)
    bench.describe("together", batch=True, content_only=True)
    path = file("a.txt")
    with monkeypatch.context() as patch:
        patch.setattr(Registry, "kept", property(lambda _: {"size"}))
        read(path)
        (again,) = read(path)
        assert cached(again) == {"size": False, "double": False, "together": True}
    (mended,) = read(path)
    assert cached(mended) == {"size": False, "double": False, "together": True}


@pytest.mark.parametrize("order", ["raise", "segfault", "sleep"])
def test_a_failure_is_not_kept(bench: Workbench, read: Read, file: Any, order: str) -> None:
    bench.describe("obedient", timeout=1.0)
    bench.describe("size", content_only=True)
    path = file(f"a.{order}")
    read(path)
    (again,) = read(path)
    assert cached(again) == {"obedient": False, "size": True}


def test_who_needs_a_section_that_is_not_there_is_not_kept_either(
    bench: Workbench, read: Read, file: Any
) -> None:
    """Without it, it would have said something else."""
    bench.describe("size", content_only=True)
    bench.describe("double", needs=("size",), content_only=True)
    path = file("a.txt")
    (alone,) = read(path, only=frozenset({"double"}))
    assert alone.sections["double"].status == "failed"
    (both,) = read(path)
    assert (both.sections["double"].data["double"], both.sections["double"].cached) == (16, False)
    (again,) = read(path, only=frozenset({"double"}))
    assert again.sections["double"].status == "failed"


def test_a_file_that_has_just_been_written_is_not_trusted(
    bench: Workbench, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second change within one tick of the clock would leave its times as they are."""
    monkeypatch.setattr("metaextract_core.inspection._TICK", 3600 * 10**9)
    bench.describe("size", content_only=True)
    path = bench.file("a.txt")
    read(path)
    (again,) = read(path)
    assert cached(again) == {"size": False}


def test_f47_a_file_that_changed_while_it_was_read_is_not_kept(
    bench: Workbench, read: Read, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows which content its sections speak of."""
    bench.describe("size", content_only=True)
    path = file("a.txt")
    with monkeypatch.context() as patch:
        patch.setattr("metaextract_core.pipeline.change_since", lambda *_: "it was written to")
        (changed,) = read(path)
    assert changed.file.digest is None
    (again,) = read(path)
    assert cached(again) == {"size": False}


def test_a_file_that_cannot_be_read_says_why_although_it_was_known(
    bench: Workbench, read: Read, file: Any
) -> None:
    bench.describe("size", content_only=True)
    path = file("a.txt")
    read(path)
    os.unlink(path)
    (gone,) = read(path)
    assert gone.file.error == "there is no such file"
    os.symlink("/etc/passwd", path)
    (link,) = read(path)
    assert "symbolic link" in str(link.file.error)


def test_order_and_number_are_kept_where_some_files_are_known(
    bench: Workbench, read: Read, file: Any, tmp_path: Path
) -> None:
    """Known, copied, new and missing ones in turn, through all ways that a file can go."""
    bench.describe("size", content_only=True)
    bench.describe("double", needs=("size",), content_only=True)
    bench.describe("together", batch=True)
    known = [file(f"{number}.txt", f"{number}\n" * 50) for number in range(0, 90, 3)]
    read(*known)
    paths = []
    for number in range(90):
        path = str(bench.files / f"{number}.txt")
        if number % 3 == 1:
            shutil.copy(str(bench.files / f"{number - 1}.txt"), path)
        elif number % 3 == 2 and number % 2:
            file(f"{number}.txt", f"new {number}\n")
        paths.append(path)
    with_cache = read(*paths)
    without = read(*paths, cached=False)
    assert [record.file.path for record in with_cache] == paths
    for one, other in zip(with_cache, without, strict=True):
        assert one.file == other.file
        assert {name: said(one)[name] for name in said(one) if name != "together"} == {
            name: said(other)[name] for name in said(other) if name != "together"
        }
    assert sum(section.cached for record in with_cache for section in record.sections.values()) > 60


@pytest.mark.parametrize(("order", "status"), [("half", "partial"), ("damaged", "failed")])
def test_that_a_file_is_damaged_is_kept_if_there_was_time_for_the_whole(
    bench: Workbench, read: Read, file: Any, order: str, status: str
) -> None:
    bench.describe("obedient")
    path = file(f"a.{order}")
    (hurried,) = read(path, timeout=5.0)
    assert hurried.sections["obedient"].status == status
    (patient,) = read(path)
    assert cached(patient) == {"obedient": False}
    (again,) = read(path)
    assert cached(again) == {"obedient": True}
    assert again.sections["obedient"].reason == "the rest is missing"
    assert (again.sections["obedient"].status, again.failed) == (status, patient.failed)
