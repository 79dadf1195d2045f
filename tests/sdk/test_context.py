"""What a run is told by the host."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from metaextract_sdk import Context


def test_remaining_counts_down_to_the_deadline(tmp_path: Path) -> None:
    ctx = Context(deadline=time.monotonic() + 1000, scratch=tmp_path)
    first = ctx.remaining()
    assert 0 < ctx.remaining() <= first <= 1000


def test_remaining_is_never_negative(tmp_path: Path) -> None:
    assert Context(deadline=time.monotonic() - 5, scratch=tmp_path).remaining() == 0.0


def test_warnings_are_kept_in_order(tmp_path: Path) -> None:
    ctx = Context(deadline=0, scratch=tmp_path)
    ctx.warn("first")
    ctx.warn("second")
    assert ctx.warnings == ["first", "second"]


def test_two_runs_share_no_warnings(tmp_path: Path) -> None:
    one, other = (Context(deadline=0, scratch=tmp_path) for _ in range(2))
    one.warn("mine")
    assert other.warnings == []


def test_options_and_sections_are_empty_unless_given(tmp_path: Path) -> None:
    ctx = Context(deadline=0, scratch=tmp_path)
    assert (ctx.options, ctx.sections) == ({}, {})
    told = Context(
        deadline=0, scratch=tmp_path, options={"depth": 2}, sections={"pillow": {"Width": 1}}
    )
    assert told.options["depth"] == 2
    assert told.sections["pillow"]["Width"] == 1


def test_a_misspelt_attribute_does_not_pass_unseen(tmp_path: Path) -> None:
    ctx = Context(deadline=0, scratch=tmp_path)
    with pytest.raises(AttributeError):
        ctx.warning = "lost"  # type: ignore[attr-defined]  # the misspelling is the test


def test_progress_reaches_the_host_if_there_is_one(tmp_path: Path) -> None:
    Context(deadline=0, scratch=tmp_path).progress(1, 2)
    told: list[tuple[int, int]] = []
    ctx = Context(deadline=0, scratch=tmp_path, report=lambda *numbers: told.append(numbers))
    ctx.progress(1, 2)
    assert told == [(1, 2)]
