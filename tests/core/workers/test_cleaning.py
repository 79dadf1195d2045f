"""Results become JSON data of bounded size, and nothing is lost silently."""

from __future__ import annotations

import base64
import datetime as dt
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.workers.cleaning import MAX_DEPTH, MAX_ITEMS, MAX_VALUE, clean

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
)
DATA = st.dictionaries(
    st.text(st.characters()),
    st.recursive(
        SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)
    ),
)


@given(DATA)
def test_anything_made_of_data_comes_out_as_json(data: dict[str, Any]) -> None:
    cleaned, _ = clean(data)
    assert msgspec.json.decode(msgspec.json.encode(cleaned)) == cleaned


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**63), 2**64 - 1) | st.booleans()))
def test_plain_data_is_unchanged(data: dict[str, Any]) -> None:
    assert clean(data) == (data, [])


@given(st.binary())
def test_f49_text_decoded_from_any_bytes_can_be_restored(raw: bytes) -> None:
    cleaned, _ = clean({"value": raw.decode("utf-8", "surrogateescape")})
    value = cleaned["value"]
    restored = base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()
    assert restored == raw


def test_f49_lone_surrogates_and_nul_survive() -> None:
    cleaned, cuts = clean({"utf16": "a\ud83d", "nul": "a\0b"})
    assert cleaned["utf16"]["text"] == "a\ufffd\ufffd\ufffd"
    assert base64.b64decode(cleaned["utf16"]["base64"]) == "a\ud83d".encode(errors="surrogatepass")
    assert cleaned["nul"] == "a\0b"
    assert cuts == []


def test_bytes_dates_and_numbers_that_json_cannot_hold_are_spelled_out() -> None:
    data: dict[Any, Any] = {
        "bytes": b"\xff\x00",
        "time": dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC),
        "nan": math.nan,
        "huge": 2**64,
        7: (1, 2),
    }
    cleaned, _ = clean(data)
    assert cleaned == {
        "bytes": {"base64": "/wA=", "bytes": 2},
        "time": "2024-05-01T12:00:00+00:00",
        "nan": "nan",
        "huge": "18446744073709551616",
        "7": [1, 2],
    }


def test_f09_a_million_tags_are_cut_with_a_marker() -> None:
    cleaned, cuts = clean({str(number): number for number in range(1_000_000)})
    assert len(cleaned) == MAX_ITEMS + 1
    assert cleaned["…"] == f"[cut: {1_000_000 - MAX_ITEMS} more]"
    assert cuts == [f"only the first {MAX_ITEMS} values were kept"]


@pytest.mark.parametrize(
    ("value", "unit"), [("x" * 10_000_000, "characters"), (b"x" * 10_000_000, "bytes")]
)
def test_f09_one_huge_value_is_cut_with_a_marker(value: str | bytes, unit: str) -> None:
    cleaned, cuts = clean({"value": value, "after": 1})
    assert len(msgspec.json.encode(cleaned)) < 2 * MAX_VALUE
    assert cuts == [f"a value of 10000000 {unit} was cut to {MAX_VALUE}"]
    assert cleaned["after"] == 1


def test_f10_depth_is_cut_without_recursion_errors() -> None:
    data: dict[str, Any] = {}
    for _ in range(100_000):
        data = {"in": data}
    cleaned, cuts = clean(data)
    assert cuts == [f"data nested deeper than {MAX_DEPTH} levels was cut"]
    assert msgspec.json.encode(cleaned).count(b'{"in"') == MAX_DEPTH


@pytest.mark.parametrize("result", [None, 1, "text", ["list"]])
def test_a_result_that_is_no_mapping_is_refused(result: Any) -> None:
    with pytest.raises(TypeError, match="not a mapping"):
        clean(result)


def test_a_value_that_is_no_data_is_refused_by_type() -> None:
    with pytest.raises(TypeError, match="type object is not data"):
        clean({"value": [object()]})
