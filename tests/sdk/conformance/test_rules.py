"""Each rule is kept by a good extractor, broken by a bad one, and open where nothing was seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk.conformance.evidence import Evidence, Kind, Reading, Sample, Subject
from metaextract_sdk.conformance.rules import RULES, TIERS, Judgement, tier

ROOT = Path(__file__).parents[3]
BY_NAME = {rule.name: rule for rule in RULES}
SAMPLES = [Sample("one.x", b"one", "a/x"), Sample("other.x", b"other", "a/y")]
SAID: list[dict[str, Any]] = [{"text": "one", "size": 3}, {"text": "other", "size": 5}]


def reading(kind: Kind, sample: int, data: dict[str, Any], **seen: Any) -> Reading:
    label = SAMPLES[sample].label if kind in ("sample", "again") else f"{kind} {sample}"
    subject = Subject(kind, sample, label, "sample.x", "a/x", b"", 0)
    return Reading(subject=subject, status=seen.pop("status", "ok"), data=data, **seen)


def good() -> Evidence:
    """What is seen of an extractor that keeps every rule."""
    return Evidence(
        description="Reads x and y.",
        media_types=("a/x", "a/y", "b/*"),
        crosswalk={"text": "document.title"},
        samples=list(SAMPLES),
        readings=[
            *(reading("sample", number, SAID[number]) for number in (0, 1)),
            reading("damaged", 0, {}, status="failed", reason="cut short"),
            *(reading("again", number, SAID[number]) for number in (0, 1)),
            reading("changed", 0, {"text": "oNe", "size": 3}),
        ],
    )


def judged(name: str, evidence: Evidence) -> Judgement:
    return BY_NAME[name].judge(evidence)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_good_extractor_keeps_it(name: str) -> None:
    assert judged(name, good()) == (True, "")


def test_nothing_seen_breaks_no_rule_but_the_declarations() -> None:
    """What cannot be told is told to be so, and is no tier."""
    evidence = Evidence(description="", media_types=("a/x",), crosswalk={}, trouble="none")
    passed = {rule.code: rule.judge(evidence).passed for rule in RULES}
    assert {code for code, kept in passed.items() if kept is False} == {
        "MX601", "MX615", "MX616", "MX617",
    }  # fmt: skip
    assert set(passed.values()) == {False, None}
    assert tier({rule.code: rule.judge(evidence) for rule in RULES}) is None


def _with(*readings: Reading, **attributes: Any) -> Evidence:
    evidence = good()
    evidence.readings += readings
    for name, value in attributes.items():
        setattr(evidence, name, value)
    return evidence


def _samples_say(*said: dict[str, Any]) -> Evidence:
    evidence = good()
    for each in evidence.readings:
        if each.subject.kind in ("sample", "again"):
            each.data = said[each.subject.sample]
    return evidence


@pytest.mark.parametrize(
    ("name", "evidence", "said"),
    [
        ("declares samples", _with(trouble="no file is x"), "no file is x"),
        ("declares samples", _with(samples=SAMPLES[:1] * 2), "it declares 1 sample; two"),
        ("reads its samples", _samples_say({}, SAID[1]), "one.x: the data is empty"),
        (
            "reads its samples",
            _with(reading("sample", 1, {}, status="failed", reason="odd")),
            "other.x: odd",
        ),
        (
            "gives data",
            _with(reading("damaged", 0, {}, fault="no data", reason="a list")),
            "damaged 0: a list",
        ),
        (
            "differs between files",
            _samples_say({"a": 1}, {"a": 1}),
            "all 2 samples give the same data (a)",
        ),
        (
            "leaves the file untouched",
            _with(reading("again", 0, {}, traces={"file": "it removes the file"})),
            "one.x: it removes the file",
        ),
        (
            "says the same twice",
            _with(reading("again", 0, {"text": "two", "size": 3})),
            "one.x: another value each time for text",
        ),
        (
            "survives damage",
            _with(reading("damaged", 1, {}, fault="raised", reason="IndexError")),
            "damaged 1: IndexError",
        ),
        (
            "survives damage",
            _with(*[reading("padded", 1, {}, fault="crashed", reason="SIGSEGV")] * 3),
            "padded 1: SIGSEGV (and 2 more)",
        ),
        (
            "honours its deadline",
            _with(reading("sample", 1, {}, fault="timeout", reason="not finished after 3 s")),
            "other.x: not finished after 3 s",
        ),
        (
            "stays in its memory",
            _with(reading("sample", 1, {}, fault="memory", reason="too much")),
            "other.x: too much",
        ),
        (
            "prints nothing",
            _with(reading("changed", 1, {}, traces={"output": "it writes 3 bytes"})),
            "changed 1: it writes 3 bytes",
        ),
        (
            "leaves no file",
            _with(reading("changed", 1, {}, traces={"files": "it left 'x'"})),
            "changed 1: it left 'x'",
        ),
        (
            "leaves no thread or process",
            _with(reading("changed", 1, {}, traces={"children": "it left a process"})),
            "changed 1: it left a process",
        ),
        (
            "leaves no thread or process",
            _with(reading("changed", 1, {}, traces={"threads": "it left a thread"})),
            "changed 1: it left a thread",
        ),
        (
            "leaves the process as it was",
            _with(reading("sample", 1, {}, traces={"process": "it changed the locale"})),
            "other.x: it changed the locale",
        ),
        ("describes itself", _with(description=" "), "the class has no docstring"),
        ("feeds canonical fields", _with(crosswalk={}), "its crosswalk names no canonical field"),
        (
            "feeds canonical fields",
            _with(crosswalk={"colour": "image.color_mode"}),
            "no sample gives a tag of its crosswalk",
        ),
        (
            "has a sample of each media type",
            _with(media_types=("a/x", "a/z")),
            "no sample is a/z by its content",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_one_breaks_it(name: str, evidence: Evidence, said: str) -> None:
    passed, message = judged(name, evidence)
    assert passed is False
    assert message.startswith(said)


def test_every_rule_can_be_broken() -> None:
    """A rule that nobody can break is none; the one about varied files has tests of its own."""
    (table,) = (
        mark.args[1]
        for mark in test_a_bad_one_breaks_it.pytestmark  # type: ignore[attr-defined]  # set by pytest
        if mark.name == "parametrize"
    )
    assert {name for name, _, _ in table} | {"looks into the file"} == BY_NAME.keys()


class TestLooksIntoTheFile:
    """The rule against those who only repeat what everybody knows of a file."""

    def varied(self, *readings: Reading) -> Judgement:
        evidence = good()
        evidence.readings = [*evidence.of("sample", "again"), *readings]
        return judged("looks into the file", evidence)

    def test_the_same_for_every_content_is_not_enough(self) -> None:
        same = [reading("changed", 0, SAID[0]), reading("padded", 1, SAID[1])]
        passed, message = self.varied(*same, reading("touched", 0, SAID[0]))
        assert passed is False
        assert message.startswith("3 files with the sample's name and size")

    def test_another_answer_for_one_of_them_is(self) -> None:
        assert self.varied(reading("changed", 0, SAID[0]), reading("changed", 0, {"a": 1})).passed

    def test_a_time_is_something_to_say_too(self) -> None:
        """Who reads what the file system knows has nothing to do with the content."""
        assert self.varied(reading("changed", 0, SAID[0]), reading("touched", 0, {"a": 1})).passed

    def test_chance_is_not(self) -> None:
        """A tag that says something else each time says nothing of what was changed."""
        evidence = _samples_say({"now": 1}, {"now": 2})
        evidence.readings += [reading("again", 0, {"now": 3}), reading("again", 1, {"now": 4})]
        evidence.readings[-5:-2] = [reading("changed", 0, {"now": 5})]
        assert judged("looks into the file", evidence).passed is False

    def test_a_format_that_refuses_every_change_looks_at_it(self) -> None:
        assert self.varied(reading("changed", 0, {}, status="failed", reason="checksum")).passed

    def test_a_refusal_does_not_help_who_else_says_the_same(self) -> None:
        """A look at the first bytes, and then a constant."""
        refused = reading("changed", 0, {}, status="failed", reason="no magic number")
        assert self.varied(refused, reading("changed", 0, SAID[0])).passed is False


def test_chance_makes_no_difference_between_files() -> None:
    evidence = _samples_say({"quality": 1, "now": 1}, {"quality": 1, "now": 2})
    evidence.readings += [
        reading("again", number, {"quality": 1, "now": 3 + number}) for number in (0, 1)
    ]
    passed, message = judged("differs between files", evidence)
    assert (passed, message) == (False, "all 2 samples give the same data (quality)")


def test_who_dies_once_is_not_taken_for_one_that_says_nothing() -> None:
    """No answer is no other answer: only what was said twice can differ from itself."""
    evidence = _with(reading("again", 0, {}, status="crashed", fault="crashed", reason="SIGKILL"))
    assert judged("differs between files", evidence).passed
    assert judged("says the same twice", evidence).message == "one.x: SIGKILL"


def test_a_volatile_tag_may_differ_and_makes_no_difference() -> None:
    evidence = _with(reading("again", 0, {"text": "two", "size": 3}), volatile=frozenset({"text"}))
    assert judged("says the same twice", evidence).passed
    constant = _samples_say({"text": "a"}, {"text": "b"})
    constant.volatile = frozenset({"text"})
    assert judged("differs between files", constant).passed is False


def test_a_name_in_what_is_said_of_the_content_alone_is_told_as_such() -> None:
    evidence = _with(reading("again", 0, {"text": "two", "size": 3}), content_only=True)
    assert judged("says the same twice", evidence) == (
        False,
        "one.x: another value each time or under another name for text",
    )


def test_who_was_given_up_before_damage_was_done_has_not_survived_it() -> None:
    evidence = _with(stopped="it was given up")
    assert judged("survives damage", evidence) == (None, "not judged: it was given up")


def test_a_star_in_the_crosswalk_stands_for_any_group() -> None:
    evidence = _samples_say({"IFD0:Make": 1}, {"IFD0:Make": 2})
    evidence.crosswalk = {"*:Make": "camera.make"}
    assert judged("feeds canonical fields", evidence).passed


@pytest.mark.parametrize(
    ("broken", "reached"),
    [
        ((), "gold"),
        (("MX617",), "silver"),
        (("MX607",), "bronze"),
        (("MX607", "MX617"), "bronze"),
        (("MX604",), None),
        (("MX604", "MX607"), None),
    ],
)
def test_a_tier_stands_on_those_below(broken: tuple[str, ...], reached: str | None) -> None:
    judgements = {rule.code: Judgement(rule.code not in broken) for rule in RULES}
    assert tier(judgements) == reached


def test_what_cannot_be_told_is_not_kept() -> None:
    judgements = {rule.code: Judgement(True) for rule in RULES}
    assert tier(judgements | {"MX608": Judgement(None)}) == "bronze"


def test_the_table_is_in_order_and_each_rule_explains_itself() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert [rule.tier for rule in RULES] == sorted((rule.tier for rule in RULES), key=TIERS.index)
    for rule in RULES:
        assert rule.slug.isidentifier()
        assert rule.why.endswith(".")
        assert not rule.title.endswith(".")
        assert not rule.fix.endswith(".")


def test_the_page_says_what_the_table_says() -> None:
    """`docs/authors/quality.md` has each rule in the section of its tier, word for word."""
    text = (ROOT / "docs" / "authors" / "quality.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL))
    for name in TIERS:
        rows = re.findall(
            r"^\| (MX.*?) \| (.*?) \| (.*?) \|$", sections[name.title()], re.MULTILINE
        )
        assert rows == [(rule.code, rule.name, rule.why) for rule in RULES if rule.tier == name]
