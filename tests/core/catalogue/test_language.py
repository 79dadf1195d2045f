"""The language of filters: what it means, and what it says of what means nothing."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core.catalogue.mistakes import MARK, MISTAKES

from metaextract_core.catalogue.filters import (
    EVERYTHING,
    MAX_TEXT,
    And,
    Compare,
    Contains,
    Filter,
    Has,
    Near,
    Not,
    Or,
    Words,
)
from metaextract_core.catalogue.language import FilterError, parse
from metaextract_core.catalogue.literals import moment
from metaextract_core.errors import MetaExtractError

PAGE = Path(__file__).parents[3] / "docs/search.md"
MAKE, MODEL, ISO = Has("camera.make"), Has("camera.model"), Has("capture.iso")


def refused(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("text", ["", " ", "\t\n \u3000"])
def test_a_blank_filter_is_true_of_everything(text: str) -> None:
    assert parse(text) == EVERYTHING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("camera.make = Canon", Compare("camera.make", "=", "Canon")),
        ("camera.make=Canon", Compare("camera.make", "=", "Canon")),
        ("camera.make!=Canon", Compare("camera.make", "!=", "Canon")),
        ("capture.iso < 800", Compare("capture.iso", "<", 800)),
        ("capture.iso <= 800", Compare("capture.iso", "<=", 800)),
        ("capture.iso > 800", Compare("capture.iso", ">", 800)),
        ("capture.iso>=800", Compare("capture.iso", ">=", 800)),
        ("file.size > 10 MB", Compare("file.size", ">", 10_000_000)),
        ("file.size > '10 MB'", Compare("file.size", ">", 10_000_000)),
        ("capture.exposure_time < 1/250", Compare("capture.exposure_time", "<", 0.004)),
        ("capture.focal_length = 24mm", Compare("capture.focal_length", "=", 24.0)),
        ("gps.latitude < -33.8", Compare("gps.latitude", "<", -33.8)),
        ("document.encrypted = yes", Compare("document.encrypted", "=", True)),
        ("file.media_type = image/jpeg", Compare("file.media_type", "=", "image/jpeg")),
        ("file.digest = blake3:00ff", Compare("file.digest", "=", "blake3:00ff")),
        ("document.keywords = harbour", Compare("document.keywords", "=", "harbour")),
        ("capture.time >= 2024-05", Compare("capture.time", ">=", moment("2024-05"))),
        (
            "capture.time = 2024-05-01T12:00",
            Compare("capture.time", "=", moment("2024-05-01T12:00")),
        ),
        (
            'capture.time = "2024-05-01 12:00"',
            Compare("capture.time", "=", moment("2024-05-01T12:00")),
        ),
        ("document.title = Hello!", Compare("document.title", "=", "Hello!")),
        ("document.title = ANDROID", Compare("document.title", "=", "ANDROID")),
        ("document.title = text", Compare("document.title", "=", "text")),
        (r"file.path ~ C:\photos", Contains("file.path", r"C:\photos")),
        ('document.title ~ ""', Contains("document.title", "")),
        ("document.keywords ~ HARB", Contains("document.keywords", "HARB")),
        ("has camera.make", MAKE),
        ("HAS file.digest", Has("file.digest")),
        ("gps within 2km of 47.37,8.54", Near(47.37, 8.54, 2000.0)),
        ("GPS WITHIN 500 m OF -90 , -180", Near(-90.0, -180.0, 500.0)),
        ("gps within 1.5 mi of 0,0", Near(0.0, 0.0, 2414.016)),
        ("gps within 1nmi of 90,180", Near(90.0, 180.0, 1852.0)),
        (
            'camera.make in (Canon, "Nikon Corporation")',
            Or(
                (
                    Compare("camera.make", "=", "Canon"),
                    Compare("camera.make", "=", "Nikon Corporation"),
                )
            ),
        ),
        ("capture.iso IN(100)", Or((Compare("capture.iso", "=", 100),))),
    ],
)
def test_a_comparison_means_what_it_says(text: str, expected: Filter) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "whole", "beginnings"),
    [
        ('text ~ "harbour"', ("harbour",), ()),
        ("TEXT ~ harb*", (), ("harb",)),
        ('text ~ "old harb*"', ("old",), ("harb",)),
        ('text ~ "harb* old"', ("old",), ("harb",)),
        ('text ~ "Old-Harb* old *"', ("old",), ("harb",)),
        ('text ~ "a* b* c"', ("c",), ("a", "b")),
        ('text ~ "under_score*"', ("under",), ("score",)),
        ('text ~ "* a"', ("a",), ()),
        ('text ~ "Été* Straße"', ("strasse",), ("ete",)),
        ('text ~ "Cafe\u0301*"', (), ("cafe",)),
        ('text ~ "' + "w" * 70 + '*"', (), ("w" * 64,)),
    ],
)
def test_words_are_whole_or_beginnings(
    text: str, whole: tuple[str, ...], beginnings: tuple[str, ...]
) -> None:
    assert parse(text) == Words(whole, beginnings)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a b"', "a b"),
        ("'a b'", "a b"),
        (r'"say \"x\""', 'say "x"'),
        (r"'it\'s'", "it's"),
        ('"it\'s"', "it's"),
        (r'"C:\\photos\\"', "C:\\photos\\"),
        ('"and"', "and"),
        ('"(a, b) = ~ <"', "(a, b) = ~ <"),
        ('"nul\0\n📷"', "nul\0\n📷"),
        ('""', ""),
    ],
)
def test_quoted_values_are_what_is_in_the_quotes(written: str, value: str) -> None:
    assert parse(f"document.title = {written}") == Compare("document.title", "=", value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from("'\""))
def test_every_text_can_be_quoted(value: str, quote: str) -> None:
    escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    assert parse(f"camera.make = {quote}{escaped}{quote}") == Compare("camera.make", "=", value)


def test_values_are_plain_data() -> None:
    compared, contained, has = (
        parse(text) for text in ("camera.make = x", "camera.make ~ x", "has camera.make")
    )
    assert isinstance(compared, Compare)
    assert isinstance(contained, Contains)
    assert isinstance(has, Has)
    plain: list[Any] = [compared.field, compared.operator, compared.value]
    plain += [contained.field, contained.part, has.field]
    assert {type(value) for value in plain} == {str}


def test_texts_are_cut_to_what_is_compared() -> None:
    long = "x" * (MAX_TEXT + 1)
    assert parse(f"camera.make = {long}") == Compare("camera.make", "=", "x" * MAX_TEXT)
    assert parse(f"camera.make ~ {long}") == Contains("camera.make", "x" * MAX_TEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("has camera.make and has camera.model", And((MAKE, MODEL))),
        (
            "has camera.make AND has camera.model And has capture.iso",
            And((MAKE, MODEL, ISO)),
        ),
        (
            "has camera.make or has camera.model and has capture.iso",
            Or((MAKE, And((MODEL, ISO)))),
        ),
        (
            "has camera.make and has camera.model or has capture.iso",
            Or((And((MAKE, MODEL)), ISO)),
        ),
        (
            "has camera.make and (has camera.model or has capture.iso)",
            And((MAKE, Or((MODEL, ISO)))),
        ),
        ("not has camera.make and has camera.model", And((Not(MAKE), MODEL))),
        ("not has camera.make or has camera.model", Or((Not(MAKE), MODEL))),
        ("not (has camera.make or has camera.model)", Not(Or((MAKE, MODEL)))),
        ("not not has camera.make", Not(Not(MAKE))),
        ("NOT(has camera.make)", Not(MAKE)),
        ("((has camera.make))", MAKE),
    ],
)
def test_not_binds_tighter_than_and_and_and_tighter_than_or(text: str, expected: Filter) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(("text", "reason"), MISTAKES)
def test_what_means_nothing_says_where_and_what_would(text: str, reason: str) -> None:
    position = text.index(MARK)
    text = text.replace(MARK, "")
    error = refused(text)
    assert (error.reason, error.position, error.text) == (reason, position, text)
    assert "\n" not in error.reason


def test_an_error_is_one_for_the_command_line() -> None:
    error = refused("camera.mak = 3")
    assert isinstance(error, MetaExtractError)
    assert error.exit_status == 2
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 -- our own


def test_an_error_shows_the_filter_with_a_caret_under_the_character() -> None:
    assert str(refused("has camera.make and camera.mak = 3")) == (
        "there is no field camera.mak; did you mean camera.make?\n"
        "has camera.make and camera.mak = 3\n"
        "                    ^"
    )
    assert str(refused("camera.make =")) == "expected a value\ncamera.make =\n             ^"


def test_what_has_no_shape_is_shown_as_an_escape_and_does_not_move_the_caret() -> None:
    text = 'camera.make = "\0\t\x1b[2J\u202e\n" and camera.mak\u202e = "\r"'
    reason, line, caret = str(refused(text)).split("\n")
    assert reason == r"there is no field camera.mak\u202e; did you mean camera.make?"
    assert line == (
        r'…camera.make = "\x00\t\x1b[2J\u202e\n" and camera.mak\u202e = "\r"'.removeprefix("…")
    )
    assert line[caret.index("^") :].startswith("camera.mak")
    assert f"{line}{caret}".isprintable()


def test_wide_characters_and_marks_do_not_move_the_caret() -> None:
    _, line, caret = str(refused('camera.make = "東京 e\u0301" x')).split("\n")
    assert line == 'camera.make = "東京 e\u0301" x'
    assert caret.index("^") == len('camera.make = "XXXX e" ')


def test_of_a_long_filter_the_part_around_the_place_is_shown() -> None:
    many = " and ".join(["has camera.make"] * 50)
    _, line, caret = str(refused(f"{many} and camera.mak = 3 and {many}")).split("\n")
    assert len(line) == 62
    assert line[0] == line[-1] == "…"
    assert line[caret.index("^") :].startswith("camera.mak = 3")
    name = "y" * 5000
    assert len(refused(f"{name} = 3").reason) < 150


def test_a_filter_has_a_greatest_length() -> None:
    text = "has camera.make"
    assert parse(text.ljust(10_000)) == MAKE
    error = refused(text.ljust(10_001))
    assert error.reason == "a filter has at most 10,000 characters"
    assert error.position == 10_000


@pytest.mark.parametrize(
    ("several", "comparisons"),
    [
        ("has camera.make and " * 199 + "{}", 200),
        ("has camera.make or " * 199 + "{}", 200),
        ("camera.make in (" + "a, " * 198 + "a) or {}", 200),
        ("text ~ '" + "a b* " * 99 + "c' or {}", 200),
    ],
)
def test_a_filter_has_a_greatest_number_of_comparisons(several: str, comparisons: int) -> None:
    parse(several.format("has camera.make"))
    error = refused(several.format("has camera.make or has camera.model"))
    assert error.reason == f"a filter has at most {comparisons} comparisons"
    assert error.text[error.position :] == "camera.model"


@pytest.mark.parametrize("opening", ["(", "not ", "not ("])
def test_a_filter_has_a_greatest_depth(opening: str) -> None:
    times = 50 // (2 if opening == "not (" else 1)
    closing = ")" if "(" in opening else ""
    parse(opening * times + "has camera.make" + closing * times)
    error = refused(opening * (times + 1) + "has camera.make" + closing * (times + 1))
    assert error.reason == "parentheses and not go at most 50 deep"
    assert error.position == len(opening * times)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "not " * 10_000,
        "not " * 2_499,
        "not " * 2_400 + "has camera.make",
        "not " * 2_400 + "has camera.make )",
        "not " * 2_400 + "has camera.make x",
        "not(" * 1_200 + "has camera.make" + ")" * 1_200,
        "(" * 4_990 + "has camera.make" + ")" * 4_990,
        "(" * 4_980 + "has camera.make" + ")" * 4_985,
        "camera.make in " + "(" * 9_000,
        "camera.make = " + "x " * 4_900,
        "'" * 9_999,
        '"' + "\\" * 9_999,
        "camera.make " + "=" * 9_000,
        ")" * 10_000,
        "," * 10_000,
    ],
)
def test_what_is_made_to_break_the_parser_is_an_error_like_any_other(text: str) -> None:
    error = refused(text)
    assert 0 <= error.position <= len(text)
    assert len(str(error)) < 400


@given(st.text())
@example("\udcff")
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    _parse_or_refuse(text)


TOKENS = (
    "camera.make", "capture.iso", "capture.time", "document.keywords", "document.encrypted", "gps",
    "text", "camera.mak", "=", "!=", "<", "<=", ">", ">=", "~", "in", "within", "of", "has", "and",
    "or", "not", "AND", "(", ")", ",", "(", ")", '"a b"', "'*'", '"', "'", "\\", "!", "*", "Canon",
    "yes", "800", "2024-05", "2km", "500", "m", "47.37", "8.54", "-91", "1/0", "\0", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=25), st.sampled_from((" ", " ", "")))
def test_any_words_of_the_language_are_a_filter_or_an_error(tokens: list[str], gap: str) -> None:
    _parse_or_refuse(gap.join(tokens))


def _parse_or_refuse(text: str) -> None:
    try:
        parse(text)
    except FilterError as error:
        refusal = error
    else:
        return
    assert 0 <= refusal.position <= len(text)
    assert refusal.reason.isprintable()
    reason, _, caret = str(refusal).split("\n")
    assert reason == refusal.reason
    assert caret.strip(" ") == "^"


FILTER = re.compile(
    r"\b(?:[a-z]+\.[a-z_]+|text|gps) (?:!?=|[<>]=?|~|in|within) \S|\bhas [a-z]+\.", re.ASCII
)


def test_every_filter_of_the_page_is_one() -> None:
    page = PAGE.read_text("utf-8")
    blocks = re.findall(r"^```\n(.+?)\n```", page, re.MULTILINE | re.DOTALL)
    outside = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`]+)`", outside)
    constructs = re.findall(r"^\| `([^`]+)` \| ", page, re.MULTILINE)
    found = [*blocks, *(span for span in spans if FILTER.search(span))]
    assert set(constructs) <= set(found)
    assert len(blocks) == 1
    assert len(constructs) == 9
    for text in found:
        assert parse(text) != EVERYTHING


def test_the_error_of_the_page_is_what_is_said() -> None:
    block = re.search(r"```text\n(.+?)\n```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    assert str(refused(block[1].split("\n")[1])) == block[1]


def test_lark_is_not_imported_before_a_filter_is_read() -> None:
    program = (
        "import sys; from metaextract_core.catalogue.language import parse; parse(' ');"
        "assert 'lark' not in sys.modules; parse('has camera.make'); assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], timeout=60, check=True)
