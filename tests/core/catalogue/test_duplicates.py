"""Groups of files that are the same, and of pictures that look alike."""

from __future__ import annotations

import pytest
from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.filters import Compare


def digest(number: int) -> str:
    return f"blake3:{number:064x}"


def names(catalogue: Catalogue, groups: list[list[int]]) -> list[list[str]]:
    return [[hit.path for hit in catalogue.hits(group)] for group in groups]


def test_files_of_one_content_are_a_group_those_first_that_waste_most(catalogue: Catalogue) -> None:
    catalogue.save(
        [
            record("/small1", digest=digest(1), size=10),
            record("/small2", digest=digest(1), size=10),
            record("/small3", digest=digest(1), size=10),
            record("/large1", digest=digest(2), size=1000),
            record("/large2", digest=digest(2), size=1000),
            record("/alone", digest=digest(3), size=10**9),
            record("/unread1", digest=None),
            record("/unread2", digest=None),
        ]
    )
    found = names(catalogue, catalogue.equal())
    assert found == [["/large1", "/large2"], ["/small1", "/small2", "/small3"]]
    assert names(catalogue, catalogue.equal(Compare("file.size", "<", 100))) == found[1:]


def test_pictures_are_alike_through_others_and_equal_ones_count_once(catalogue: Catalogue) -> None:
    hashes = {"/a": 0xF00, "/b": 0xF07, "/c": 0xF3F, "/d": 0xFFFF << 40, "/e": 0xFFFF << 40}
    catalogue.save(
        record(path, digest=digest(0 if path in "/d/e" else number), image__phash=f"{phash:016x}")
        for number, (path, phash) in enumerate(hashes.items(), 1)
    )
    assert names(catalogue, catalogue.alike(within=3)) == [["/a", "/b", "/c"]]
    assert names(catalogue, catalogue.alike(within=2)) == []


def test_of_different_contents_with_one_hash_there_is_a_group(catalogue: Catalogue) -> None:
    catalogue.save(
        record(f"/{number}", digest=digest(number), image__phash="f" * 16) for number in range(3)
    )
    assert names(catalogue, catalogue.alike(within=0)) == [["/0", "/1", "/2"]]


def test_more_bits_than_bands_can_promise_are_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        catalogue.alike(within=4)
