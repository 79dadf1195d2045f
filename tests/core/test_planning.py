"""Who reads a file, in which order, and which extractors get a worker of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS
from metaextract_core.hooks import Hooks
from metaextract_core.planning import Plans, Request, choose, lanes, stages, without_replaced
from metaextract_core.registry import Registry
from metaextract_core.vetting import Diagnostic, Verdict
from metaextract_sdk import hookimpl


def extractor(name: str, *needs: str, batch: bool = False, **more: Any) -> Descriptor:
    return Descriptor(
        id=name,
        target="m:C",
        distribution="d",
        distribution_version="1",
        needs=needs,
        batch=batch,
        **more,
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


def running(*extractors: Descriptor, asked: Sequence[str] = ()) -> list[str]:
    return [descriptor.id for descriptor in without_replaced(extractors, asked)]


def instead(name: str, *others: str, **more: Any) -> Descriptor:
    return extractor(name, instead_of=others, **more)


def test_an_extractor_runs_instead_of_those_that_it_names() -> None:
    assert running(extractor("a"), extractor("b"), instead("c", "a", "not installed")) == ["b", "c"]


def test_who_is_asked_for_by_name_runs_beside_its_replacement() -> None:
    assert running(extractor("a"), instead("b", "a"), asked=["a", "b"]) == ["a", "b"]


def test_what_one_that_runs_needs_is_not_replaced() -> None:
    chain = [extractor("a"), extractor("b", "a"), extractor("c", "b"), instead("d", "a", "b")]
    assert running(*chain) == ["a", "b", "c", "d"]


def test_the_needs_of_a_replaced_extractor_keep_nobody() -> None:
    assert running(extractor("a"), extractor("b", "a"), instead("c", "a", "b")) == ["c"]


def test_of_several_that_name_each_other_the_first_by_id_runs() -> None:
    assert running(instead("b", "a"), instead("a", "b")) == ["a"]
    assert running(instead("c", "a"), instead("a", "b"), instead("b", "c")) == ["a"]


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_who_stands_in_for_another_stands_in_for_whom_that_one_replaces(order: str) -> None:
    best, good, poor = list(order)
    assert running(instead(best, good), instead(good, poor), extractor(poor)) == [best]


def test_an_extractor_that_names_itself_runs() -> None:
    assert running(instead("a", "a")) == ["a"]


@given(st.dictionaries(NAMES, st.sets(NAMES), min_size=1))
def test_somebody_always_runs_and_is_the_same_in_any_order(names: dict[str, Any]) -> None:
    named = [instead(name, *others) for name, others in names.items()]
    assert running(*named)
    assert set(running(*named)) == set(running(*reversed(named)))


PNG: dict[str, Any] = {"media_types": ("image/png",)}
ANY: dict[str, Any] = {"media_types": ("*/*",)}
DAILY: dict[str, Any] = {"profiles": ("standard", "deep")}
DEEP: dict[str, Any] = {"profiles": ("deep",)}


def verdict(descriptor: Descriptor, lacking: str = "") -> Verdict:
    found = Verdict(
        name=descriptor.id,
        group=EXTRACTORS,
        target=descriptor.target,
        distribution="d",
        version="1",
        descriptor=descriptor,
    )
    if lacking:
        found.decide(Diagnostic("MX107", lacking), fix="install it")
    return found


INSTALLED = [
    verdict(extractor("late", "size", **ANY, **DAILY)),
    verdict(extractor("pixels", **PNG, **DAILY)),
    verdict(extractor("size", **ANY, **DAILY)),
    verdict(extractor("slow", **PNG, **DEEP)),
    verdict(extractor("tool", **PNG, **DAILY), "the tool is missing"),
    verdict(extractor("heavy", **PNG, **DEEP), "the library is missing"),
]


class Planner:
    """A hook that answers what it is told to, and counts how often it is asked."""

    def __init__(self, *answer: str) -> None:
        self.answer = list(answer)
        self.asked: list[tuple[str, str, Sequence[str]]] = []

    @hookimpl
    def metaextract_plan(
        self, media_type: str, profile: str, extractors: Sequence[str]
    ) -> list[str]:
        self.asked.append((media_type, profile, extractors))
        return self.answer


def plans(*planners: Planner, installed: Sequence[Verdict] = INSTALLED, **request: Any) -> Plans:
    hooks = Hooks(lambda name, reason: pytest.fail(f"{name}: {reason}"))
    for number, planner in enumerate(planners):
        hooks.register(planner, f"planner{number}")
    return Plans(Registry(installed), hooks, Request(**request))


def test_a_plan_holds_who_reads_the_type_in_the_profile_in_stages() -> None:
    assert ids(plans().stages("image/png")) == [["pixels", "size"], ["late"]]
    assert ids(plans().stages("text/plain")) == [["size"], ["late"]]
    assert ids(plans(profile="deep").stages("image/png")) == [["pixels", "size", "slow"], ["late"]]
    assert plans(profile="fast").stages("image/png") == []


def test_an_extractor_asked_for_by_name_needs_no_profile_but_must_read_the_type() -> None:
    by_name = plans(only=frozenset({"slow", "size", "unheard of"}))
    assert ids(by_name.stages("image/png")) == [["size", "slow"]]
    assert ids(by_name.stages("text/plain")) == [["size"]]


def test_what_is_excluded_stays_out_even_where_it_is_asked_for_by_name() -> None:
    both = plans(only=frozenset({"slow", "size"}), exclude=frozenset({"slow"}))
    assert ids(both.stages("image/png")) == [["size"]]


def test_hooks_are_asked_once_for_each_type_and_only_take_away() -> None:
    planner = Planner("slow", "late", "unheard of")
    made = plans(planner)
    for _ in range(3):
        assert ids(made.stages("image/png")) == [["late"]]
        assert ids(made.stages("text/plain")) == [["late"]]
    assert planner.asked == [
        ("image/png", "standard", ("late", "pixels", "size")),
        ("text/plain", "standard", ("late", "size")),
    ]


def test_what_one_hook_takes_away_no_other_brings_back() -> None:
    assert ids(plans(Planner("late", "size"), Planner("size", "pixels")).stages("image/png")) == [
        ["size"]
    ]


REPLACED = [
    verdict(extractor("broad", **ANY, **DAILY)),
    verdict(instead("quick", "broad", **PNG, **DAILY)),
]


def test_a_replacement_stands_in_only_for_the_types_that_it_reads() -> None:
    made = plans(installed=REPLACED)
    assert ids(made.stages("image/png")) == [["quick"]]
    assert ids(made.stages("text/plain")) == [["broad"]]


def test_a_replacement_that_does_not_run_stands_in_for_nobody() -> None:
    without = frozenset({"quick"})
    assert ids(plans(installed=REPLACED, exclude=without).stages("image/png")) == [["broad"]]
    assert ids(plans(Planner("broad"), installed=REPLACED).stages("image/png")) == [["broad"]]


def test_who_is_asked_for_by_name_is_planned_with_its_replacement() -> None:
    both = frozenset({"broad", "quick"})
    assert ids(plans(installed=REPLACED, only=both).stages("image/png")) == [["broad", "quick"]]


def missing(made: Plans, media_type: str = "image/png") -> dict[str, str]:
    return {missing.descriptor.id: missing.reason for missing in made.missing(media_type)}


def test_what_would_run_if_something_were_not_missing_is_named_with_the_reason() -> None:
    assert missing(plans()) == {"tool": "the tool is missing; install it"}
    assert missing(plans(), "text/plain") == {}
    assert missing(plans(profile="deep")).keys() == {"tool", "heavy"}


def test_nobody_misses_what_was_not_asked_for() -> None:
    assert missing(plans(exclude=frozenset({"tool"}))) == {}
    assert missing(plans(only=frozenset({"size"}))) == {}
    assert missing(plans(only=frozenset({"heavy"}))).keys() == {"heavy"}
