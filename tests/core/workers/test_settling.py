"""Whatever an extractor does, its section has a status and, but for ``ok``, a reason."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.record import Section
from metaextract_core.workers.cleaning import MAX_VALUE
from metaextract_core.workers.settling import NotData, blame, doubt, say, settle
from metaextract_sdk import Context, ExtractError, Unavailable

CHANGED = "the file changed while it was read"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(deadline=time.monotonic() + 1, scratch=tmp_path)


def settled(result: Any, context: Context) -> Section:
    section = Section(status="ok")
    settle(section, result, context)
    return section


def blamed(error: BaseException, context: Context) -> Section:
    section = Section(status="ok")
    blame(section, error, context)
    return section


def test_data_is_ok_with_the_warnings_that_came_with_it(context: Context) -> None:
    context.warn("it is old")
    section = settled({"a": b"x"}, context)
    assert (section.status, section.warnings) == ("ok", ["it is old"])
    assert section.data == {"a": {"base64": "eA==", "bytes": 1}}


def test_nothing_is_skipped_rather_than_ok(context: Context) -> None:
    section = settled({}, context)
    assert (section.status, section.reason) == ("skipped", "it found nothing in this file")


def test_what_had_to_be_cut_is_partial_and_says_so(context: Context) -> None:
    section = settled({"a": "x" * (MAX_VALUE + 1)}, context)
    assert (section.status, section.code) == ("partial", "MX506")
    assert str(MAX_VALUE) in str(section.reason)


@pytest.mark.parametrize("result", [None, [1], "text", {"a": object()}, {"a": {1: lambda: 0}}])
def test_what_is_no_data_is_refused(result: Any, context: Context) -> None:
    with pytest.raises(NotData, match="type"):
        settled(result, context)


@pytest.mark.parametrize(
    ("error", "status", "code", "reason"),
    [
        (ExtractError("damaged"), "failed", None, "damaged"),
        (ExtractError("not mine", status="skipped"), "skipped", None, "not mine"),
        (ExtractError("a bomb", status="refused"), "refused", None, "a bomb"),
        (Unavailable("no tool", fix="get it"), "unavailable", "MX510", "no tool"),
        (MemoryError(), "memory", "MX503", "it asked for more memory than it may have"),
        (NotData("it is a list"), "failed", "MX505", "it is a list"),
        (ValueError("this is wrong"), "failed", "MX501", "ValueError: this is wrong"),
        (SystemExit(3), "failed", "MX501", "SystemExit: 3"),
        (KeyboardInterrupt(), "failed", "MX501", "KeyboardInterrupt"),
    ],
)
def test_each_kind_of_fault_has_its_status_code_and_reason(
    error: BaseException, status: str, code: str | None, reason: str, context: Context
) -> None:
    section = blamed(error, context)
    assert (section.status, section.code or None, section.reason) == (status, code, reason)


def test_half_an_answer_is_partial_whatever_status_was_asked_for(context: Context) -> None:
    context.warn("it ends early")
    section = blamed(ExtractError("cut off", status="skipped", data={"a": 1}), context)
    assert (section.status, section.reason, section.data) == ("partial", "cut off", {"a": 1})
    assert section.warnings == ["it ends early"]


def test_half_an_answer_that_is_no_data_fails(context: Context) -> None:
    section = blamed(ExtractError("cut off", data={"a": object()}), context)
    assert (section.status, section.code) == ("failed", "MX505")


def test_warnings_are_bounded_in_number_and_length_and_are_text(context: Context) -> None:
    context.warnings += ["x" * 5000, "half \ud800", *map(str, range(500))]
    section = settled({"a": 1}, context)
    assert len(section.warnings) == 100
    assert len(section.warnings[0]) == 2000
    assert section.warnings[1] == "half ?"


def _fails() -> None:
    raise ValueError("two\nlines " + "x" * 1000)


def test_an_exception_is_one_bounded_line_that_names_the_innermost_place() -> None:
    with pytest.raises(ValueError, match="two") as caught:
        _fails()
    line = say(caught.value)
    assert line.startswith("ValueError: two lines xxx")
    assert len(line) < 600
    place = f"(test_settling.py:{_fails.__code__.co_firstlineno + 1})"
    assert line.endswith(place)
    assert say(RuntimeError()) == "RuntimeError"


@pytest.mark.parametrize(
    ("section", "status", "reason", "code", "warnings"),
    [
        (Section(status="ok"), "partial", f"{CHANGED}: it is gone", "MX514", []),
        (
            Section(status="failed", reason="damaged"),
            "failed",
            "damaged",
            "MX514",
            [f"{CHANGED}: it is gone"],
        ),
        (
            Section(status="failed", reason="raised", code="MX501"),
            "failed",
            "raised",
            "MX501",
            [f"{CHANGED}: it is gone"],
        ),
    ],
)
def test_f47_a_section_of_a_file_that_changed_is_in_doubt(
    section: Section, status: str, reason: str, code: str, warnings: list[str]
) -> None:
    doubt(section, "it is gone")
    assert (section.status, section.reason, section.code) == (status, reason, code)
    assert section.warnings == warnings


def test_f47_what_was_not_read_is_not_in_doubt() -> None:
    section = Section(status="unavailable", reason="no tool")
    doubt(section, "it is gone")
    assert section == Section(status="unavailable", reason="no tool")
