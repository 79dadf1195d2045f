"""Values become what other programs' files can hold, or nothing, and never something else."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.exporting.records import record

from metaextract_core.exporting import values

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_stays_as_it_is(text: str) -> None:
    assert values.as_text(text) == text


def test_f49_half_a_surrogate_pair_becomes_u_fffd_and_nul_stays() -> None:
    assert values.as_text("a\0b\ud800c\udcff") == "a\0b\ufffdc\ufffd"


@pytest.mark.parametrize(
    ("value", "text"), [(1.5, "1.5"), (True, "true"), (["a", 1], '["a",1]'), (None, "null")]
)
def test_what_is_no_text_is_written_as_json(value: Any, text: str) -> None:
    assert values.as_text(value) == text


@given(DATA)
def test_json_gives_the_data_back(data: Any) -> None:
    assert json.loads(values.as_json(data)) == data


def test_f49_json_of_a_whole_record_survives_what_utf_8_cannot_hold() -> None:
    made = json.loads(values.as_json(record(camera__make="\ud800", image__width=1 << 80)))
    assert made["fields"]["camera.make"]["value"] == "\ufffd"
    assert made["fields"]["image.width"]["value"] == 1 << 80
    assert json.loads(values.as_json(["\ud800", math.inf, {"\udfff": "x"}])) == [
        "\ufffd",
        None,
        {"\ufffd": "x"},
    ]


def test_a_list_has_texts_and_anything_else_is_its_only_member() -> None:
    assert values.members(["a", 1]) == ["a", "1"]
    assert values.members("a") == ["a"]


@pytest.mark.parametrize(
    ("value", "integer", "number", "boolean"),
    [
        (1, 1, 1.0, None),
        (-(1 << 63), -(1 << 63), -float(1 << 63), None),
        (1 << 63, None, float(1 << 63), None),
        (10**400, None, None, None),
        (1.5, None, 1.5, None),
        (True, None, None, True),
        ("1", None, None, None),
        ([1], None, None, None),
    ],
)
def test_a_value_of_another_type_is_none(
    value: Any, integer: int | None, number: float | None, boolean: bool | None
) -> None:
    assert values.as_integer(value) == integer
    assert values.as_number(value) == number
    assert values.as_boolean(value) is boolean
    assert values.is_number(value) is (isinstance(value, int | float) and value is not True)
