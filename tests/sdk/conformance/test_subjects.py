"""What is made of samples is always the same, and keeps what it promises to keep."""

from __future__ import annotations

import pytest

from metaextract_sdk.conformance.evidence import Sample, Subject
from metaextract_sdk.conformance.subjects import damaged, originals, variations

SAMPLES = [
    Sample("long.x", bytes(range(200)) * 5, "a/x"),
    Sample("short.x", b"short" * 10, "a/x"),
    Sample("other.y", b"other" * 30, "a/y"),
]


def test_an_examination_can_be_repeated() -> None:
    assert list(damaged(SAMPLES)) == list(damaged(SAMPLES))
    assert list(variations(SAMPLES)) == list(variations(SAMPLES))


def test_originals_are_the_samples() -> None:
    subjects = list(originals(SAMPLES, "again"))
    assert [subject.content for subject in subjects] == [sample.content for sample in SAMPLES]
    assert [subject.name for subject in subjects] == ["sample.x", "sample.x", "sample.y"]
    assert {subject.kind for subject in subjects} == {"again"}


def test_what_was_moved_has_the_content_and_the_suffix_and_nothing_else_in_common() -> None:
    for moved, sample in zip(
        originals(SAMPLES, "again", moved=True), originals(SAMPLES, "again"), strict=True
    ):
        assert (moved.content, moved.media_type) == (sample.content, sample.media_type)
        assert moved.name.rpartition(".")[2] == sample.name.rpartition(".")[2]
        assert moved.name != sample.name
        assert moved.modified != sample.modified
        assert moved.mode != sample.mode


def test_damage_is_of_every_kind_and_differs_from_the_sample() -> None:
    contents = {subject.label: subject.content for subject in damaged(SAMPLES[:1])}
    whole = SAMPLES[0].content
    assert contents["an empty file of long.x"] == b""
    assert contents["all but the last byte of long.x"] == whole[:-1]
    assert contents["the first half of long.x"] == whole[:500]
    assert contents["zeros of long.x"] == bytes(1000)
    assert len(contents["random bytes of long.x"]) == 4096
    overwritten = [label for label in contents if label.startswith("bytes 0x")]
    assert len(overwritten) == 4
    assert all(len(contents[label]) == len(whole) for label in overwritten)


def test_damage_of_tiny_samples() -> None:
    """Nothing can be cut off from nothing, and nothing breaks over it."""
    assert list(damaged([Sample("empty", b"", "a/x"), Sample("one", b"1", "a/x")]))
    assert {each.kind for each in variations([Sample("empty", b"", "a/x")])} == {"touched"}


def test_variations_keep_name_size_and_type_and_change_what_they_say() -> None:
    original = list(originals(SAMPLES, "sample"))
    for subject in variations(SAMPLES):
        sample = original[subject.sample]
        assert (subject.name, subject.media_type) == (sample.name, sample.media_type)
        assert len(subject.content) == len(sample.content)
        assert (subject.content != sample.content) == (subject.kind != "touched")
        assert (subject.modified != sample.modified) == (subject.kind == "touched")


def _labels(kind: str) -> list[str]:
    return [subject.label for subject in variations(SAMPLES) if subject.kind == kind]


def test_only_a_sample_of_the_same_type_takes_another_s_place() -> None:
    assert _labels("padded") == ["short.x with the size of long.x"]


def test_bytes_are_changed_from_the_beginning_to_the_end() -> None:
    labels = [label for label in _labels("changed") if label.startswith("long.x")]
    places = [int(label.split()[-2]) for label in labels]
    assert places == sorted(set(places))
    assert places[:3] == [0, 4, 8]
    assert places[-1] > 960


@pytest.mark.parametrize(
    ("label", "suffix"), [("a.jpg", ".jpg"), ("a.tar.gz", ".gz"), ("README", ""), ("a.b/c", "")]
)
def test_the_suffix_is_kept(label: str, suffix: str) -> None:
    (subject,) = originals([Sample(label, b"x", "a/x")], "sample")
    assert isinstance(subject, Subject)
    assert subject.name == f"sample{suffix}"
