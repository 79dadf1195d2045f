"""A crew gives each extractor's work to the workers that have the right code of it."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_core.crew import Crew
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.registry import Registry
from metaextract_core.vetting import Diagnostic, Verdict
from metaextract_core.workers.messages import FileTask, Job
from metaextract_core.workers.orders import Step
from metaextract_core.workers.sandbox.policy import Policy


class Workers:
    """Stands in for a pool: notes the jobs, and has the code of everybody in memory."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def steps(self) -> list[Step]:
        return [Step(b"/file", "digests", 1, 2)]

    def submit(self, job: Job, *_: object) -> None:
        self.jobs.append(job)

    def holds(self, _: str) -> bool:
        return True

    @property
    def pairs(self) -> list[tuple[int, str]]:
        return [
            (task.index, name)
            for job in self.jobs
            for task in job.files
            for name in task.extractors
        ]

    @property
    def digests(self) -> list[int]:
        return [task.index for job in self.jobs for task in job.files if task.digest]


def registry(*names: str, kept: str = "", **marks: str) -> Registry:
    verdicts = []
    for name in names:
        verdict = Verdict.of(Candidate(name, EXTRACTORS, "m:X", "demo", "1"))
        verdict.descriptor = Descriptor(
            id=name, target="m:X", distribution="demo", distribution_version="1"
        )
        if name == kept:
            verdict.decide(Diagnostic("MX111", "it goes on"))
        verdicts.append(verdict)
    return Registry(verdicts, {(EXTRACTORS, name): mark for name, mark in marks.items()})


def stand_in() -> Any:
    return Workers()


def crew_of(made: Registry) -> tuple[Crew, Any]:
    workers = stand_in()
    crew = Crew(made, 1, Policy())
    crew._own = workers
    return crew, workers


def task(index: int, *extractors: str, digest: bool = True) -> FileTask:
    return FileTask(index, b"/x", "x/y", 0, 0, 0, 0, list(extractors), digest=digest)


def nobody(_: Any) -> None:
    pytest.fail("nobody answers")


def test_without_changes_the_same_workers_go_on() -> None:
    crew, workers = crew_of(registry("a", "b", a="1"))
    for made in (registry("a", "b", a="1"), registry("a", a="1"), registry("a", kept="a", a="2")):
        assert crew.successor(made, Policy()).pools == {workers}


@pytest.mark.parametrize(
    "made", [registry("a", "b", a="2"), registry("a", "b", "c", a="1")], ids=["changed", "new"]
)
def test_new_code_gets_new_workers(made: Registry) -> None:
    crew, _ = crew_of(registry("a", "b", a="1"))
    assert crew.successor(made, Policy()).pools == set()


def test_another_policy_for_the_sandbox_gets_new_workers() -> None:
    crew, _ = crew_of(registry("a", a="1"))
    assert crew.successor(registry("a", a="1"), Policy(require=True)).pools == set()


def test_a_kept_extractor_stays_where_its_code_is_while_others_move_on() -> None:
    """Over two changes of another, until its own new code works."""
    crew, first = crew_of(registry("a", "b", a="1", b="1"))
    for b in "23":
        crew = crew.successor(registry("a", "b", kept="a", a="broken", b=b), Policy())
        crew._own = stand_in()
        assert first in crew.pools
        assert crew.holds("a")
    assert first not in crew.successor(registry("a", "b", a="4", b="3"), Policy()).pools


def test_work_is_split_and_nothing_is_done_twice() -> None:
    crew, old = crew_of(registry("a", "b", a="1", b="1"))
    crew = crew.successor(registry("a", "b", kept="a", a="broken", b="2"), Policy())
    new = stand_in()
    crew._own = new
    crew.submit(Job([task(0, "a", "b"), task(1, "b", digest=False), task(2, "a")]), nobody)
    assert old.pairs == [(0, "a"), (2, "a")]
    assert new.pairs == [(0, "b"), (1, "b")]
    assert (old.digests, new.digests) == ([], [0, 2])


def test_a_batch_of_a_kept_extractor_goes_as_a_whole() -> None:
    crew, old = crew_of(registry("a", "b", a="1", b="1"))
    crew = crew.successor(registry("a", "b", kept="a", a="broken", b="2"), Policy())
    new = stand_in()
    crew._own = new
    crew.submit(Job([task(0, "a"), task(1, "a", digest=False)], "a", 5.0), nobody)
    (job,) = old.jobs
    assert (job.batch, job.timeout, old.pairs) == ("a", 5.0, [(0, "a"), (1, "a")])
    assert (new.pairs, new.digests, new.jobs[0].batch) == ([], [0], None)
    crew.submit(Job([task(0, "a", digest=False)], "a"), nobody)
    assert len(new.jobs) == 1, "nothing was left to do"


def test_the_steps_of_all_pools_are_those_of_the_crew() -> None:
    crew = Crew(registry("a"), 1, Policy())
    assert crew.steps() == []
    crew._own = stand_in()
    assert crew.steps() == [Step(b"/file", "digests", 1, 2)]
