"""Needs decide the order, and batch extractors get a worker of their own."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.descriptor import Descriptor
from metaextract_core.planning import choose, lanes, stages


def extractor(name: str, *needs: str, batch: bool = False) -> Descriptor:
    return Descriptor(
        id=name, target="m:C", distribution="d", distribution_version="1", needs=needs, batch=batch
    )


def ids(groups: list[list[Descriptor]]) -> list[list[str]]:
    return [[descriptor.id for descriptor in group] for group in groups]


def test_an_extractor_comes_after_everything_that_it_needs() -> None:
    chain = [extractor("c", "b", "a"), extractor("b", "a"), extractor("a"), extractor("z")]
    assert ids(stages(chain)) == [["a", "z"], ["b"], ["c"]]


def test_a_need_that_does_not_run_holds_nobody_back() -> None:
    assert ids(stages([extractor("a", "missing")])) == [["a"]]


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.sets(NAMES)))
def test_every_extractor_is_planned_once_even_in_a_cycle(needs: dict[str, Any]) -> None:
    planned = ids(stages([extractor(name, *needed) for name, needed in needs.items()]))
    assert sorted(name for stage in planned for name in stage) == sorted(needs)


def test_batch_extractors_go_alone_and_the_rest_together() -> None:
    stage = [extractor("a"), extractor("x", batch=True), extractor("b"), extractor("y", batch=True)]
    assert ids(lanes(stage)) == [["a", "b"], ["x"], ["y"]]
    assert ids(lanes([extractor("x", batch=True)])) == [["x"]]
    assert lanes([]) == []


def test_only_and_exclude_choose_by_id() -> None:
    three = [extractor("a"), extractor("b"), extractor("c")]
    assert ids([choose(three)]) == [["a", "b", "c"]]
    assert ids([choose(three, only={"a", "b"}, exclude={"b"})]) == [["a"]]
