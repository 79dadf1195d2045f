"""The operator's words."""

from __future__ import annotations

from typing import get_args

from metaextract_core.workers.sandbox.policy import LAYERS, Layer, Policy


def test_every_layer_has_one_name_and_one_place() -> None:
    assert get_args(Layer) == LAYERS


def test_nothing_is_left_out_by_default() -> None:
    assert Policy() == Policy(omit=[], require=False, readable=[])
