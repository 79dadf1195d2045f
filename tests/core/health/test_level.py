"""A level comes from counters by one formula, and says from which numbers."""

from __future__ import annotations

import pytest

from metaextract_core.health.level import judge
from metaextract_core.health.tally import Tally
from metaextract_core.settings import HealthSettings

MEMORY = 1000 << 20


def tally(runs: int = 100, **kinds: int) -> Tally:
    """`runs` files, of which so many ended in each kind of error."""
    codes = {"raised": ("failed", "MX501"), "late": ("timeout", "MX502")}
    outcomes = {codes[kind]: count for kind, count in kinds.items()}
    return Tally(outcomes={("ok", ""): runs - sum(kinds.values()), **outcomes})


@pytest.mark.parametrize(
    ("errors", "level"),
    [(0, "healthy"), (9, "healthy"), (10, "warning"), (20, "degraded"), (50, "critical")],
)
def test_the_error_rate_makes_a_level(errors: int, level: str) -> None:
    """The threshold is 10 %: reached, twice, and five times."""
    assert judge(tally(raised=errors), MEMORY, HealthSettings()).level == level


@pytest.mark.parametrize(("late", "level"), [(4, "healthy"), (5, "warning"), (9, "warning")])
def test_the_timeout_rate_has_a_threshold_of_its_own(late: int, level: str) -> None:
    assert judge(tally(late=late), MEMORY, HealthSettings()).level == level


@pytest.mark.parametrize(
    ("mean", "level"), [(1.9, "healthy"), (2.0, "warning"), (4.0, "degraded"), (10.0, "critical")]
)
def test_slowness_makes_a_level(mean: float, level: str) -> None:
    counted = tally()
    counted.seconds = mean * counted.runs
    assert judge(counted, MEMORY, HealthSettings()).level == level


@pytest.mark.parametrize(("share", "level"), [(0.7, "healthy"), (0.8, "warning"), (1, "warning")])
def test_memory_is_judged_by_the_extractor_s_own_limit(share: float, level: str) -> None:
    counted = tally()
    counted.peak_memory = int(share * MEMORY)
    assert judge(counted, MEMORY, HealthSettings()).level == level


def test_the_worst_measure_counts_and_every_bad_one_is_named() -> None:
    counted = tally(raised=12, late=30)
    counted.seconds = 100 * 2.5
    health = judge(counted, MEMORY, HealthSettings())
    assert health.level == "critical"
    assert health.reasons == [
        "42 of 100 runs were errors, 4.2 times the threshold",
        "30 of 100 runs were not done in time, 6.0 times the threshold",
        "a run took 2.5 s on average, 1.2 times the threshold",
    ]
    assert (health.error_rate, health.timeout_rate, health.mean_seconds) == (0.42, 0.3, 2.5)
    assert health.outcomes == {"failed MX501": 12, "ok": 58, "timeout MX502": 30}


def test_too_few_runs_are_not_judged() -> None:
    """One failure of one run is no error rate."""
    assert judge(tally(19, raised=19), MEMORY, HealthSettings()).level == "unjudged"
    assert judge(tally(20, raised=19), MEMORY, HealthSettings()).level == "critical"
    assert judge(Tally(), MEMORY, HealthSettings()).level == "unjudged"


def test_thresholds_are_the_operator_s() -> None:
    counted = tally(3, raised=1)
    assert judge(counted, MEMORY, HealthSettings(min_runs=3, error_rate=0.5)).level == "healthy"
    assert judge(counted, MEMORY, HealthSettings(min_runs=3, error_rate=0.05)).level == "critical"
