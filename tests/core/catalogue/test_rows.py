"""What a record becomes in the tables."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from tests.core.catalogue.making import field, record

from metaextract_core.catalogue.filters import MAX_TEXT
from metaextract_core.catalogue.rows import cell, row, signed
from metaextract_core.record import Section


def test_columns_have_what_is_asked_for_often_and_rows_the_rest() -> None:
    found = row(
        record(
            capture__time="2024-05-01T10:00:00Z",
            camera__make="Canon",
            capture__f_number=2.8,
            document__keywords=["one", "two", "one"],
            document__modified="2024",
            image__transparency=True,
        )
    )
    assert found.hot["capture_time"] == dt.datetime(2024, 5, 1, 10)
    assert (found.hot["make"], found.hot["size"]) == ("Canon", 1000)
    rows = {(one["field"], one["position"]): one for one in found.fields}
    assert rows["capture.f_number", 0]["number"] == 2.8
    assert rows["image.transparency", 0]["number"] == 1.0
    assert rows["document.modified", 0]["moment"] == dt.datetime(2024, 1, 1)
    assert [rows["document.keywords", number]["text"] for number in range(2)] == ["one", "two"]
    assert len(rows) == 5


def test_it_is_found_by_all_its_texts_and_its_path() -> None:
    found = row(record("/Ferien/Zürich 1.jpg", document__keywords=["Hafen"], camera__make="Canon"))
    assert {"ferien", "zurich", "1", "jpg", "hafen", "canon"} <= set(found.hot["words"].split())
    assert len(found.hot["words"].split()) == len(set(found.hot["words"].split()))


def test_relative_paths_are_those_of_the_folder_we_are_in() -> None:
    assert row(record("a.jpg")).path == os.path.join(os.getcwd(), "a.jpg")
    assert row(record("x/../a.jpg")).path_digest == row(record("a.jpg")).path_digest


def test_long_texts_are_cut_where_they_are_compared() -> None:
    assert row(record(camera__make="x" * 2000)).hot["make"] == "x" * MAX_TEXT


def test_values_that_are_not_of_their_type_have_no_place() -> None:
    assert cell("capture.time", "yesterday") is None
    assert cell("capture.time", 2024) is None
    assert cell("image.width", [1]) is None


@pytest.mark.parametrize(
    ("phash", "number"),
    [
        ("0" * 15 + "3", 3),
        ("f" * 16, -1),
        ("8" + "0" * 14 + "1", 1 - (1 << 63)),
        ("8" + "0" * 15, None),
        ("0" * 16, None),
        ("x" * 16, None),
        ("0", None),
    ],
)
def test_a_hash_is_a_signed_number(phash: str, number: int | None) -> None:
    assert signed(field("image.phash", phash)) == number
    assert signed(None) is None


def test_only_what_a_file_or_an_extractor_changed_changes_the_fingerprint() -> None:
    one = record(camera__make="Canon")
    same = record(camera__make="Canon")
    same.sections["exiftool"].duration_ms = 99.0
    same.sections["exiftool"].cached = True
    same.sandbox = ["landlock"]
    assert row(one).fingerprint == row(same).fingerprint
    for other in (
        record(camera__make="Nikon"),
        record(camera__make="Canon", digest="blake3:" + "1" * 64),
        record(camera__make="Canon", sections={"exiftool": Section(status="ok", version="2")}),
        record(
            camera__make="Canon",
            sections={"exiftool": Section(status="ok", version="1", data={"A:B": 2})},
        ),
    ):
        assert row(one).fingerprint != row(other).fingerprint
