"""The suite that authors inherit passes for a good extractor and fails for each kind of fault."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk import Context, ExtractError, Extractor, FileView, Unavailable
from metaextract_sdk.conformance.rules import RULES
from metaextract_sdk.testing import Conformance, Host

COUNT = itertools.count()


class Good(Extractor):
    """First byte and length."""

    media_types = ("image/*", "text/x-good")
    version = "1"
    samples = ("*.good",)

    def extract(self, file: FileView, ctx: Context) -> Any:
        if file.size < 4:
            raise ExtractError("too short")
        return {"Length": file.size, "First": file.read(0, 1)[0]}


class Constant(Good):
    """Says the same of every file."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Quality": 0.85}


class Sized(Good):
    """Says what everybody knows."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Length": file.size, "Name": file.name, "Path": str(file.path)}


class Empty(Good):
    """Says nothing."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {}


class Unsteady(Good):
    """Says something else each time."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"First": file.read(0, 1), "Length": file.size, "Now": next(COUNT)}


class Volatile(Unsteady):
    """Says which tag that is."""

    volatile = ("Now",)


class Noise(Good):
    """Says nothing, but something else each time."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"Quality": 0.85, "Now": next(COUNT)}


class Fragile(Good):
    """Does not expect damage."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        if not file.read(0, 8).lower().startswith(b"good"):
            raise ValueError("not good")
        return {"Length": file.size, "Second": file.read(4, 4)}


class Listing(Good):
    """Returns no mapping when there is nothing to say."""

    def extract(self, file: FileView, ctx: Context) -> Any:
        return {"First": file.read(0, 1)[0], "Length": file.size} if file.size else None


class Late(Good):
    """Takes longer than it says."""

    timeout = 0.01

    def extract(self, file: FileView, ctx: Context) -> Any:
        time.sleep(2 * self.timeout)
        return super().extract(file, ctx)


class Missing(Good):
    """Lacks what it needs."""

    def setup(self) -> None:
        raise Unavailable("the codec is missing")


@pytest.fixture
def samples(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.good", tmp_path / "b.good"]
    paths[0].write_bytes(b"good" * 20)
    paths[1].write_bytes(b"Good" + b"good" * 29)
    return paths


Suite = Callable[[type[Extractor]], Any]
Fails = Callable[[type[Extractor]], dict[str, str]]


@pytest.fixture
def suite(samples: list[Path]) -> Suite:
    """What an author writes, over two samples."""

    def inherit(tested: type[Extractor]) -> Any:
        return type("TestIt", (Conformance,), {"extractor": tested, "samples": samples})()

    return inherit


@pytest.fixture
def fails(suite: Suite) -> Fails:
    """The tests that an extractor fails, without ``test_it_``, and what each says."""

    def run(tested: type[Extractor]) -> dict[str, str]:
        its = suite(tested)
        failed = {}
        for name in [name for name in dir(its) if name.startswith("test_it_")]:
            try:
                getattr(its, name)()
            except unittest.SkipTest:
                continue
            except AssertionError as error:
                failed[name.removeprefix("test_it_")] = str(error)
        return failed

    return run


def test_a_good_extractor_passes(fails: Fails) -> None:
    assert fails(Good) == {}


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        (Constant, {"differs_between_files", "looks_into_the_file"}),
        (Noise, {"differs_between_files", "looks_into_the_file", "says_the_same_twice"}),
        (Sized, {"looks_into_the_file"}),
        (Empty, {"reads_its_samples"}),
        (Unsteady, {"says_the_same_twice"}),
        (Volatile, set()),
        (Fragile, {"survives_damage"}),
        (Listing, {"gives_data"}),
        (Late, {"honours_its_deadline"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_fault_fails_its_own_test(
    fails: Fails, faulty: type[Extractor], expected: set[str]
) -> None:
    assert fails(faulty).keys() == expected


def test_what_is_said_names_the_rule_the_file_and_the_mend(fails: Fails) -> None:
    said = fails(Unsteady)["says_the_same_twice"]
    assert said.startswith("MX607 a.good: another value each time for Now (and ")
    assert "to mend it: remove what depends on time" in said


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
        {"instead_of": "exiftool"},
        {"crosswalk": {"Length": 1}},
        {"tools": {"sox": None}},
        {"samples": ("/etc/hostname",)},
        {"samples": ("../other/a.good",)},
        {"volatile": "Now"},
    ],
    ids=str,
)
def test_a_wrong_declaration_is_found(suite: Suite, attribute: dict[str, Any]) -> None:
    suite(Good).test_it_keeps_the_contract()
    wrong = type("Wrong", (Good,), attribute)
    with pytest.raises(AssertionError):
        suite(wrong).test_it_keeps_the_contract()


def test_only_the_class_is_needed_where_it_declares_samples(
    samples: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspect.getfile", lambda _: str(samples[0].parent / "module.py"))
    its: Any = type("TestIt", (Conformance,), {"extractor": Good})
    assert [sample.label for sample in its.evidence().samples] == ["a.good", "b.good"]


def test_without_samples_it_is_said_that_there_are_none(samples: list[Path], suite: Suite) -> None:
    its = suite(Good)
    type(its).samples = samples[:1]
    with pytest.raises(AssertionError, match="MX601 it declares 1 sample"):
        its.test_it_declares_samples()
    undeclared: Any = type(
        "TestIt", (Conformance,), {"extractor": type("Un", (Good,), {"samples": ()})}
    )
    with pytest.raises(AssertionError, match="MX601 it declares no samples"):
        undeclared().test_it_declares_samples()


def test_an_extractor_that_is_unavailable_is_skipped(suite: Suite) -> None:
    with pytest.raises(unittest.SkipTest, match="the codec is missing"):
        suite(Missing).test_it_reads_its_samples()


def test_there_is_a_test_for_each_rule_but_those_that_only_gold_asks_for() -> None:
    tests = {name for name in dir(Conformance) if name.startswith("test_")}
    assert tests == {f"test_it_{rule.slug}" for rule in RULES if rule.tier != "gold"} | {
        "test_it_keeps_the_contract"
    }


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
