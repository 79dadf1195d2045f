"""Neighbours are those that comparing with every picture finds."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.similarity import BANDS, MAX_DISTANCE, WIDTH, hamming, near_values

SIGNED = st.integers(-(1 << 63), (1 << 63) - 1)


@given(SIGNED, st.lists(st.integers(0, 63), max_size=11))
def test_hamming_counts_the_bits_that_were_changed(phash: int, places: list[int]) -> None:
    other = phash & ((1 << 64) - 1)
    for place in places:
        other ^= 1 << place
    signed = other - (1 << 64) if other >> 63 else other
    odd = {place for place in places if places.count(place) % 2}
    assert hamming(phash, signed) == hamming(signed, phash) == len(odd)


@given(SIGNED, st.lists(st.integers(0, 63), max_size=MAX_DISTANCE, unique=True))
def test_some_band_of_a_near_hash_is_near(phash: int, places: list[int]) -> None:
    other = phash
    for place in places:
        other ^= 1 << place
    mask = (1 << WIDTH) - 1
    assert any(
        (other >> band * WIDTH) & mask
        in near_values((phash >> band * WIDTH) & mask, len(places) // BANDS)
        for band in range(BANDS)
    )


@pytest.mark.parametrize("within", range(MAX_DISTANCE + 1))
def test_what_is_found_is_what_is_near(catalogue: Catalogue, within: int) -> None:
    choose = random.Random(within)
    centre = choose.getrandbits(64)
    hashes = [centre, 3, (1 << 64) - 1]
    for _ in range(60):
        changed = centre
        for place in choose.sample(range(64), choose.randrange(20)):
            changed ^= 1 << place
        hashes.append(changed)
    records = [
        record(f"/{number}.jpg", image__phash=f"{phash:016x}")
        for number, phash in enumerate(hashes)
    ]
    catalogue.save([*records, record("/no-picture.txt"), record("/odd.jpg", image__phash="abc")])
    ids = {hit.path: hit.record for hit in catalogue.search(limit=1000).hits}
    signed = centre - (1 << 64) if centre >> 63 else centre
    expected = sorted(
        ((centre ^ phash).bit_count(), ids[f"/{number}.jpg"])
        for number, phash in enumerate(hashes)
        if (centre ^ phash).bit_count() <= within
    )
    assert catalogue.similar(signed, within) == expected
    assert expected[0][0] == 0
