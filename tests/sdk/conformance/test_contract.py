"""A class that keeps the contract gives no complaint; what does not is named."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_sdk import BatchExtractor, Context, Extractor, FileView
from metaextract_sdk.conformance.contract import complaints


class Good(Extractor):
    """Nothing wrong with it."""

    media_types = ("text/x-good",)
    version = "1"
    samples = ("samples/*",)

    def extract(self, file: FileView, ctx: Context) -> dict[str, Any]:
        return {}


class Batch(BatchExtractor):
    """It has forgotten the method."""

    media_types = ("text/x-good",)
    version = "1"


def test_a_good_class_gives_no_complaint() -> None:
    assert complaints(Good) == []


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ({"samples": ("../x",)}, "samples must be a tuple of paths below the module's folder"),
        ({"samples": "x"}, "samples must be"),
        ({"volatile": (1,)}, "volatile must be a tuple of tags"),
        ({"content_only": 1}, "content_only must be True or False"),
        ({"media_types": ("x",)}, "media_types must be"),
        ({"extract": lambda self: {}}, "extract must take (self, file, ctx)"),
    ],
)
def test_each_fault_is_named(attributes: dict[str, Any], complaint: str) -> None:
    (said,) = complaints(type("Bad", (Good,), attributes))
    assert said.startswith(complaint)


def test_all_faults_are_named_at_once() -> None:
    assert complaints(type("Bad", (Good,), {"version": 1, "timeout": -1})) == [
        "version must be a text that is not empty",
        "timeout must be seconds, more than 0 and at most a day",
    ]


def test_a_batch_extractor_has_another_method() -> None:
    assert complaints(Batch) == ["it defines no extract_batch method"]
