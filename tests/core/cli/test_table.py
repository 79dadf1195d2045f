"""The table shows canonical fields first, marks conflicts, and cannot fool a terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest

from metaextract_core.cli.table import Table, human_size
from metaextract_core.record import Field, FileInfo, Record, Result, Section, Source, Unread


def field(*values: Any, **more: Any) -> Field:
    sources = [
        Source(extractor=f"reader{number}", tag=f"Tag{number}", value=value, chosen=number == 0)
        for number, value in enumerate(values)
    ]
    agreement: Any = (
        "single" if len(values) == 1 else "agree" if len(set(values)) == 1 else "conflict"
    )
    return Field(value=values[0], type="text", agreement=agreement, sources=sources, **more)


def shown(record: Record, *, everything: bool = False) -> str:
    stream = io.StringIO()
    Table(stream, everything=everything).write(Result(record))
    return stream.getvalue()


def make(**parts: Any) -> Record:
    info = {"path": "folder/a.jpg", "name": "a.jpg", "size": 2_345_678, "media_type": "image/jpeg"}
    return Record(file=FileInfo(**{**info, **parts.pop("file", {})}), **parts)


def test_the_heading_says_what_the_file_is() -> None:
    text = shown(make(file={"name_media_type": "image/png"}))
    assert text.splitlines()[0] == "folder/a.jpg  image/jpeg  2.3 MB  its name says image/png"


def test_a_file_that_could_not_be_read_says_why() -> None:
    info = {"error": "there is no such file", "size": None, "media_type": None}
    assert shown(make(file=info)).split() == ["folder/a.jpg", "there", "is", "no", "such", "file"]


def test_f47_a_file_that_changed_says_so_at_once() -> None:
    lines = shown(make(file={"changed": "while it was read: it was written to"})).splitlines()
    assert lines[1].strip() == "changed while it was read: it was written to"


def test_fields_come_with_units_and_conflicts_with_their_losers() -> None:
    fields = {
        "image.width": field(640, unit="pixel"),
        "capture.time": field("2024-05-01", "2024-05-02", "2024-05-01"),
        "image.format": field("JPEG", "JPEG"),
    }
    lines = [line.strip() for line in shown(make(fields=fields)).splitlines()]
    assert lines[1].split() == ["image.width", "640", "pixel"]
    assert lines[2].split() == ["capture.time", "2024-05-01"]
    assert lines[3] == "≠ 2024-05-02  reader1 Tag1"
    assert lines[4].split() == ["image.format", "JPEG"]


def test_who_answered_is_one_line_and_who_failed_has_one_each() -> None:
    sections = {
        "a": Section(status="ok", duration_ms=9.6),
        "b": Section(status="crashed", reason="SIGSEGV while reading this file"),
        "c": Section(status="skipped", reason="nothing in it"),
        "d": Section(status="unavailable", reason="tool is missing; install tool"),
        "e": Section(status="partial", reason="the rest is missing", duration_ms=1),
    }
    lines = [line.strip() for line in shown(make(sections=sections)).splitlines()]
    assert lines[1:] == [
        "read by a 10 ms, e 1 ms",
        "b: crashed: SIGSEGV while reading this file",
        "d: unavailable: tool is missing; install tool",
        "e: partial: the rest is missing",
        "",
    ]


def test_sections_are_shown_when_everything_is_asked_for() -> None:
    data = {"IFD0:Make": {"val": "Canon", "num": None}, "Flags": [True, {"a": 1}], "Raw": b""}
    data["Raw"] = {"base64": "AAAA", "bytes": 3}
    section = Section(status="ok", data=data, warnings=["it is old"], duration_ms=1.25)
    record = make(sections={"reader": section})
    text = " ".join(shown(record, everything=True).split())
    assert "[reader] ok 1.2 ms" in text
    assert "warning: it is old" in text
    assert "IFD0:Make Canon Flags yes, a: 1 Raw 3 bytes" in text
    assert "Canon" not in shown(record)


HOSTILE = "x\x1b[2J\u202ey\x07"


def test_nothing_that_a_file_says_can_write_to_the_terminal() -> None:
    section = Section(
        status="failed", reason=HOSTILE, warnings=[HOSTILE], data={HOSTILE: {HOSTILE: [HOSTILE]}}
    )
    record = make(
        file={"path": HOSTILE, "error": HOSTILE},
        fields={HOSTILE: field(HOSTILE, {"text": HOSTILE, "base64": ""}.get("text", "") + "2")},
        sections={HOSTILE: section},
    )
    for everything in (False, True):
        text = shown(record, everything=everything)
        assert not {"\x1b", "\u202e", "\x07"} & set(text)
        assert "x\\x1b[2J\\u202ey\\x07" in text


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "[bold]x[/bold]" in shown(make(fields={"document.title": field("[bold]x[/bold]")}))


def test_long_values_are_cut_and_lines_are_joined() -> None:
    fields = {"a": field("word " * 1000), "b": field("one\n\ttwo")}
    text = shown(make(fields=fields))
    assert "…" in text
    assert len(text) < 1500
    assert "one two" in text


@pytest.mark.parametrize("no_color", [False, True])
def test_colours_are_for_terminals_whose_owner_wants_them(
    monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    Table(stream, everything=False).write(Result(make(fields={"a": field("x", "y")})))
    assert ("\x1b[33m" in stream.getvalue()) is not no_color
    assert "\x1b[" not in shown(make(fields={"a": field("x", "y")}))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_500_000, "1.5 MB"),
        (999_999, "1.0 MB"),
        (7 * 10**15, "7000.0 TB"),
    ],
)
def test_sizes_are_decimal_as_people_read_them(size: int, text: str) -> None:
    assert human_size(size) == text


def test_f48_unread_values_are_shown_when_everything_is_asked_for() -> None:
    value = Unread(
        field="capture.time", extractor="a", tag="[red]Time", raw="0000:00:00", reason="no date"
    )
    record = make(unread=[value, Unread(field="b", extractor="a", tag="T", reason="no list")])
    lines = [line.split() for line in shown(record, everything=True).splitlines()]
    assert lines[1] == ["capture.time", "unread:", "0000:00:00", "a", "[red]Time:", "no", "date"]
    assert lines[2] == ["b", "unread:", "a", "T:", "no", "list"]
    assert "unread" not in shown(record)
