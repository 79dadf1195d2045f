"""A record holds its sections in order, and counts over them."""

from __future__ import annotations

from metaextract_core.assembling import assemble, leaves
from metaextract_core.merging import Merger
from metaextract_core.record import FileInfo, Section, Summary


def test_the_summary_counts_what_is_there() -> None:
    sections = {
        "b": Section(status="ok", data={"x": 1, "y": {"z": [1, None, "", 2]}}),
        "a": Section(status="crashed"),
        "c": Section(status="unavailable"),
        "d": Section(status="skipped"),
        "e": Section(status="partial", data={"x": False}),
    }
    record = assemble(FileInfo(path="p", name="p"), sections, Merger({}))
    assert list(record.sections) == ["a", "b", "c", "d", "e"]
    assert record.summary == Summary(fields_extracted=4, extractors_run=4, extractors_failed=1)


def test_leaves_are_counted_however_deep_they_are() -> None:
    data: object = 1
    for _ in range(10_000):
        data = [data]
    assert leaves(data) == 1
    assert leaves({"a": [], "b": {}, "c": "", "d": None, "e": [0, False, "x"]}) == 3
