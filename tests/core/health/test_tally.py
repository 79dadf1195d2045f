"""Which sections are an error of the extractor itself."""

from __future__ import annotations

import pytest

from metaextract_core.codes import CODES
from metaextract_core.health.tally import DEATHS, ERRORS, FROM_OUTSIDE, IN_SETUP, REMEMBERED, Tally


@pytest.mark.parametrize(
    ("status", "code", "is_error"),
    [
        ("failed", "MX501", True),
        ("failed", "MX505", True),
        ("timeout", "MX502", True),
        ("memory", "MX503", True),
        ("crashed", "MX504", True),
        ("crashed", "MX513", True),
        # The file is damaged, or somebody else ended the worker.
        ("ok", "", False),
        ("failed", "", False),
        ("failed", "MX509", False),
        ("partial", "", False),
        ("partial", "MX506", False),
        ("skipped", "", False),
        ("refused", "", False),
        ("crashed", "MX512", False),
    ],
)
def test_the_code_decides_who_is_to_blame(status: str, code: str, is_error: bool) -> None:
    tally = Tally(outcomes={(status, code): 3, ("ok", ""): 1} if code or status != "ok" else {})
    assert tally.errors == (3 if is_error else 0)


def test_counts_by_status_are_counts_of_errors() -> None:
    tally = Tally(
        outcomes={("crashed", "MX504"): 2, ("crashed", "MX513"): 1, ("crashed", "MX512"): 5}
    )
    assert (tally.runs, tally.errors, tally.count("crashed"), tally.count("timeout")) == (
        8,
        3,
        3,
        0,
    )


def test_all_codes_that_it_speaks_of_exist() -> None:
    assert ERRORS | DEATHS | {REMEMBERED, FROM_OUTSIDE, IN_SETUP} <= CODES.keys()
