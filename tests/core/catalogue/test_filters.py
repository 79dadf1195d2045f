"""What filters may speak of, and what they are true of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from tests.core.catalogue.oracle import holds
from tests.core.catalogue.strategies import records

from metaextract_core.catalogue.filters import MAX_TEXT, definition, kind
from metaextract_core.catalogue.language import parse
from metaextract_core.record import Field, FileInfo, Record


def test_canonical_fields_and_those_of_every_record_have_types() -> None:
    assert (kind("capture.time"), kind("file.path"), kind("gps.latitude")) == (
        "datetime",
        "text",
        "number",
    )


def test_what_is_no_field_is_none() -> None:
    assert definition("capture.tim") is None
    with pytest.raises(ValueError, match=r"capture\.tim"):
        kind("capture.tim")


def a_record(**fields: Any) -> Record:
    return Record(
        file=FileInfo(path="/photos/Été 2024/1.jpg", name="1.jpg", size=5, media_type="image/jpeg"),
        fields={
            name.replace("__", "."): Field(value=value, type="", agreement="single", sources=[])
            for name, value in fields.items()
        },
    )


ONE = a_record(
    camera__make="Canon",
    capture__time="2024-05-01T12:00:00.1234567+02:00",
    document__created="2024-05",
    document__keywords=["old harbour", "Zürich"],
    document__description="x" * MAX_TEXT + " hidden",
    capture__iso=800,
    gps__latitude=47.37,
    gps__longitude=8.54,
    rights__protected=False,
    file__size=7,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camera.make = Canon and camera.make != canon and camera.make ~ ANO",
        "capture.time = 2024-05-01T12:00:00.123456 and capture.time != 2024-05-01T10",
        "capture.time > 2024-04 and capture.time < 2024-06 and capture.time <= 2024-05",
        "document.created = 2024-05-01 and document.created <= 2024-05-01T00:00:00",
        "document.keywords = Zürich and document.keywords != zurich and document.keywords ~ 'd h'",
        "text ~ 'zurich hid* ete harbour jpeg'",
        "document.description ~ xxx and not document.description ~ hidden",
        "capture.iso > 799 and capture.iso in (100, 800) and not lens.model != x",
        "gps within 1km of 47.375,8.54",
        "rights.protected = no",
        "file.size = 5B and file.media_type = image/jpeg and not has file.digest",
    ],
)
def test_filters_hold_of_records_as_the_page_says(text: str) -> None:
    assert holds(parse(text), ONE)


@pytest.mark.parametrize(
    "text",
    [
        "lens.model != x",
        "document.keywords = harbour",
        "document.keywords != Zürich",
        "capture.time > 2024-05",
        "capture.time < 2024-05",
        "document.created > 2024-05-01T00",
        "text ~ harb",
        "camera.make ~ canön",
        "gps within 1km of 47.38,8.54",
        "file.size = 7",
    ],
)
def test_filters_do_not_hold_of_records_that_the_page_leaves_out(text: str) -> None:
    assert not holds(parse(text), ONE)


@given(records())
def test_a_moment_is_before_within_or_after_another(record: Record) -> None:
    before, within, after = (
        holds(parse(f"capture.time {operator} 2024-05-01T12"), record) for operator in "<=>"
    )
    assert before + within + after == ("capture.time" in record.fields)
    assert holds(parse("capture.time <= 2024-05-01T12"), record) == (before or within)
    assert holds(parse("capture.time >= 2024-05-01T12"), record) == (after or within)
    assert holds(parse("capture.time != 2024-05-01T12"), record) == (before or after)
