"""The columns of a table are fields of the vocabulary, chosen before the first row."""

from __future__ import annotations

import pytest
from tests.core.exporting.records import record

from metaextract_core.exporting.columns import cells, choose
from metaextract_core.fields import FIELDS


def test_without_a_choice_all_fields_come_in_their_order() -> None:
    assert [column.name for column in choose()] == list(FIELDS)


def test_a_choice_keeps_its_order_and_names_each_once() -> None:
    names = ["gps.latitude", "camera.make", "gps.latitude"]
    assert [column.name for column in choose(names)] == ["gps.latitude", "camera.make"]


def test_what_is_always_there_may_be_named_as_well() -> None:
    assert [column.name for column in choose(["file.path", "camera.make"])] == ["camera.make"]


@pytest.mark.parametrize(
    ("wrong", "hint"), [("camera.mke", "did you mean camera.make?"), ("zzz", "docs/fields.md")]
)
def test_an_unknown_field_is_told_with_the_nearest_one(wrong: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"there is no field '{wrong}'") as raised:
        choose(["camera.model", wrong])
    assert hint in str(raised.value)


def test_a_record_has_a_cell_for_each_column() -> None:
    columns = choose(["camera.model", "camera.make"])
    assert cells(record(camera__make="Canon"), columns) == [None, "Canon"]
