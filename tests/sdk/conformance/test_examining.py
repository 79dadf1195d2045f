"""The order of an examination, and what is seen of each file from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_sdk.conformance.evidence import Evidence, Fault, Reading, Sample, Subject
from metaextract_sdk.conformance.examining import Read, examine

Examine = Callable[..., Evidence]
ONE, OTHER = Sample("one.x", b"1" * 40, "a/x"), Sample("other.x", b"2" * 30, "a/x")


@pytest.fixture
def run(tmp_path: Path) -> Examine:
    """The evidence of an examination of two samples."""

    def examined(read: Read, *, apart: float = 0, content_only: bool = False) -> Evidence:
        evidence = Evidence(
            description="",
            media_types=("a/x",),
            crosswalk={},
            content_only=content_only,
            samples=[ONE, OTHER],
        )
        examine(evidence, read, tmp_path, apart=apart)
        return evidence

    return examined


def good(path: Path, subject: Subject) -> Reading:
    return Reading(subject=subject, status="ok", data={"text": path.read_text("latin-1")})


def constant(path: Path, subject: Subject) -> Reading:
    return Reading(subject=subject, status="ok", data={"text": "always"})


def test_samples_come_first_then_damage_then_samples_again_then_variations(run: Examine) -> None:
    kinds = [reading.subject.kind for reading in run(good).readings]
    assert kinds[:2] == ["sample", "sample"]
    rest = [kind for kind in kinds[2:] if kind != "damaged"]
    assert len(rest) < len(kinds) - 20
    # The first variation differs, which is confirmed, and that is enough.
    assert rest == ["again", "again", "padded", "again"]


@pytest.mark.parametrize("content_only", [False, True])
def test_only_who_looks_at_the_content_alone_meets_a_sample_under_another_name(
    run: Examine, *, content_only: bool
) -> None:
    seen: dict[str, set[tuple[str, int, float]]] = {"sample": set(), "again": set()}

    def look(path: Path, subject: Subject) -> Reading:
        status = path.stat()
        key = (path.name, status.st_mode & 0o777, status.st_mtime)
        seen.setdefault(subject.kind, set()).add(key)
        return good(path, subject)

    run(look, content_only=content_only)
    if content_only:
        (before,), (after,) = seen["sample"], seen["again"]
        assert all(one != other for one, other in zip(before, after, strict=True))
    else:
        assert seen["sample"] == seen["again"]


def test_one_that_says_the_same_of_everything_gets_all_variations(run: Examine) -> None:
    kinds = {reading.subject.kind for reading in run(constant).readings}
    assert kinds == {"sample", "again", "damaged", "padded", "changed", "touched"}


def test_a_difference_that_time_makes_is_not_taken_for_one_of_content(run: Examine) -> None:
    """It tells the hour, so to say: the same for a while, then another."""
    read: list[Subject] = []

    def hour(path: Path, subject: Subject) -> Reading:
        read.append(subject)
        varied = any(each.kind in ("padded", "changed", "touched") for each in read)
        return Reading(subject=subject, status="ok", data={"hour": int(varied)})

    evidence = run(hour)
    assert evidence.of("touched"), "it was taken for one that looks into the file"


def test_every_subject_lies_at_the_same_place_with_the_same_times(run: Examine) -> None:
    """Or its name, number or time would tell one from the other."""
    seen = set()

    def look(path: Path, subject: Subject) -> Reading:
        status = path.stat()
        if subject.kind != "touched":
            seen.add((path, status.st_ino, status.st_mtime_ns))
        assert path.read_bytes() == subject.content
        return constant(path, subject)

    run(look)
    assert len(seen) == 1


def test_samples_are_read_again_after_a_while(run: Examine) -> None:
    """The clock is the product's own: what is asserted is that it waits, not how long it takes."""
    moments: dict[str, float] = {}

    def note(path: Path, subject: Subject) -> Reading:
        moments.setdefault(subject.kind, time.monotonic())
        return good(path, subject)

    run(note, apart=0.2)
    assert moments["again"] - moments["sample"] >= 0.2


@pytest.mark.parametrize("fault", ["timeout", "memory", "crashed"])
def test_one_that_dies_again_and_again_is_given_up(run: Examine, fault: Fault) -> None:
    evidence = run(lambda path, subject: Reading(subject=subject, status="failed", fault=fault))
    assert len(evidence.readings) == 3
    assert evidence.stopped == "it was given up after 3 crashes or timeouts"


def test_one_that_only_raises_is_not(run: Examine) -> None:
    evidence = run(lambda path, subject: Reading(subject=subject, status="failed", fault="raised"))
    assert evidence.of("touched")
    assert not evidence.stopped


def test_one_that_is_unavailable_is_asked_once(run: Examine) -> None:
    evidence = run(
        lambda path, subject: Reading(subject=subject, status="unavailable", reason="no codec")
    )
    assert len(evidence.readings) == 1
    assert evidence.stopped == "no codec"


def test_without_samples_nothing_is_read(tmp_path: Path) -> None:
    evidence = Evidence(description="", media_types=("a/x",), crosswalk={})
    examine(evidence, good, tmp_path)
    assert evidence.readings == []


def litter(path: Path) -> None:
    (path.parent / "left").mkdir(exist_ok=True)
    (path.parent / "left" / "deep").touch()


def link(path: Path) -> None:
    content = path.read_bytes()
    target = path.parent.parent / "target"
    target.write_bytes(content)
    path.unlink()
    path.symlink_to(target)


@pytest.mark.parametrize(
    ("do", "trace", "said"),
    [
        (litter, "files", "it leaves 'left' beside the file"),
        (lambda path: path.write_bytes(b"!"), "file", "it changes the content"),
        (lambda path: os.utime(path, (1, 1)), "file", "it changes the time or the permissions"),
        (lambda path: path.chmod(0o644), "file", "it changes the time or the permissions"),
        (lambda path: path.unlink(), "file", "it removes the file"),
        (link, "file", "it changes the content"),
    ],
    ids=["litter", "content", "time", "permissions", "removal", "link"],
)
def test_what_is_done_to_the_file_and_beside_it_is_seen_each_time(
    run: Examine, do: Callable[[Path], object], trace: str, said: str
) -> None:
    def read(path: Path, subject: Subject) -> Reading:
        reading = good(path, subject)
        do(path)
        return reading

    evidence = run(read)
    assert {str(reading.traces) for reading in evidence.readings} == {str({trace: said})}
