"""One type under several names, and types that are built upon others."""

from __future__ import annotations

import pytest

from metaextract_core.identify import families
from metaextract_core.identify.families import canonical, is_kind_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_type_has_one_name_here() -> None:
    assert canonical("audio/wav") == "audio/x-wav"
    assert canonical("audio/x-wav") == "audio/x-wav"
    assert canonical("image/unheard-of") == "image/unheard-of"


def test_no_name_stands_for_two_types_and_none_leads_to_another_alias() -> None:
    lines = families._lines(families._ALIASES)
    names = [name for line in lines for name in line]
    assert sorted(names) == sorted(set(names))


def test_every_kind_has_one_parent_and_both_go_by_the_names_used_here() -> None:
    children = [child for _, *line in families._lines(families._FAMILIES) for child in line]
    assert sorted(children) == sorted(set(children))
    for child, parent in families._PARENTS.items():
        assert (canonical(child), canonical(parent)) == (child, parent)


@pytest.mark.parametrize(
    ("media_type", "general"),
    [
        ("image/svg+xml", "application/xml"),
        ("image/svg+xml", "text/plain"),
        ("application/vnd.oasis.opendocument.text-flat-xml", "application/xml"),
        ("application/epub+zip", "application/zip"),
        ("application/vnd.android.package-archive", "application/zip"),
        ("text/csv", "text/plain"),
        (DOCX, "application/zip"),
    ],
)
def test_kinds_are_known_by_table_suffix_and_family_and_only_one_way(
    media_type: str, general: str
) -> None:
    assert is_kind_of(media_type, general)
    assert not is_kind_of(general, media_type)


@pytest.mark.parametrize("media_type", ["image/png", "text/plain", "application/zip"])
def test_nothing_is_a_kind_of_itself(media_type: str) -> None:
    assert not is_kind_of(media_type, media_type)


def test_rich_text_is_no_plain_text() -> None:
    """RTF reads as text but what it holds is markup that nobody would show as words."""
    assert not is_kind_of("text/rtf", "text/plain")
