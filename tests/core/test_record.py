"""Records as JSON: what is not known is left out, and a failure shows."""

from __future__ import annotations

import os
from typing import get_args

import msgspec
import pytest

from metaextract_core.inspection import not_inspected
from metaextract_core.record import (
    FAILED,
    SCHEMA,
    Field,
    FileInfo,
    Record,
    Result,
    Section,
    Source,
    Status,
    Summary,
)
from metaextract_core.walking import Found


def test_what_was_not_looked_at_takes_no_room() -> None:
    record = Record(file=FileInfo(path="/a/b.jpg", name="b.jpg"))
    assert msgspec.to_builtins(record) == {
        "schema": SCHEMA,
        "file": {"path": "/a/b.jpg", "name": "b.jpg"},
        "fields": {},
        "unread": [],
        "sections": {},
        "summary": {"fields_extracted": 0, "extractors_run": 0, "extractors_failed": 0},
        "sandbox": [],
    }


def test_a_record_survives_json() -> None:
    record = Record(
        file=FileInfo(path="p", name="p", size=0, path_base64="/w==", error="empty"),
        fields={
            "image.width": Field(
                value=3,
                type="integer",
                unit="px",
                agreement="conflict",
                sources=[
                    Source(extractor="a", tag="W", value=3, chosen=True),
                    Source(extractor="b", tag="Width", value=4, raw="4 px"),
                ],
            )
        },
        sections={"a": Section(status="partial", reason="cut", code="MX506", data={"W": None})},
        summary=Summary(fields_extracted=1, extractors_run=2),
    )
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


def test_records_do_not_share_what_they_hold() -> None:
    one, other = (Record(file=FileInfo(path=name, name=name)) for name in "ab")
    one.sections["x"] = Section(status="ok")
    one.summary.extractors_run = 1
    assert (other.sections, other.summary.extractors_run) == ({}, 0)


def test_only_some_statuses_are_failures() -> None:
    assert set(get_args(Status)) - FAILED == {"ok", "partial", "skipped", "unavailable", "refused"}


@pytest.mark.parametrize(
    ("file", "summary", "failed"),
    [
        (FileInfo(path="p", name="p"), Summary(extractors_run=3), False),
        (FileInfo(path="p", name="p"), Summary(extractors_run=3, extractors_failed=1), True),
        (FileInfo(path="p", name="p", error="permission denied"), Summary(), True),
    ],
    ids=["healthy", "an extractor failed", "unreadable"],
)
def test_a_record_knows_whether_it_failed(file: FileInfo, summary: Summary, failed: bool) -> None:
    assert Record(file=file, summary=summary).failed is failed


def test_a_result_is_the_same_as_objects_and_as_json() -> None:
    record = Record(file=FileInfo(path="p", name="p"), sections={"a": Section(status="ok")})
    line = Result(record).json
    again = Result.recalled(record.file, line, 0)
    assert Result.recalled(record.file, line, 1).failed
    assert not again.failed
    assert (again.record, again.json, again.file) == (record, line, record.file)
    assert (again.cached, Result(record).cached) == (True, False)
    assert b"\n" not in line


def test_a_result_has_failed_if_its_record_has() -> None:
    bad = Record(file=FileInfo(path="p", name="p", error="gone"))
    assert Result(bad).failed
    assert not Result(Record(file=FileInfo(path="p", name="p"))).failed


@pytest.mark.parametrize("path", ["a/b.jpg", "a/b\udcff.jpg", "a/\u00e4.jpg"])
def test_the_exact_path_can_be_had_whatever_could_be_shown(path: str) -> None:
    info = not_inspected(Found(path), "why").info
    assert info.raw_path == os.fsencode(path)
