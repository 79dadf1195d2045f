from __future__ import annotations

import re
from typing import get_args

import pytest

from metaextract_core.fields import FIELDS, NAMESPACES, Definition, FieldType, page


def test_every_field_is_on_the_page_under_its_namespace() -> None:
    sections = {
        part.partition("\n")[0]: part for part in page().split("\n## ") if "| field |" in part
    }
    assert list(sections) == list(NAMESPACES)
    for name in FIELDS:
        assert f"| `{name}` |" in sections[name.partition(".")[0]]


@pytest.mark.parametrize("entry", FIELDS.values(), ids=list(FIELDS))
def test_definition_is_complete_and_can_stand_in_a_table(entry: Definition) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", entry.name)
    assert entry.name.partition(".")[0] in NAMESPACES
    assert entry.type in get_args(FieldType)
    assert entry.unit is None or entry.type in ("integer", "number")
    assert entry.meaning[0].isupper()
    assert entry.meaning.endswith(".")
    assert "|" not in entry.meaning + entry.equivalents


def test_no_two_fields_mean_the_same() -> None:
    meanings = [entry.meaning for entry in FIELDS.values()]
    assert len(meanings) == len(set(meanings))


def test_fields_that_other_parts_rely_on_have_their_types_and_units() -> None:
    expected = {
        "capture.time": ("datetime", None),
        "camera.make": ("text", None),
        "gps.latitude": ("number", "degree"),
        "gps.longitude": ("number", "degree"),
        "image.width": ("integer", "pixel"),
        "media.duration": ("number", "s"),
        "file.sha256": ("text", None),
        "rights.creator": ("list", None),
    }
    assert {name: (FIELDS[name].type, FIELDS[name].unit) for name in expected} == expected
