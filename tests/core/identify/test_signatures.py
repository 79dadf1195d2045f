"""The table of leading bytes holds together, and is tried in the right order."""

from __future__ import annotations

import pytest

from metaextract_core.identify.families import canonical
from metaextract_core.identify.signatures import SIGNATURES, Signature, match


def test_no_signature_hides_a_longer_one() -> None:
    for number, long in enumerate(SIGNATURES):
        for short in SIGNATURES[:number]:
            hidden = short.offset == long.offset == 0 and long.magic.startswith(short.magic)
            assert not hidden, f"{short} hides {long}"


@pytest.mark.parametrize("signature", SIGNATURES, ids=lambda item: item.media_type)
def test_every_signature_is_found(signature: Signature) -> None:
    """By its own type, or by that of a longer or earlier one that its bytes also are."""
    assert match(bytes(signature.offset) + signature.magic) == signature.media_type


def test_a_signature_at_another_place_or_cut_off_is_none() -> None:
    png = b"\x89PNG\r\n\x1a\n"
    assert match(png) == "image/png"
    assert match(b"x" + png) is None
    assert match(png[:-1]) is None
    assert match(b"") is None


def test_the_longer_of_two_that_begin_alike_wins() -> None:
    tiff = b"II*\0\x10\0\0\0"
    assert match(tiff) == "image/tiff"
    assert match(tiff + b"CR") == "image/x-canon-cr2"


def test_the_table_uses_the_names_used_here() -> None:
    for signature in SIGNATURES:
        assert canonical(signature.media_type) == signature.media_type
