"""From counters to a level, by one formula (`docs/health.md` has it for operators)."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from metaextract_core.health.tally import Tally
from metaextract_core.settings import HealthSettings

Level = Literal["unjudged", "healthy", "warning", "degraded", "critical"]

_FROM: Final[tuple[tuple[float, Level], ...]] = (
    (5.0, "critical"),
    (2.0, "degraded"),
    (1.0, "warning"),
)
"""How many times its threshold the worst measure must reach for each level."""


class Health(Struct, kw_only=True):
    """How one version of an extractor has done in all runs that were counted.

    Attributes:
        level: ``unjudged`` while there are too few runs.
        reasons: each measure that has reached its threshold, in one sentence with its numbers.
        runs: files that it was given.
        errors: runs that ended in an error of the extractor itself; the next four are among them.
        outcomes: sections by status, and by code where they have one.
        mean_seconds: of a run.
        bytes: of all files that it was given.
        peak_memory: bytes, the most by which its worker grew during one run.
    """

    level: Level
    reasons: list[str]
    runs: int
    errors: int
    timeouts: int
    crashes: int
    error_rate: float
    timeout_rate: float
    outcomes: dict[str, int]
    mean_seconds: float
    bytes: int
    peak_memory: int


def judge(tally: Tally, memory: int, settings: HealthSettings) -> Health:
    """The health of an extractor that has done what `tally` says and may use `memory` bytes.

    Its strain is the largest of four ratios: the error rate, the timeout rate, the mean time of a
    run and the peak of memory, each divided by its threshold. Below 1 it is healthy, from 1
    warning, from 2 degraded, from 5 critical.
    """
    runs = tally.runs
    timeouts = tally.count("timeout")
    shares = (tally.errors / runs, timeouts / runs) if runs else (0.0, 0.0)
    mean = tally.seconds / runs if runs else 0.0
    strains = {
        f"{tally.errors} of {runs} runs were errors": shares[0] / settings.error_rate,
        f"{timeouts} of {runs} runs were not done in time": shares[1] / settings.timeout_rate,
        f"a run took {mean:.1f} s on average": mean / settings.slow,
        f"a run needed {tally.peak_memory >> 20} MiB of memory": (
            tally.peak_memory / (settings.memory * memory)
        ),
    }
    level: Level = "unjudged"
    if runs >= settings.min_runs:
        worst = max(strains.values())
        level = next((name for least, name in _FROM if worst >= least), "healthy")
    return Health(
        level=level,
        reasons=[
            f"{sentence}, {strain:.1f} times the threshold"
            for sentence, strain in strains.items()
            if strain >= 1
        ],
        runs=runs,
        errors=tally.errors,
        timeouts=timeouts,
        crashes=tally.count("crashed"),
        error_rate=round(shares[0], 4),
        timeout_rate=round(shares[1], 4),
        outcomes={
            " ".join(filter(None, kind)): count for kind, count in sorted(tally.outcomes.items())
        },
        mean_seconds=round(mean, 6),
        bytes=tally.size,
        peak_memory=tally.peak_memory,
    )
