"""Comparison is the same from either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.comparing import compare
from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, FileInfo, Record, Section, Source

VALUES = {
    "camera.make": st.sampled_from(["Canon", "Nikon"]),
    "image.width": st.sampled_from([1, 2]),
    "document.keywords": st.sampled_from([["a"], ["a", "b"]]),
    "capture.time": st.sampled_from(["2024-05-01", "2024-05-01T10:00:00", "2023"]),
    "file.modified": st.sampled_from(["2024-05-01T00:00:00Z", "2023-05-01T00:00:00Z"]),
}


def record(values: dict[str, object], digest: str | None = "blake3:0") -> Record:
    fields = {
        name: Field(
            value=value,
            type=FIELDS[name].type,
            agreement="single",
            sources=[Source(extractor="x", tag=name, value=value, chosen=True)],
        )
        for name, value in values.items()
    }
    section = Section(status="ok", data=dict(values))
    return Record(
        file=FileInfo(path="/a", name="a", digest=digest), fields=fields, sections={"x": section}
    )


RECORDS = st.builds(
    record,
    st.fixed_dictionaries({}, optional=VALUES),
    st.sampled_from(["blake3:0", "blake3:1", None]),
)
MIRRORED = {
    "same": "same",
    "different": "different",
    "only_first": "only_second",
    "only_second": "only_first",
}


@given(RECORDS, RECORDS)
def test_the_other_way_round_it_is_mirrored(one: Record, other: Record) -> None:
    found, back = compare(one, other), compare(other, one)
    assert (found.similarity, found.content) == (back.similarity, back.content)
    assert 0 <= found.similarity <= 100
    for here, there in ((found.fields, back.fields), (found.tags, back.tags)):
        assert [(one.name, MIRRORED[one.outcome], one.second, one.first) for one in here] == [
            (one.name, one.outcome, one.first, one.second) for one in there
        ]


@given(RECORDS)
def test_a_record_is_the_same_as_itself(one: Record) -> None:
    found = compare(one, one)
    assert found.similarity == 100
    assert found.same
    assert all(difference.outcome == "same" for difference in (*found.fields, *found.tags))


def test_each_outcome_and_the_share_of_what_is_the_same() -> None:
    one = record({"camera.make": "Canon", "image.width": 1, "capture.time": "2024-05-01"})
    other = record(
        {"camera.make": "Nikon", "capture.time": "2024-05-01T10:00:00", "document.keywords": ["a"]},
        "blake3:1",
    )
    found = compare(one, other)
    assert {difference.name: difference.outcome for difference in found.fields} == {
        "camera.make": "different",
        "image.width": "only_first",
        "capture.time": "same",
        "document.keywords": "only_second",
    }
    assert found.similarity == 25
    assert found.content is False
    outcomes = {difference.name: difference.outcome for difference in found.tags}
    assert outcomes["x capture.time"] == "different"


def test_where_a_file_lies_makes_it_no_other() -> None:
    one = record({"camera.make": "Canon", "file.modified": "2024-05-01T00:00:00Z"})
    other = record({"camera.make": "Canon", "file.modified": "2023-05-01T00:00:00Z"})
    found = compare(one, other)
    assert found.same
    assert [difference.outcome for difference in found.fields] == ["different", "same"]
