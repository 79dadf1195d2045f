"""Whether leading bytes are text, and which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.identify.families import canonical
from metaextract_core.identify.text import RECOGNISED, match


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"just words", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        ("Grüße aus Zürich".encode("latin-1"), "text/plain"),
        ("Grüße".encode("utf-16"), "text/plain"),
        # Cut in the middle of a character, as the window may be.
        (b"a" + "ü".encode() * 5000, "text/plain"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        (b'{ "a": 1 }', "application/json"),
        (b"Received: from a\n by b\nSubject: c\n", "message/rfc822"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"<!-- hello --><HTML>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '>'>]><gpx/>", "application/gpx+xml"),
        (b"<?xml version='1.0'?><x:xmpmeta xmlns:x='y'>", "application/rdf+xml"),
        (
            b'<office:document office:mimetype="application/vnd.oasis.opendocument.text">',
            "application/vnd.oasis.opendocument.text-flat-xml",
        ),
        (b"<?xml version='1.0'?><unheard-of/>", "application/xml"),
        ("<?xml version='1.0'?><svg/>".encode("utf-16-le"), "image/svg+xml"),
        (b"<not markup", "text/plain"),
    ],
)
def test_texts_are_told_apart(content: bytes, media_type: str) -> None:
    assert match(content) == media_type


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<map>\n", "text/plain"),
        (b"<?xml version='1.0'?><map/>", "application/dita+xml"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'>", "application/xhtml+xml"),
        (b"<a xmlns='urn:x'/>", "application/xml"),
        (b"<!-- without end <svg/>", "text/plain"),
    ],
)
def test_markup_is_known_by_its_root_where_that_says_enough(
    content: bytes, media_type: str
) -> None:
    assert match(content) == media_type


@pytest.mark.parametrize("control", [0, 1, 6, 14, 26, 28, 127])
def test_control_characters_that_no_text_has_make_it_no_text(control: int) -> None:
    assert match(b"words" + bytes([control]) + b"words") is None


def test_bytes_that_are_mostly_no_letters_of_any_encoding_at_hand_are_no_text() -> None:
    assert match(b"\xe0\xff\xfe\x90ab") is None


@given(st.text(st.characters(categories=["L", "Zs"]), min_size=1), st.integers(1, 4))
def test_words_are_text_wherever_the_window_cuts_them(words: str, cut: int) -> None:
    assert match(b"words " + words.encode()[:-cut]) == "text/plain"


def test_what_text_alone_gives_away_goes_by_the_names_used_here() -> None:
    for media_type in RECOGNISED:
        assert canonical(media_type) == media_type
