"""Only what was kept under a key, and is as it was, is given back."""

from __future__ import annotations

import pytest

from metaextract_core.caching.seals import opened, sealed


@pytest.mark.parametrize("body", [b"", b"body"])
def test_a_body_comes_back(body: bytes) -> None:
    assert opened(b"key", sealed(b"key", body)) == body


def test_f23_no_bit_of_it_may_be_another() -> None:
    kept = sealed(b"key", b"body")
    for place in range(8 * len(kept)):
        other = bytearray(kept)
        other[place // 8] ^= 1 << place % 8
        with pytest.raises(ValueError, match="seal"):
            opened(b"key", bytes(other))


def test_f23_it_belongs_to_its_key() -> None:
    with pytest.raises(ValueError, match="seal"):
        opened(b"other", sealed(b"key", b"body"))
