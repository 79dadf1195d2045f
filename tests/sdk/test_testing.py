"""The suite that authors inherit passes for a good extractor and fails for each kind of fault."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk import Context, ExtractError, Extractor, FileView
from metaextract_sdk.testing import Conformance, Host

COUNT = itertools.count()
STOP = threading.Event()


class Good(Extractor):
    """First byte and length."""

    media_types = ("image/*", "text/x-good")
    version = "1"

    def extract(self, file: FileView, ctx: Context) -> Any:
        if file.size < 4:
            raise ExtractError("too short")
        return {"Length": file.size, "First": file.read(0, 1)[0]}


class Constant(Good):
    """Says the same of every file."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Quality": 0.85}


class Empty(Good):
    """Says nothing."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {}


class Unsteady(Good):
    """Says something else each time."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Length": file.size, "Now": next(COUNT)}


class Fragile(Good):
    """Does not expect damage."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        if file.read(0, 4) != b"good":
            raise ValueError("not good")
        return {"Length": file.size}


class Cutting(Good):
    """Expects all that the beginning promises."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        if file.read(0, 4) == b"good" and file.size < 50:
            raise IndexError("cut off")
        return {"Length": file.size}


class Listing(Good):
    """Returns no mapping when there is nothing to say."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Length": file.size} if file.size else None


class Late(Good):
    """Takes longer than it says."""

    timeout = 0.01

    def extract(self, file: FileView, ctx: Context) -> Any:
        time.sleep(2 * self.timeout)
        return {"Length": file.size}


class Deed(Good):
    """Does something beside reading."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        self.do(file)
        return {"Length": file.size}

    def do(self, file: FileView) -> None:
        """What the tests fill in."""


def doing(do: Callable[[FileView], object]) -> type[Extractor]:
    return type("Doing", (Deed,), {"__doc__": "Does it.", "do": lambda self, file: do(file)})


