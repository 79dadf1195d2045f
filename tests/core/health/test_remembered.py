"""Which files are not given to an extractor again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from metaextract_core.health.remembered import Remembered
from metaextract_core.health.tally import Death

MakeDeath = Callable[..., Death]


def known(death: Death, **asked: Any) -> list[str]:
    """The digests that are remembered after one death."""
    remembered = Remembered(hold=60.0)
    remembered.add(death)
    about = {"extractor": "x", "version": "1", "size": 5, "timeout": 30.0, **asked}
    return list(remembered.sections(**about))


def test_a_file_of_the_same_size_may_have_the_content_that_killed(death: MakeDeath) -> None:
    assert known(death()) == ["blake3:a"]


@pytest.mark.parametrize("asked", [{"extractor": "y"}, {"version": "2"}, {"size": 6}])
def test_another_extractor_version_or_size_is_another_matter(
    death: MakeDeath, asked: dict[str, Any]
) -> None:
    assert known(death(), **asked) == []


@pytest.mark.parametrize("seconds_ago", [61, -5])
def test_it_is_forgotten_in_time(death: MakeDeath, seconds_ago: int) -> None:
    """And does not last for ever where the clock was set back."""
    assert known(death(at=time.time() - seconds_ago)) == []


@pytest.mark.parametrize(("timeout", "found"), [(1.0, True), (2.3, True), (2.4, False)])
def test_a_file_that_took_too_long_gets_another_chance_with_more_time(
    death: MakeDeath, timeout: float, found: bool
) -> None:
    late = death(status="timeout", code="MX502", seconds=2.3)
    assert bool(known(late, timeout=timeout)) is found
    assert known(death(seconds=2.3), timeout=timeout), "a crash is one however long it may take"


def test_a_kill_from_outside_is_an_accident_the_first_time(death: MakeDeath) -> None:
    remembered = Remembered(hold=60.0)
    for expected in ([], ["blake3:a"]):
        remembered.add(death(code="MX512"))
        assert list(remembered.sections("x", "1", 5, 30.0)) == expected


def test_a_death_while_set_up_is_not_the_file_s_fault(death: MakeDeath) -> None:
    assert known(death(code="MX513")) == []


def test_what_is_answered_says_that_it_is_remembered_and_how_to_forget(death: MakeDeath) -> None:
    remembered = Remembered(hold=1e9)
    remembered.add(death(at=time.time() - 86400))
    (section,) = remembered.sections("x", "1", 5, 30.0).values()
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
    assert (section.status, section.code, section.version) == ("crashed", "MX511", "1")
    assert section.reason == (
        f"remembered: SIGSEGV while reading this file, on {day}; "
        "`metaextract plugins reset x` forgets it"
    )


def test_loading_replaces_what_was_known(death: MakeDeath) -> None:
    """So that a running host sees a reset."""
    remembered = Remembered(hold=60.0)
    remembered.add(death("a"))
    remembered.load([death("b")])
    assert list(remembered.sections("x", "1", 5, 30.0)) == ["blake3:b"]
