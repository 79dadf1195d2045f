"""Objects are found wherever they end, and what is none costs neither memory nor the others."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core import json_objects
from metaextract_core.json_objects import MAX_DEPTH, Problem, objects

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\{}[]\n,é'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('"\\{}[]a'), inner),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(st.text('"\\{}[]a', max_size=5), DATA, max_size=3), max_size=4)


class Drops(io.BytesIO):
    """Gives a few bytes at a time, whatever is asked for."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size = size

    def read(self, _: int | None = None) -> bytes:
        return super().read(self.size)


def found(content: bytes, size: int = 1 << 20) -> list[Any]:
    return [
        item if isinstance(item, Problem) else json.loads(item)
        for item in objects(Drops(content, size))
    ]


@given(OBJECTS, st.integers(1, 7), st.sampled_from([None, 1]))
def test_a_list_gives_its_objects_wherever_the_chunks_end(
    data: list[Any], size: int, indent: int | None
) -> None:
    assert found(json.dumps(data, indent=indent).encode(), size) == data


@given(OBJECTS, st.sampled_from([b"", b"\n", b",", b"]\n["]))
def test_objects_may_come_one_after_another_or_in_several_lists(
    data: list[Any], between: bytes
) -> None:
    assert found(between.join(json.dumps(one).encode() for one in data)) == data


def test_a_byte_order_mark_is_no_matter() -> None:
    assert found(b'\xef\xbb\xbf[{"a": 1}]') == [{"a": 1}]


def test_what_is_no_object_is_told_once_and_the_objects_around_it_are_found() -> None:
    assert found(b'[{"a": 1}, 7, 8, {"a": 2}, null]', 3) == [
        {"a": 1},
        Problem(2, "it is no object"),
        {"a": 2},
        Problem(4, "it is no object"),
    ]


def test_an_object_that_is_cut_off_is_told() -> None:
    assert found(b'[{"a": 1}, {"b": [') == [
        {"a": 1},
        Problem(2, "the text ends in the middle of it"),
    ]
    assert found(b'{"a\\')[0].number == 1


def test_f10_an_object_that_is_nested_too_deeply_is_passed_over() -> None:
    deep = b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}"
    fair = b'{"a": ' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    problem, first, second = found(b"[" + deep + b"," + fair + b',{"a": 1}]')
    assert problem == Problem(1, f"it is nested deeper than {MAX_DEPTH} levels")
    assert (list(first), second) == (["a"], {"a": 1})


def test_f09_an_object_that_is_too_long_is_passed_over_and_not_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_objects, "MAX_OBJECT", 1 << 20)
    scanner = json_objects._Scanner()
    held = 0
    assert list(scanner.feed(b'[{"a": "')) == []
    for _ in range(64):
        assert list(scanner.feed(b"x" * (1 << 16))) == []
        held = max(held, sum(map(len, scanner._parts)))
    assert held <= 1 << 20
    assert list(scanner.feed(b'"}, {"b": 1}]')) == [
        Problem(1, "it has more than 1 MiB"),
        b'{"b": 1}',
    ]
