"""Distances on the Earth, taken for a sphere: within 0.6 % of those on the ellipsoid."""

from __future__ import annotations

import math
from typing import Final

RADIUS: Final = 6_371_008.8
"""Mean radius in metres (IUGG; Moritz, "Geodetic Reference System 1980", 2000)."""


def distance(
    latitude: float | None, longitude: float | None, latitude2: float, longitude2: float
) -> float | None:
    """Metres between two points on a sphere, by the haversine formula; None without a point.

    R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159.
    """
    if latitude is None or longitude is None:
        return None
    one, other = math.radians(latitude), math.radians(latitude2)
    down = math.sin((one - other) / 2) ** 2
    across = math.sin(math.radians(longitude - longitude2) / 2) ** 2
    chord = down + math.cos(one) * math.cos(other) * across
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, chord)))
