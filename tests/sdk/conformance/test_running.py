"""What an extractor gives becomes JSON data, or is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from metaextract_sdk.conformance.running import NotData, as_data


def test_values_become_what_json_has() -> None:
    data = as_data({7: (1, {"a"}), "when": dt.date(2024, 1, 2), "raw": b"\xff", "text": "\udcff"})
    assert data == {"7": [1, ["a"]], "when": "2024-01-02", "raw": "/w==", "text": "?"}


def _deep() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(100_000):
        value = {"deeper": value}
    return value


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (None, "of type NoneType, not a mapping"),
        ([("a", 1)], "of type list, not a mapping"),
        ({"a": object()}, "is no data: Encoding objects of type object is unsupported"),
        (_deep(), "is no data: maximum recursion depth"),
    ],
    ids=["none", "list", "object", "deep"],
)
def test_what_is_no_data_is_refused(result: Any, said: str) -> None:
    with pytest.raises(NotData, match=said):
        as_data(result)
