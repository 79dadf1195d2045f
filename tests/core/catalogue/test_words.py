"""Words are found however they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.catalogue.words import MAX_WORD, words


def test_case_accents_and_forms_make_no_difference() -> None:
    assert words("Straße, Élan_x ﬁne") == ["strasse", "elan", "x", "fine"]
    assert words("İstanbul naïve") == words("ISTANBUL NAI\u0308VE") == ["istanbul", "naive"]


def test_other_scripts_have_words_too() -> None:
    assert words("東京 2024年 Ελλάς") == ["東京", "2024年", "ελλασ"]


@given(st.text())
def test_words_are_made_of_letters_and_digits_and_stay_what_they_are(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= MAX_WORD
        assert not set(word) & set(" _'\"*\\\0")
        assert words(word) == [word]
