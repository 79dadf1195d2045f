"""The table of cameras is well formed."""

from __future__ import annotations

from metaextract_core.timeline.cameras import ANNOUNCED


def test_every_year_is_one_of_digital_cameras() -> None:
    assert all(1990 < year < 2030 for year in ANNOUNCED.values())
    assert ANNOUNCED["Canon EOS M50"] == 2018
    assert all(model == model.strip() for model in ANNOUNCED)
