"""An order passes on each answer once and knows what is left."""

from __future__ import annotations

import pytest

from metaextract_core.record import Section
from metaextract_core.workers.flight import Flight
from metaextract_core.workers.messages import Digest, FileTask, Job, Outcome
from metaextract_core.workers.orders import Answer, Order, Step, place

OK = Section(status="ok")


def order_of(
    *extractors: str, files: int = 2, batch: str | None = None
) -> tuple[Order, list[Answer]]:
    tasks = [
        FileTask(index, b"/f", "text/plain", 1, 2, 3, 4, list(extractors), digest=True)
        for index in range(files)
    ]
    given: list[Answer] = []
    return Order.of(Job(tasks, batch), given.append), given


def test_f31_an_answer_that_comes_twice_is_passed_on_once() -> None:
    order, given = order_of("a")
    for _ in range(2):
        order.answer(Outcome(0, "a", OK))
        order.answer(Digest(0, "blake3:00"))
    assert given == [Outcome(0, "a", OK), Digest(0, "blake3:00")]


def test_an_answer_that_nobody_asked_for_is_dropped() -> None:
    order, given = order_of("a")
    order.answer(Outcome(7, "a", OK))
    order.answer(Outcome(0, "b", OK))
    order.answer(Digest(7, "blake3:00"))
    assert given == []


def test_a_file_that_cannot_be_read_answers_for_all_its_extractors() -> None:
    order, _ = order_of("a", "b")
    order.answer(Digest(0, error="gone"))
    assert order.pairs == {(1, "a"), (1, "b")}
    assert order.digests == {1}


def test_remaining_leaves_out_what_was_answered() -> None:
    order, _ = order_of("a", "b")
    order.answer(Outcome(0, "a", OK))
    order.answer(Digest(0, "blake3:00"))
    order.answer(Digest(1, error="gone"))
    (task,) = order.remaining().files
    assert (task.index, task.extractors, task.digest) == (0, ["b"], False)


def test_a_batch_is_split_until_each_file_is_alone_and_other_jobs_stay_whole() -> None:
    """In few rounds: each costs a worker, and perhaps a whole deadline."""
    batch, _ = order_of("a", files=256, batch="a")
    sizes = []
    while len(batch.job.files) > 1:
        parts = batch.split()
        assert {pair for part in parts for pair in part.pairs} == batch.pairs
        batch = parts[0]
        sizes.append(len(batch.job.files))
    assert sizes == [32, 4, 1]
    batch, _ = order_of("a", files=3, batch="a")
    assert [len(part.job.files) for part in batch.split()] == [1, 1, 1]
    other, _ = order_of("a", "b", files=3)
    (whole,) = other.split()
    assert whole.pairs == other.pairs


@pytest.mark.parametrize(
    ("flight", "suspect"),
    [
        (Flight(extractor=1, file=1), (1, "b")),
        (Flight(extractor=-1, file=1), (1, None)),
        (Flight(extractor=0, file=-1), None),
        (Flight(extractor=0, file=-1, importing=True), (0, "a")),
        (Flight(extractor=-1, file=-1), None),
        (Flight(extractor=99, file=0), None),
        (Flight(extractor=0, file=99), None),
    ],
)
def test_the_suspect_is_whom_the_flight_page_names_if_that_exists(
    flight: Flight, suspect: tuple[int, str | None] | None
) -> None:
    """The page is written by a process that may be out of control."""
    order, _ = order_of("a", "b")
    assert order.suspect(flight) == suspect


@pytest.mark.parametrize(
    ("flight", "step"),
    [
        (Flight(extractor=1, file=0, done=3, total=4), Step(b"/f", "b", 3, 4)),
        (Flight(extractor=-1, file=1, done=4, total=4), Step(b"/f", None, 4, 4)),
        (Flight(extractor=1, file=0), None),
        (Flight(extractor=1, file=0, done=5, total=4), None),
        (Flight(extractor=1, file=-1, done=3, total=4), None),
        (Flight(extractor=1, file=9, done=3, total=4), None),
        (Flight(extractor=9, file=0, done=3, total=4), None),
    ],
)
def test_a_step_is_what_the_page_says_if_it_can_be_true(flight: Flight, step: Step | None) -> None:
    order, _ = order_of("a", "b")
    assert order.step(flight) == step


def test_nobody_overtakes_an_order_of_the_same_priority() -> None:
    queue = [Order.of(Job([], priority=priority), print) for priority in (2, 1, 1, -1)]
    assert [place(queue, priority) for priority in (3, 2, 1, 0, -1, -2)] == [0, 1, 3, 3, 4, 4]
    assert place([], 5) == 0
