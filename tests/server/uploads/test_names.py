from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_server.uploads.names import UNNAMED, disposition, header_text, shown_name
from metaextract_server.uploads.refusals import UploadRefused

texts = st.text(st.characters(codec="utf-8"))
plain_texts = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\", exclude_categories=["Cc"]), min_size=1
).filter(lambda text: text not in {".", ".."})


@given(texts)
def test_any_text_round_trips_in_the_extended_form(text: str) -> None:
    value = f"attachment; filename*=UTF-8'en'{quote(text, safe='')}"
    assert disposition(value) == {"filename": text}


@given(texts)
def test_any_text_round_trips_in_quotation_marks_with_backslashes(text: str) -> None:
    if "%22" in text:
        return  # in forms of browsers this is a quotation mark
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert disposition(f'form-data; name="{escaped}"; x=y') == {"name": text, "x": "y"}


@given(texts.filter(lambda text: "\\" not in text and "%22" not in text))
def test_any_text_round_trips_as_browsers_write_it(text: str) -> None:
    escaped = text.replace('"', "%22")
    assert disposition(f'form-data; name="f"; filename="{escaped}"')["filename"] == text


@given(plain_texts)
def test_a_name_without_folders_is_shown_as_it_is(text: str) -> None:
    assert shown_name(text) == text


@given(texts)
def test_a_shown_name_is_never_a_path(text: str) -> None:
    shown = shown_name(text)
    assert shown not in {"", ".", ".."}
    assert not re.search(r"[/\\\0-\x1f\x7f]", shown)


@given(st.text())
def test_whatever_a_disposition_says_it_is_read_or_refused(text: str) -> None:
    try:
        said = disposition(text)
    except UploadRefused as refused:
        assert refused.status == 400  # noqa: PT017 -- it may also be well formed
    else:
        assert all(name == name.lower() for name in said)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\photos\cat.jpg", "cat.jpg"),
        ("a\nb\0c", "a\ufffdb\ufffdc"),
        ("..", UNNAMED),
        ("x/", UNNAMED),
        ("", UNNAMED),
        (None, UNNAMED),
    ],
)
def test_folders_and_controls_of_a_name_are_left_out(name: str | None, shown: str) -> None:
    assert shown_name(name) == shown


def test_the_extended_form_has_precedence() -> None:
    """RFC 6266 section 5 has this example."""
    value = "attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates"
    assert disposition(value) == {"filename": "\u20ac rates"}


def test_a_name_in_latin_1_is_read_in_the_extended_form() -> None:
    assert disposition("inline; filename*=iso-8859-1'de'gr%fcn") == {"filename": "gr\xfcn"}


def test_a_name_that_ends_in_a_backslash_is_read_as_browsers_write_it() -> None:
    assert disposition('form-data; filename="a\\"') == {"filename": "a\\"}


@pytest.mark.parametrize(
    "value",
    [
        "attachment; filename",
        "attachment; filename=a; FileName=b",
        "attachment; filename*=a",
        "attachment; filename*=utf-16''a",
        "attachment; filename*=utf-8''%ff",
        "attachment; filename=a b",
        'attachment; filename="a',
        "attachment; =a",
    ],
)
def test_what_is_not_well_formed_or_said_twice_is_refused(value: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        disposition(value)
    assert caught.value.code == "VALIDATION_ERROR"


def test_a_header_that_is_not_utf_8_is_latin_1() -> None:
    assert header_text(b"gr\xfcn") == header_text("gr\xfcn".encode()) == "gr\xfcn"
