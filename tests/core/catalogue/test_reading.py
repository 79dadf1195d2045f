"""Whole records are put together from their parts."""

from __future__ import annotations

from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.fields import FIELDS
from metaextract_core.record import Section


def test_fields_sections_and_keys_have_one_order_on_either_database(catalogue: Catalogue) -> None:
    sections = {
        name: Section(status="ok", data={"z": 1, "a": {"val": "x", "num": None}})
        for name in ("pillow", "digests", "exiftool")
    }
    one = record(sections=sections, gps__latitude=1.0, camera__make="x", file__name="y")
    catalogue.save([one])
    (found,) = catalogue.records()
    assert found == one
    assert list(found.sections) == ["digests", "exiftool", "pillow"]
    assert list(found.fields) == [name for name in FIELDS if name in one.fields]


def test_records_are_asked_for_in_any_order(catalogue: Catalogue) -> None:
    catalogue.save(record(f"/{number}") for number in range(5))
    ids = [hit.record for hit in catalogue.search().hits]
    wanted = [ids[3], ids[0], 10**6, ids[4]]
    assert list(catalogue.whole(wanted)) == [ids[3], ids[0], ids[4]]
