"""Tags of photographs lead to fields that exist."""

from __future__ import annotations

from metaextract_core.fields import FIELDS
from metaextract_exiv2.crosswalk import CROSSWALK
from metaextract_exiv2.extractor import Exiv2


def test_the_crosswalk_leads_to_fields_of_the_vocabulary() -> None:
    assert set(CROSSWALK.values()) <= set(FIELDS)


def test_it_is_the_one_that_the_extractor_declares() -> None:
    assert Exiv2.crosswalk is CROSSWALK
