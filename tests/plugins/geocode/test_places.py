"""Places: the nearest town all around the globe, and none where there is none."""

from __future__ import annotations

import math
import random

import pytest

from metaextract_geocode.places import REACH, _atlas, _Town, hits_and_misses, reverse, reverse_batch


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "code"),
    [
        (47.3769, 8.5417, "Zürich", "CH"),
        (40.7128, -74.0060, "New York City", "US"),
        (-33.8688, 151.2093, "Sydney", "AU"),
        (-34.6037, -58.3816, "Buenos Aires", "AR"),
        (-18.1416, 178.4419, "Suva", "FJ"),
    ],
)
def test_centres_of_cities_in_all_hemispheres(
    latitude: float, longitude: float, city: str, code: str
) -> None:
    place = reverse(latitude, longitude)
    assert place is not None
    assert (place.city, place.country_code) == (city, code)
    assert 0 <= place.distance < 5_000


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90, 0), (-90, 17), (0, -30), (-48.9, -123.4), (30, 180), (-16.8, -179.98)],
)
def test_poles_and_oceans_have_no_town(latitude: float, longitude: float) -> None:
    assert reverse(latitude, longitude) is None


def test_both_names_of_the_antimeridian_and_of_a_pole_are_one_position() -> None:
    for latitude in (-16.8, 64.73, 66.0, 90.0):
        assert reverse(latitude, 180) == reverse(latitude, -180)


def test_the_nearest_of_all_towns_is_found() -> None:
    """The band of latitudes that is searched leaves out none that is within reach."""
    draw = random.Random(4)
    towns = _atlas().towns
    for town in draw.sample(towns, 25):
        # Kept from passing 180 degrees.
        east = math.degrees(math.atan2(town.y, town.x)) * 0.998 + draw.uniform(-0.3, 0.3)
        north = town.latitude + draw.uniform(-0.4, 0.4)
        metres = min(_haversine(north, east, each) for each in towns)
        place = reverse(north, east)
        if metres > REACH:
            assert place is None
        else:
            assert place is not None
            assert abs(place.distance - metres) <= 1


def _haversine(latitude: float, longitude: float, town: _Town) -> float:
    north, there = math.radians(latitude), math.radians(town.latitude)
    east = math.atan2(town.y, town.x) - math.radians(longitude)
    half = math.sin((there - north) / 2) ** 2
    half += math.cos(north) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def test_distance_is_that_on_the_globe() -> None:
    centre = reverse(-18.1416, 178.4419)
    north = reverse(-18.1416 + math.degrees(20_000 / 6_371_008.8), 178.4419)
    assert centre is not None
    assert north is not None
    assert north.distance <= 20_000 + centre.distance + 1 <= REACH


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (90.01, 0, "latitude"),
        (-91, 0, "latitude"),
        (0, 180.5, "longitude"),
        (math.nan, 0, "latitude"),
        (0, math.inf, "longitude"),
    ],
)
def test_what_is_no_position_is_refused_by_name(
    latitude: float, longitude: float, name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        reverse(latitude, longitude)


def test_one_position_of_a_batch_is_looked_up_once() -> None:
    hits, misses = hits_and_misses()
    answers = reverse_batch([(46.9481234, 7.4474234)] * 5)
    assert len(set(answers)) == 1
    assert hits_and_misses() == (hits + 4, misses + 1)
