"""What filters may speak of."""

from __future__ import annotations

import pytest

from metaextract_core.catalogue.filters import definition, kind


def test_canonical_fields_and_those_of_every_record_have_types() -> None:
    assert (kind("capture.time"), kind("file.path"), kind("gps.latitude")) == (
        "datetime",
        "text",
        "number",
    )


def test_what_is_no_field_is_none() -> None:
    assert definition("capture.tim") is None
    with pytest.raises(ValueError, match=r"capture\.tim"):
        kind("capture.tim")
