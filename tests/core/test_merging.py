from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaextract_core.descriptor import Descriptor
from metaextract_core.fields import FIELDS
from metaextract_core.merging import MAX_MEMBERS, MAX_TEXT, MAX_UNREAD, Merged, Merger
from metaextract_core.record import Field, Section, Status, Unread


def described(id_: str, crosswalk: dict[str, str], trust: int = 50) -> Descriptor:
    return Descriptor(
        id=id_,
        target="m:X",
        distribution="d",
        distribution_version="1",
        crosswalk=crosswalk,
        trust=trust,
    )


def merge(sections: dict[str, Section], descriptors: dict[str, Descriptor]) -> Merged:
    return Merger(descriptors).merge(sections)


def one(field: str, value: Any) -> Field | None:
    """The field that one extractor's one value makes."""
    section = Section(status="ok", data={"tag": value})
    return merge({"a": section}, {"a": described("a", {"tag": field})}).fields.get(field)


def read(field: str, value: Any) -> Any:
    made = one(field, value)
    return None if made is None else made.value


def missed(field: str, value: Any) -> list[Unread]:
    """What is listed as unread of one extractor's one value."""
    section = Section(status="ok", data={"tag": value})
    return merge({"a": section}, {"a": described("a", {"tag": field})}).unread


def said(field: str, *values: Any) -> Field:
    """The field that extractors a, b, c... of equal trust make with one value each."""
    ids = [chr(ord("a") + number) for number in range(len(values))]
    sections = {
        id_: Section(status="ok", data={"tag": value})
        for id_, value in zip(ids, values, strict=True)
    }
    return merge(sections, {id_: described(id_, {"tag": field}) for id_ in ids}).fields[field]


@pytest.mark.parametrize(
    ("printed", "number", "expected"),
    [
        (2.8, 2.82842712474619, 2.82842712474619),
        (44100, 0, 44100),  # an index into the table of rates of ISO 11172-3
        ("1 kHz", 1000.4, 1000.4),
        (44100, None, 44100),
    ],
)
def test_a_number_behind_a_printed_one_counts_unless_it_is_a_code(
    printed: Any, number: Any, expected: float
) -> None:
    assert read("audio.sample_rate", {"val": printed, "num": number}) == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("capture.f_number", "2.8", 2.8),
        ("capture.f_number", 2.8, 2.8),
        ("capture.exposure_time", "1/250", 0.004),
        ("capture.exposure_time", "1/125 s", 0.008),
        ("capture.exposure_time", {"val": "1/125", "num": 0.008}, 0.008),
        ("capture.exposure_time", {"val": "1/125", "num": None}, 0.008),
        ("capture.exposure_bias", "-2/4 EV", -0.5),
        ("capture.f_number", "1.9099999666213989258", 1.909999966621399),
        ("capture.focal_length", "50.0 mm", 50.0),
        ("capture.focal_length", "50mm", 50),
        ("capture.subject_distance", "5 m", 5),
        ("capture.subject_distance", "50 cm", 0.5),
        ("audio.sample_rate", "44.1 kHz", 44100.0),
        ("media.bit_rate", "128 kbps", 128000.0),
        ("media.duration", "0:03:25", 205.0),
        ("media.duration", "1e2", 100.0),
        ("image.width", "640", 640),
        ("image.width", 640.0, 640),
        ("image.orientation", {"val": "Horizontal (normal)", "num": 1}, 1),
        ("image.bits_per_sample", "8 8 8", 8),
        ("image.bits_per_sample", [8, 8, 8], 8),
        ("document.encrypted", "Yes", True),
        ("document.encrypted", False, False),
        ("document.encrypted", 1, True),
        ("camera.serial", 12345, "12345"),
        ("camera.make", {"val": "Canon", "num": 7}, "Canon"),
        ("camera.make", "Canon \0\0", "Canon"),
        ("camera.make", ["Canon"], "Canon"),
        ("rights.creator", "Ann", ["Ann"]),
        ("rights.creator", ["Ann", " Bo ", ""], ["Ann", "Bo"]),
        ("provenance.history", [{"Action": "saved", "Parameters": []}], ["Action: saved"]),
    ],
)
def test_values_take_the_type_and_unit_of_their_field(
    field: str, value: Any, expected: Any
) -> None:
    result = read(field, value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("capture.f_number", "12,5"),
        ("capture.exposure_time", "1/0"),
        ("capture.exposure_time", "inf"),
        ("capture.exposure_time", float("nan")),
        ("capture.exposure_time", 10**400),
        ("capture.focal_length", "50 furlongs"),
        ("capture.focal_length", "24-70 mm"),
        ("image.width", "3/12"),
        ("image.width", "8 8 16"),
        ("image.width", 1.5),
        ("image.width", True),
        ("image.width", 1 << 63),
        ("camera.make", "  "),
        ("camera.make", b"Canon"),
        ("camera.make", ["Canon", "Nikon"]),
        ("camera.make", "x" * (MAX_TEXT + 1)),
        ("camera.make", True),
        ("document.encrypted", "maybe"),
        ("rights.creator", []),
        ("rights.creator", ["x"] * (MAX_MEMBERS + 1)),
    ],
)
def test_what_cannot_be_read_without_doubt_gives_no_value(field: str, value: Any) -> None:
    assert one(field, value) is None


