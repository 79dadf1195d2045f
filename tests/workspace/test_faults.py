"""The table of faults says what the tests say, and no more."""

from __future__ import annotations

import pytest
from tests import faults
from tests.faults import FAULTS, named, table

A_TEST = "tests/integration/test_x.py::test_f05_f06_a_crash[abort]"


def line_of(fault: str, lines: list[str]) -> str:
    return next(line for line in lines if line.startswith(fault))


def test_all_fifty_are_listed() -> None:
    assert list(FAULTS) == [f"F{number:02}" for number in range(1, 51)]


def test_a_test_says_by_its_name_what_it_proves() -> None:
    assert named(A_TEST) == ["F05", "F06"]
    assert named("tests/test_f05_.py::test_all") == []
    assert named("tests/test_x.py::test_a[x_f05_y]") == []


def test_a_fault_that_is_none_is_noticed() -> None:
    with pytest.raises(ValueError, match="F99, which is no fault"):
        named("test_f99_x")


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], "not yet"),
        (["passed"], "pass"),
        (["passed", "skipped"], "pass"),
        (["skipped"], "skipped"),
        (["passed", "failed"], "fail"),
        (["error"], "fail"),
    ],
)
def test_the_state_is_that_of_the_worst_test(outcomes: list[str], state: str) -> None:
    lines = table((A_TEST, outcome) for outcome in outcomes)
    assert line_of("F05", lines).split("  ")[1].strip() == state
    assert line_of("F07", lines).split("  ")[1].strip() == "not yet"
    assert len([line for line in lines if line.startswith("F")]) == 50


def test_what_is_proven_in_part_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "IN_PART", {"F05": "the other half"})
    lines = table([(A_TEST, "passed")])
    assert line_of("F05", lines).split("  ")[1].strip() == "in part"
    assert "     not yet: the other half" in lines


def test_the_tests_stand_under_their_fault() -> None:
    lines = table([(A_TEST, "passed"), (A_TEST.replace("abort", "kill"), "passed")])
    place = lines.index(line_of("F05", lines))
    assert lines[place + 1] == "       2 of tests/integration/test_x.py::test_f05_f06_a_crash"
    assert lines[-1] == "48 not yet, 2 pass"
