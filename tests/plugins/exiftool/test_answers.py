"""What ExifTool prints, as data."""

from __future__ import annotations

import pytest

from metaextract_exiftool.answers import parse


def answer(tags: bytes) -> bytes:
    return b'[{\n  "SourceFile": "/a",\n%s\n}]\n' % tags


def test_the_value_comes_with_its_number_where_that_differs() -> None:
    """And without the description, which is the tag's name over again."""
    tags = b'"A:X": {"desc": "X", "num": 0.05, "val": "1/20"}, "A:Y": {"desc": "Y", "val": true}'
    assert parse(answer(tags)) == {
        "A:X": {"val": "1/20", "num": 0.05},
        "A:Y": {"val": True, "num": None},
    }


@pytest.mark.parametrize("number", ["1e500", "-1e999", "1.5E+400"])
def test_a_number_beyond_a_float_stays_text(number: str) -> None:
    """Infinity is not JSON."""
    assert parse(answer(b'"A:X": {"val": %s}' % number.encode()))["A:X"]["val"] == number


def test_bytes_that_are_no_utf_8_can_be_restored() -> None:
    """PEP 383; the host keeps them beside what can be shown."""
    (name,) = data = parse(answer(b'"XMP-c\xe9:X": {"val": "caf\xe9"}'))
    assert os_bytes(name) == b"XMP-c\xe9:X"
    assert os_bytes(data[name]["val"]) == b"caf\xe9"


def os_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        (b"", "Expecting value"),
        (b"[{", "Expecting"),
        (b'[{"SourceFile": "/a"},\n{"SourceFile": "/b"}]', "2 files"),
        (answer(b'"A:X": {"val": %s}' % (b"[" * 100_000)), "nested"),
    ],
)
def test_what_is_no_answer_on_one_file_is_refused(printed: bytes, why: str) -> None:
    """With a reason, and never with an error of another kind."""
    with pytest.raises(ValueError, match=why):
        parse(printed)
