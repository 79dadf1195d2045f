"""F49: what no database takes goes in and comes out again."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.catalogue.escapes import escaped, escaped_data, unescaped, unescaped_data

ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\0\ud800\udfff\ufdd0\ufdd1\ufde0\ufde1 0d"),
    )
)
DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), ANY_TEXT),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(ANY_TEXT, inner)),
)


@given(ANY_TEXT)
def test_f49_every_text_is_the_same_afterwards_and_utf_8_without_nul(text: str) -> None:
    stored = escaped(text)
    assert unescaped(stored) == text
    assert "\0" not in stored
    stored.encode()


@given(DATA)
def test_f49_data_are_the_same_afterwards_keys_too(data: Any) -> None:
    assert unescaped_data(escaped_data(data)) == data


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"))))
def test_ordinary_text_stays_readable(text: str) -> None:
    assert escaped(text) == text


def test_no_search_for_plain_text_finds_an_escape() -> None:
    assert not any(char.isascii() for char in escaped("\0\ud800\ufdd3"))
