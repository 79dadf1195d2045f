"""A batch has an answer for each file, however the extractor ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import pytest

from metaextract_core.workers.batching import broke_off, guarded, quietly
from metaextract_core.workers.settling import NotData
from metaextract_sdk import BatchExtractor, Context, ExtractError, FileView

Job = tuple[FileView, Context]
JOBS = cast("list[Job]", [(None, None)] * 3)


class Batch(BatchExtractor):
    """Answers as it is told."""

    media_types = ("*/*",)
    version = "1"

    def __init__(self, answer: Callable[[], Iterator[Any]]) -> None:
        self._answer = answer

    def extract_batch(self, jobs: Sequence[Job]) -> Iterator[Mapping[str, Any] | ExtractError]:
        yield from self._answer()


def answers(answer: Callable[[], Iterator[Any]]) -> list[Any]:
    return list(guarded(Batch(answer), JOBS, contextlib.nullcontext))


def test_answers_pass_through_those_of_a_file_s_own_fault_included() -> None:
    fault = ExtractError("cut short")
    assert answers(lambda: iter([{"a": 1}, fault, {"b": 2}])) == [{"a": 1}, fault, {"b": 2}]
    assert not broke_off(fault)


def test_a_batch_that_raises_gives_its_fault_for_all_that_is_left() -> None:
    def raises() -> Iterator[Any]:
        yield {"a": 1}
        raise SystemExit(3)

    first, *rest = answers(raises)
    assert first == {"a": 1}
    assert [type(fault) for fault in rest] == [SystemExit, SystemExit]
    assert all(map(broke_off, rest))


def test_a_batch_that_stops_early_is_no_data() -> None:
    _, *rest = answers(lambda: iter([{"a": 1}]))
    assert [type(fault) for fault in rest] == [NotData, NotData]


def test_what_the_extractor_has_open_is_closed_even_if_nobody_asks_for_the_rest() -> None:
    closed = []

    def holds() -> Iterator[Any]:
        try:
            yield {"a": 1}
        finally:
            closed.append(True)

    with contextlib.closing(guarded(Batch(holds), JOBS, contextlib.nullcontext)) as given:
        next(given)
    assert closed == [True]


@pytest.mark.parametrize("fault", [ValueError, SystemExit, KeyboardInterrupt])
def test_nothing_comes_of_a_fault_at_the_end(fault: type[BaseException]) -> None:
    def fails() -> None:
        raise fault

    quietly(fails)