@pytest.mark.parametrize(
    ("field", "raw", "reason"),
    [
        ("capture.time", "0000:00:00 00:00:00", "the year 0 stands for no date"),
        ("capture.time", "yesterday", "it has no known form of a date"),
        ("image.width", "4in", "it is no whole number, or not in the unit of the field"),
        ("capture.f_number", "undef", "it is no number, or not in the unit of the field"),
        ("document.encrypted", "maybe", "it is neither yes nor no"),
        ("camera.make", True, f"it is no text of up to {MAX_TEXT} characters"),
    ],
)
def test_f48_a_value_that_cannot_be_read_is_listed_with_the_reason(
    field: str, raw: Any, reason: str
) -> None:
    assert missed(field, raw) == [
        Unread(field=field, extractor="a", tag="tag", raw=raw, reason=reason)
    ]


@pytest.mark.parametrize("raw", [None, "", " \0", [], {}, {"val": "", "num": None}])
def test_what_says_nothing_is_not_listed(raw: Any) -> None:
    assert missed("capture.time", raw) == []


def test_unread_values_are_listed_within_limits() -> None:
    (long,) = missed("capture.time", "x" * 1000)
    assert long.raw == "x" * 200 + "…"
    (nested,) = missed("capture.time", ["x", "y"])
    assert nested.raw is msgspec.UNSET
    data = {f"G{number}:When": "never" for number in range(MAX_UNREAD + 1)}
    section = Section(status="ok", data=data)
    merged = merge({"x": section}, {"x": described("x", {"*:When": "capture.time"})})
    assert len(merged.unread) == MAX_UNREAD


def test_raw_is_kept_only_where_reading_changed_the_value() -> None:
    changed = one("capture.exposure_time", "1/250")
    same = one("camera.make", "Canon")
    assert changed is not None
    assert same is not None
    assert changed.sources[0].raw == "1/250"
    assert same.sources[0].raw is msgspec.UNSET


def test_exact_tags_and_names_in_any_group_lead_to_fields() -> None:
    crosswalk = {"IFD0:Make": "camera.make", "*:Model": "camera.model"}
    data = {"IFD0:Make": "A", "IFD1:Make": "B", "XMP-tiff:Model": "C", "Model": "D"}
    fields = merge({"x": Section(status="ok", data=data)}, {"x": described("x", crosswalk)}).fields
    assert {name: field.value for name, field in fields.items()} == {
        "camera.make": "A",
        "camera.model": "C",
    }


def test_of_what_is_measured_the_tag_listed_first_that_can_be_read_is_the_only_source() -> None:
    crosswalk = {"Frame": "image.width", "Picture": "image.width", "Thumbnail": "image.width"}
    data = {"Thumbnail": 160, "Picture": 4000, "Frame": "unknown"}
    fields = merge({"x": Section(status="ok", data=data)}, {"x": described("x", crosswalk)}).fields
    (source,) = fields["image.width"].sources
    assert (source.tag, source.value) == ("Picture", 4000)