@pytest.fixture
def samples(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.good", tmp_path / "b.good"]
    paths[0].write_bytes(b"good" * 20)
    paths[1].write_bytes(b"good" * 30)
    return paths


Suite = Callable[[type[Extractor]], Conformance]


@pytest.fixture
def suite(samples: list[Path]) -> Suite:
    """What an author writes, over two samples."""

    def inherit(tested: type[Extractor]) -> Conformance:
        class TestIt(Conformance):
            extractor = tested

        TestIt.samples = samples
        return TestIt()

    return inherit


@pytest.fixture
def fails(suite: Suite, tmp_path: Path, capfd: Any) -> Callable[[type[Extractor]], set[str]]:
    """The names of the tests that an extractor fails, without ``test_it_`` and the like."""

    def run(tested: type[Extractor]) -> set[str]:
        its = suite(tested)
        needs = {"test_it_survives_damage": tmp_path, "test_it_prints_nothing": capfd}
        failed = set()
        for name in [name for name in dir(its) if name.startswith("test_")]:
            capfd.readouterr()
            try:
                getattr(its, name)(*([needs[name]] if name in needs else []))
            except (AssertionError, TypeError, ValueError, IndexError):
                failed.add(name)
        return failed

    return run


Fails = Callable[[type[Extractor]], set[str]]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Undo what the faulty extractors do to this process."""
    folder, handler, limit = os.getcwd(), signal.getsignal(signal.SIGUSR1), sys.getrecursionlimit()
    path, environment = list(sys.path), dict(os.environ)
    yield
    os.chdir(folder)
    signal.signal(signal.SIGUSR1, handler)
    sys.setrecursionlimit(limit)
    sys.path[:] = path
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    STOP.set()
    for thread in threading.enumerate():
        if thread.name == "left":
            thread.join()
    STOP.clear()


def test_a_good_extractor_passes(fails: Fails) -> None:
    assert fails(Good) == set()


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        (Constant, {"test_the_output_differs_between_files"}),
        (Empty, {"test_it_reads_its_samples", "test_the_output_differs_between_files"}),
        (Unsteady, {"test_the_output_is_the_same_twice"}),
        (Fragile, {"test_it_survives_damage"}),
        (Cutting, {"test_it_survives_damage"}),
        (Listing, {"test_it_survives_damage"}),
        (Late, {"test_it_honours_its_deadline"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_fault_fails_its_own_test(
    fails: Fails, faulty: type[Extractor], expected: set[str]
) -> None:
    assert fails(faulty) == expected


@pytest.mark.parametrize(
    "do",
    [
        lambda file: print("reading"),  # noqa: T201 -- the fault under test
        lambda file: print("reading", file=sys.stderr),  # noqa: T201 -- the fault under test
        lambda file: os.write(1, b"native"),
        lambda file: file.size > 100 and os.write(2, b"the second sample only"),
    ],
    ids=["prints", "complains", "native code", "now and then"],
)
def test_one_that_prints_is_found(fails: Fails, do: Callable[[FileView], object]) -> None:
    assert fails(doing(do)) == {"test_it_prints_nothing"}


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda file: os.chdir("/"), "working folder"),
        (lambda file: os.environ.update(LEFT_BEHIND="1"), "environment"),
        (lambda file: signal.signal(signal.SIGUSR1, signal.SIG_IGN), "signal handlers"),
        (lambda file: sys.setrecursionlimit(7777), "recursion limit"),
        (lambda file: sys.path.append("/nowhere"), "sys.path"),
        (lambda file: threading.Thread(target=STOP.wait, name="left").start(), "threads"),
    ],
    ids=["folder", "environment", "signals", "recursion", "path", "thread"],
)
def test_one_that_changes_the_process_is_found_though_it_does_so_only_once(
    suite: Suite, do: Callable[[FileView], object], said: str
) -> None:
    with pytest.raises(AssertionError, match=f"changed: {said}"):
        suite(doing(do)).test_it_leaves_the_process_as_it_was()


def test_one_that_writes_into_the_file_is_found(suite: Suite) -> None:
    def append(file: FileView) -> None:
        with file.path.open("ab") as stream:
            stream.write(b"!")

    with pytest.raises(AssertionError, match=r"a\.good"):
        suite(doing(append)).test_it_leaves_the_file_as_it_was()


def test_one_that_touches_the_file_is_found(suite: Suite) -> None:
    with pytest.raises(AssertionError, match=r"a\.good"):
        suite(doing(lambda file: os.utime(file.path, (1, 1)))).test_it_leaves_the_file_as_it_was()


@pytest.mark.parametrize(
    "attribute",
    [
        {"media_types": ()},
        {"media_types": ("jpeg",)},
        {"media_types": "image/jpeg"},
        {"version": ""},
        {"version": 1},
        {"profiles": ("quick",)},
        {"profiles": "fast"},
        {"timeout": 0},
        {"memory": 0},
        {"trust": 101},
        {"needs": "exiftool"},
        {"crosswalk": {"Length": 1}},
        {"tools": {"sox": None}},
        {"__doc__": " "},
    ],
    ids=str,
)
def test_a_wrong_declaration_is_found(suite: Suite, attribute: dict[str, Any]) -> None:
    suite(Good).test_it_declares_what_it_is()
    wrong = type("Wrong", (Good,), {"__doc__": "Wrong.", **attribute})
    with pytest.raises(AssertionError):
        suite(wrong).test_it_declares_what_it_is()


def test_one_sample_shows_nothing(samples: list[Path]) -> None:
    class TestIt(Conformance):
        extractor = Good

    TestIt.samples = samples[:1]
    with pytest.raises(AssertionError, match="at least two"):
        TestIt().test_it_reads_its_samples()


def test_volatile_tags_may_differ(suite: Suite) -> None:
    its = suite(Unsteady)
    type(its).volatile = frozenset({"Now"})
    its.test_the_output_is_the_same_twice()
    its.test_the_output_differs_between_files()


class Asking(Extractor):
    """Tells what the host gave it."""

    media_types = ("image/*", "text/x-asking")
    version = "1"
    timeout = 1000.0
    events: list[str]

    def setup(self) -> None:
        """Note it."""
        type(self).events = ["setup"]

    def close(self) -> None:
        """Note it."""
        self.events.append("close")

    def extract(self, file: FileView, ctx: Context) -> Any:
        if file.name == "bad":
            raise ExtractError("bad")
        (ctx.scratch / "left").write_text("x")
        return {
            "type": file.media_type,
            "options": dict(ctx.options),
            "sections": dict(ctx.sections),
            "patient": ctx.remaining() > 500,
            "scratch": str(ctx.scratch),
            "moment": dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
            "bytes": b"\xff",
            "text": "a\udcff",
            7: (1, {"x": None}),
        }


class TestHost:
    def test_an_extractor_gets_what_the_real_host_gives(self, samples: list[Path]) -> None:
        data = Host(Asking, options={"depth": 2}).extract(
            samples[0], media_type="image/png", sections={"other": {"a": 1}}, timeout=5
        )
        scratch = Path(data.pop("scratch"))
        assert data == {
            "type": "image/png",
            "options": {"depth": 2},
            "sections": {"other": {"a": 1}},
            "patient": False,
            "moment": "2024-01-02T00:00:00Z",
            "bytes": "/w==",
            "text": "a?",
            "7": [1, {"x": None}],
        }
        assert not scratch.exists()

    def test_without_a_word_it_takes_what_the_class_says(self, samples: list[Path]) -> None:
        data = Host(Asking).extract(samples[0])
        assert (data["type"], data["patient"]) == ("text/x-asking", True)
        assert (data["options"], data["sections"]) == ({}, {})

    def test_it_is_closed_even_after_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "bad").touch()
        with pytest.raises(ExtractError, match="bad"):
            Host(Asking).extract(tmp_path / "bad")
        assert Asking.events == ["setup", "close"]

    def test_a_result_that_is_no_data_is_refused(self, samples: list[Path]) -> None:
        samples[0].write_bytes(b"")
        with pytest.raises(TypeError, match="NoneType, not a mapping"):
            Host(Listing).extract(samples[0])
        odd = type("Odd", (Good,), {"extract": lambda self, file, ctx: {"x": object()}})
        with pytest.raises(TypeError, match="object"):
            Host(odd).extract(samples[1])
