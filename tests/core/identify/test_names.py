"""What a file name promises."""

from __future__ import annotations

import pytest

from metaextract_core.identify import names
from metaextract_core.identify.families import canonical
from metaextract_core.identify.names import promised


@pytest.mark.parametrize("name", ["a.jpg", "a.JPG", "a.b.jpg", "\N{SNOWMAN}.jpg", ".a.jpg"])
def test_the_last_extension_counts_in_any_case(name: str) -> None:
    assert promised(name) == ("image/jpeg",)


@pytest.mark.parametrize("name", ["", "jpg", ".jpg", "a.", "a.jpg ", "a.unheard-of"])
def test_no_known_extension_promises_nothing(name: str) -> None:
    assert promised(name) == ()


def test_an_extension_of_several_formats_promises_the_likeliest_first() -> None:
    assert promised("a.ts") == ("video/mp2t", "text/x-typescript")
    assert promised("a.key")[0] == "application/vnd.apple.keynote"


def test_the_table_uses_the_names_used_here_and_none_twice_for_an_extension() -> None:
    for extension, media_types in names._BY_EXTENSION.items():
        assert extension == extension.lower()
        assert len(set(media_types)) == len(media_types), extension
        for media_type in media_types:
            assert canonical(media_type) == media_type.lower() == media_type