def test_statements_of_one_extractor_that_contradict_each_other_are_a_conflict() -> None:
    """Edited EXIF beside forgotten IPTC is what a photo desk looks for."""
    crosswalk = {"EXIF:Time": "capture.time", "IPTC:Time": "capture.time", "*:When": "capture.time"}
    data = {"IPTC:Time": "2024:05:02", "Other:When": "1999", "EXIF:Time": "2024:05:01 12:00:00"}
    section = Section(status="ok", data=data)
    field = merge({"x": section}, {"x": described("x", crosswalk)}).fields["capture.time"]
    assert (field.value, field.agreement) == ("2024-05-01T12:00:00", "conflict")
    assert [source.tag for source in field.sources] == ["EXIF:Time", "IPTC:Time"]


def test_a_tag_in_any_group_counts_only_where_no_named_one_can_be_read() -> None:
    crosswalk = {"EXIF:Time": "capture.time", "*:When": "capture.time"}
    data = {"EXIF:Time": "0000:00:00 00:00:00", "A:When": "1999", "B:When": "1998"}
    section = Section(status="ok", data=data)
    field = merge({"x": section}, {"x": described("x", crosswalk)}).fields["capture.time"]
    assert [source.tag for source in field.sources] == ["A:When"]


def test_highest_trust_wins_ties_go_by_id_and_losers_are_kept() -> None:
    crosswalk = {"make": "camera.make"}
    descriptors = {
        "b": described("b", crosswalk, trust=60),
        "a": described("a", crosswalk, trust=60),
        "z": described("z", crosswalk, trust=70),
    }
    sections = {id_: Section(status="ok", data={"make": id_.upper()}) for id_ in ("a", "b", "z")}
    field = merge(sections, descriptors).fields["camera.make"]
    assert [(source.extractor, source.chosen) for source in field.sources] == [
        ("z", True),
        ("a", False),
        ("b", False),
    ]
    assert (field.value, field.agreement) == ("Z", "conflict")
    del sections["z"]
    assert merge(sections, descriptors).fields["camera.make"].value == "A"


@pytest.mark.parametrize(
    ("status", "speaks"),
    [("ok", True), ("partial", True), ("failed", False), ("timeout", False), ("skipped", False)],
)
def test_only_sections_that_succeeded_at_least_in_part_speak(status: Status, speaks: bool) -> None:
    section = Section(status=status, data={"make": "Canon"})
    fields = merge({"x": section}, {"x": described("x", {"make": "camera.make"})}).fields
    assert ("camera.make" in fields) is speaks


def test_sections_without_descriptor_and_unknown_fields_are_passed_over() -> None:
    section = Section(status="ok", data={"make": "Canon"})
    assert merge({"gone": section}, {}) == ({}, [])
    assert merge({"x": section}, {"x": described("x", {"make": "camera.colour"})}) == ({}, [])


@pytest.mark.parametrize(
    ("field", "values", "agreement"),
    [
        ("camera.make", ("Canon",), "single"),
        ("camera.make", ("Canon", "Canon"), "agree"),
        ("camera.make", ("Canon  Inc.", "Canon\nInc."), "agree"),
        ("camera.make", ("Canon", "CANON"), "conflict"),
        ("capture.f_number", ("2.8", 2.83), "agree"),
        ("capture.f_number", ("2.8", 2.9), "conflict"),
        ("capture.exposure_time", (1 / 60, "0.017"), "agree"),
        ("capture.exposure_time", (1 / 60, "1/50"), "conflict"),
        ("gps.latitude", (0, 0.4), "conflict"),
        ("image.width", (640, "640"), "agree"),
        ("image.width", (640, 641), "conflict"),
        ("capture.time", ("2024:05:01 12:00:00", "2024-05-01T12:00:00.5+02:00"), "agree"),
        ("capture.time", ("2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00Z"), "agree"),
        ("capture.time", ("2024-05-01T12:00:00+02:00", "2024-05-01T12:00:00Z"), "conflict"),
        ("capture.time", ("2024", "2024-05-01"), "agree"),
        ("capture.time", ("2024:05:01 12:00:00", "2024:05:01 12:00:01"), "conflict"),
        ("rights.creator", (["Ann", "Bo"], "Ann; Bo"), "agree"),
        ("rights.creator", (["Ann", "Bo"], "Bo,Ann"), "agree"),
        ("rights.creator", (["Ann", "Bo"], "Ann"), "conflict"),
        # The first agrees with both others, which contradict each other.
        ("capture.time", ("2024", "2024-05-01", "2024-06-01"), "conflict"),
    ],
)
def test_agreement_is_about_meaning_not_about_spelling(
    field: str, values: tuple[Any, ...], agreement: str
) -> None:
    assert said(field, *values).agreement == agreement


