"""Pages hold every record once, in the order that was asked for."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from typing import Any

import pytest
from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.filters import And, Compare, Moment
from metaextract_core.catalogue.searching import FACETS, SORTS, Hit
from metaextract_core.errors import CatalogueError
from metaextract_core.record import Record


def forged(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


FORGED = [
    forged("saved", True, 1, 10**30),
    forged("saved", True, 1, -1),
    forged("file.size", True, 10**30, 1),
    forged("file.size", True, [1], 1),
    forged("capture.time", True, "yesterday", 1),
    forged("capture.time", True, 1, 1),
]


@pytest.fixture
def given(catalogue: Catalogue) -> list[Record]:
    """Many ties, and many records that lack what is sorted by."""
    choose = random.Random(0)
    records = []
    for number in range(70):
        values: dict[str, Any] = {}
        if choose.random() < 0.7:
            values["capture__time"] = f"2024-05-{choose.randrange(1, 8):02}"
        if choose.random() < 0.3:
            values["media__duration"] = float(choose.randrange(4))
        if choose.random() < 0.8:
            values["camera__make"] = choose.choice(["Canon", "Nikon", "nikon"])
        size = choose.choice([None, 0, 10, 10, 2**40])
        records.append(record(f"/a/{number}.jpg", size=size, **values))
    catalogue.save(records)
    return records


def pages(catalogue: Catalogue, limit: int, **options: Any) -> list[Hit]:
    hits: list[Hit] = []
    after: str | None = None
    while True:
        page = catalogue.search(limit=limit, after=after, **options)
        assert 0 < len(page.hits) <= limit
        hits += page.hits
        after = page.next
        if after is None:
            return hits


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_all_pages_together_are_in_order_with_what_has_no_value_last(
    catalogue: Catalogue, given: list[Record], sort: str, descending: bool
) -> None:
    ranks = {hit.path: hit.record for hit in catalogue.search(limit=1000).hits}

    def key(one: Record) -> Any:
        value: Any = 0
        if sort == "saved":
            pass
        elif sort == "file.size":
            value = one.file.size
        else:
            value = one.fields[sort].value if sort in one.fields else None
        return value, ranks[one.file.path]

    there = [one for one in given if key(one)[0] is not None]
    absent = [one for one in given if key(one)[0] is None]
    expected = sorted(there, key=key, reverse=descending)
    expected += sorted(absent, key=key, reverse=descending)
    for limit in (1, 7, len(there), 69, 70, 500):
        found = pages(catalogue, max(limit, 1), sort=sort, descending=descending)
        assert [hit.path for hit in found] == [one.file.path for one in expected]


def test_a_page_goes_on_though_records_come_and_go_meanwhile(
    catalogue: Catalogue, given: list[Record]
) -> None:
    first = catalogue.search(sort="capture.time", limit=20)
    catalogue.forget([first.hits[-1].path, first.hits[0].path])
    catalogue.save([record("/new.jpg", capture__time="2030-01-01")])
    seen = [hit.path for hit in first.hits]
    after = first.next
    while after is not None:
        page = catalogue.search(sort="capture.time", limit=20, after=after)
        seen += [hit.path for hit in page.hits]
        after = page.next
    assert sorted(seen) == sorted(one.file.path for one in given)


@pytest.mark.parametrize("after", ["", "x", "AAAA", "W10", "ä", "WyJ4IiwxLDEsMV0", "e30", *FORGED])
def test_what_is_no_place_to_go_on_from_is_said_to_be_none(
    catalogue: Catalogue, given: list[Record], after: str
) -> None:
    if not after:
        assert len(catalogue.search(after=after).hits) == 50
        return
    with pytest.raises(CatalogueError, match="no place to go on from"):
        catalogue.search(after=after)


def test_a_place_in_one_order_is_none_in_another(catalogue: Catalogue, given: list[Record]) -> None:
    after = catalogue.search(sort="file.size", limit=5).next
    for options in ({"sort": "capture.time"}, {"sort": "file.size", "descending": False}):
        with pytest.raises(CatalogueError, match="another order"):
            catalogue.search(after=after, limit=5, **options)


def test_facets_and_counts_are_those_of_the_filter(
    catalogue: Catalogue, given: list[Record]
) -> None:
    day = Moment("2024-05-03T00:00:00.000000", "2024-05-04T00:00:00.000000")
    wanted = And((Compare("capture.time", ">=", day), Compare("file.size", "<=", 10)))
    chosen = [
        one
        for one in given
        if one.file.size in (0, 10)
        and "capture.time" in one.fields
        and one.fields["capture.time"].value >= "2024-05-03"
    ]
    assert 0 < len(chosen) < len(given)
    assert catalogue.count(wanted) == len(chosen)
    makes = Counter(
        one.fields["camera.make"].value for one in chosen if "camera.make" in one.fields
    )
    assert dict(catalogue.facet("camera.make", wanted)) == makes
    (most, number), *_ = catalogue.facet("camera.make", limit=1)
    everywhere = Counter(
        one.fields["camera.make"].value for one in given if "camera.make" in one.fields
    )
    assert number == max(everywhere.values()) == everywhere[most]
    assert dict(catalogue.facet("file.media_type", wanted)) == {"image/jpeg": len(chosen)}
    assert catalogue.facet("lens.model") == []
    assert set(FACETS) >= {"camera.make", "file.media_type"}


def test_hits_show_what_the_record_says(catalogue: Catalogue) -> None:
    one = record(
        "/a/b.jpg",
        capture__time="2024-05-01T10:00:00+02:00",
        camera__make="Canon",
        camera__model="EOS R5",
        lens__model="RF 50",
        gps__latitude=47.5,
        gps__longitude=-8.5,
        image__width=6000,
        image__height=4000,
        media__duration=1.5,
    )
    catalogue.save([one])
    (hit,) = catalogue.search().hits
    assert (hit.path, hit.media_type, hit.size) == ("/a/b.jpg", "image/jpeg", 1000)
    assert hit.capture_time == "2024-05-01T10:00:00"
    assert (hit.make, hit.model, hit.lens) == ("Canon", "EOS R5", "RF 50")
    assert (hit.latitude, hit.longitude) == (47.5, -8.5)
    assert (hit.width, hit.height, hit.duration, hit.failed) == (6000, 4000, 1.5, 0)
