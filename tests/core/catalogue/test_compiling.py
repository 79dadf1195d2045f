"""Both databases answer as plain Python does, whatever is asked of whatever records."""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.catalogue.making import record
from tests.core.catalogue.oracle import holds
from tests.core.catalogue.strategies import filters, records

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.filters import And, Filter, Near, Or, Words
from metaextract_core.record import Record
from metaextract_core.settings import CatalogueSettings

_accounts = itertools.count()


@given(st.lists(records(), max_size=6), st.lists(filters(), min_size=1, max_size=6))
@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_filter_is_true_of_what_the_oracle_says(
    url: str, found: list[Record], asked: list[Filter]
) -> None:
    """Each example has an account of its own among those of all examples before."""
    for one in found:
        one.file.path = os.path.abspath(one.file.path)
    there = {one.file.path: one for one in found}
    account = f"account {next(_accounts)}"
    with Catalogue(url, settings=CatalogueSettings(), account=account) as catalogue:
        catalogue.save(found)
        for filter_ in asked:
            expected = {path for path, one in there.items() if holds(filter_, one)}
            page = catalogue.search(filter_, limit=1000)
            assert {hit.path for hit in page.hits} == expected, filter_
            assert catalogue.count(filter_) == len(expected)


def test_each_search_for_words_has_its_own(catalogue: Catalogue) -> None:
    catalogue.save([record("/one.jpg"), record("/two.jpg"), record("/three.jpg")])
    either = Or((Words(("one",)), Words(("two",)), Words((), ("thr",))))
    assert catalogue.count(either) == 3
    assert catalogue.count(And((Words(("one",)), Words(("two",))))) == 0


def test_half_a_position_is_nowhere(catalogue: Catalogue) -> None:
    catalogue.save([record("/1", gps__latitude=1.0), record("/2", gps__longitude=1.0)])
    assert catalogue.count(Near(1.0, 1.0, 20_100_000.0)) == 0


@pytest.mark.parametrize("latitude", [-90.0, -89.9, -45.0, 0.0, 60.0, 89.9, 90.0])
@pytest.mark.parametrize("longitude", [-180.0, -179.9, 0.0, 179.9, 180.0])
def test_a_circle_has_all_that_is_in_it_at_poles_and_at_the_date_line(
    catalogue: Catalogue, latitude: float, longitude: float
) -> None:
    grid = [
        record(f"/{north}/{east}", gps__latitude=float(north), gps__longitude=float(east))
        for north in range(-90, 91, 15)
        for east in range(-180, 181, 20)
    ]
    catalogue.save(grid)
    for metres in (1.0, 50_000.0, 1_000_000.0, 5_000_000.0, 12_000_000.0, 20_000_000.0, 20_100_000):
        near = Near(latitude, longitude, metres)
        expected = {one.file.path for one in grid if holds(near, one)}
        found = catalogue.search(near, limit=1000).hits
        assert {hit.path for hit in found} == expected