def test_fields_carry_type_and_unit_and_come_in_the_order_of_the_vocabulary() -> None:
    crosswalk = {"lat": "gps.latitude", "width": "image.width", "make": "camera.make"}
    data = {"make": "Canon", "lat": 1.5, "width": 640}
    fields = merge({"x": Section(status="ok", data=data)}, {"x": described("x", crosswalk)}).fields
    assert list(fields) == ["image.width", "camera.make", "gps.latitude"]
    assert (fields["gps.latitude"].type, fields["gps.latitude"].unit) == ("number", "degree")
    assert fields["camera.make"].unit is msgspec.UNSET


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=8)
    | st.datetimes()
    | st.from_regex(r"[0-9:./ TZ+\-]{0,30}", fullmatch=True)
    | st.from_regex(r"\d{4}[:-]\d\d[:-]\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["val", "num", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TAGS = [f"{group}:{number}" for group in ("A", "B") for number in range(4)]
CROSSWALKS = st.dictionaries(
    st.sampled_from([*TAGS, *(f"*:{number}" for number in range(4))]), st.sampled_from(list(FIELDS))
)
CASES = st.dictionaries(
    st.sampled_from(["one", "two", "three"]),
    st.tuples(CROSSWALKS, st.integers(0, 2), st.dictionaries(st.sampled_from(TAGS), VALUES)),
)


@settings(deadline=None)
@given(CASES)
def test_any_data_gives_fields_with_one_chosen_source_and_its_value(
    case: dict[str, tuple[dict[str, str], int, dict[str, Any]]],
) -> None:
    sections = {id_: Section(status="ok", data=data) for id_, (_, _, data) in case.items()}
    descriptors = {id_: described(id_, walk, trust) for id_, (walk, trust, _) in case.items()}
    fields, unread = merge(sections, descriptors)
    assert list(fields) == [name for name in FIELDS if name in fields]
    for name, field in fields.items():
        (chosen,) = (source for source in field.sources if source.chosen)
        assert field.value == chosen.value
        assert field.value is not None
        assert field.type == FIELDS[name].type
        assert (field.agreement == "single") == (len(field.sources) == 1)
        ids = [source.extractor for source in field.sources]
        tags = [(source.extractor, source.tag) for source in field.sources]
        assert len(tags) == len(set(tags))
        if name.startswith(("file.", "image.", "media.", "audio.", "video.")):
            assert len(ids) == len(set(ids))  # measured, so each extractor has one say
        assert descriptors[chosen.extractor].trust == max(descriptors[id_].trust for id_ in ids)
        for source in field.sources:
            assert FIELDS[name].name in descriptors[source.extractor].crosswalk.values()
            assert source.tag in sections[source.extractor].data
    for value in unread:
        assert value.tag in sections[value.extractor].data
        assert value.reason
        if value.field in fields:
            places = [(source.extractor, source.tag) for source in fields[value.field].sources]
            assert (value.extractor, value.tag) not in places


@settings(deadline=None)
@given(st.sampled_from(list(FIELDS)), st.lists(VALUES, min_size=1, max_size=4))
def test_the_order_in_which_sections_arrive_changes_nothing(field: str, values: list[Any]) -> None:
    ids = [f"x{number}" for number in range(len(values))]
    sections = {
        id_: Section(status="ok", data={"tag": value})
        for id_, value in zip(ids, values, strict=True)
    }
    descriptors = {id_: described(id_, {"tag": field}) for id_ in ids}
    backwards = dict(reversed(sections.items()))
    assert repr(merge(sections, descriptors)) == repr(merge(backwards, descriptors))
