"""Distances that are known otherwise."""

from __future__ import annotations

import math

import pytest

from metaextract_core.catalogue.sphere import RADIUS, distance


def test_a_degree_of_a_meridian_is_a_360th_of_the_circumference() -> None:
    assert distance(10.0, 20.0, 11.0, 20.0) == pytest.approx(2 * math.pi * RADIUS / 360)


def test_the_date_line_is_no_border_and_meridians_meet_at_the_pole() -> None:
    assert distance(0.0, 179.5, 0.0, -179.5) == pytest.approx(distance(0.0, 0.0, 0.0, 1.0))
    assert distance(90.0, 10.0, 90.0, -170.0) == pytest.approx(0, abs=1e-6)
    assert distance(0.0, 0.0, 0.0, 180.0) == pytest.approx(math.pi * RADIUS)


def test_from_nowhere_there_is_no_distance() -> None:
    assert distance(None, 1.0, 2.0, 3.0) is None
    assert distance(1.0, None, 2.0, 3.0) is None
