"""The deep check gives each broken rule its own code, and one does not spoil another's result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.zoo.hollow import HOLLOW, UNRULY, WELL
from tests.zoo.installation import Installation, state
from tests.zoo.zoo import HEALTHY, Animal

from metaextract_sdk.conformance.rules import RULES, TIERS

ALL = (*HOLLOW, *UNRULY, *WELL)
HOOKS = next(animal for animal in HEALTHY if animal.name == "healthy-hooks")


class Examined:
    """The whole house after a deep check in one command."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.run = installation.run("plugins", "check", "--deep", "--json")
        report = json.loads(self.run.stdout)
        self.rows: dict[str, dict[str, Any]] = {row["name"]: row for row in report["plugins"]}

    def broken(self, name: str) -> list[str]:
        rules = self.rows[name]["deep"]["rules"]
        return [rule["code"] for rule in rules if rule["passed"] is False]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    return Examined(Installation(tmp_path_factory.mktemp("zoo"), (*ALL, HOOKS), alone=True))


@pytest.mark.parametrize("animal", ALL, ids=lambda animal: animal.name)
def test_each_gets_the_code_of_its_rule(house: Examined, animal: Animal) -> None:
    row = house.rows[animal.name]
    assert state(row) == f"{animal.state} {animal.code or 'well'}", row["message"]
    if animal.code is not None:
        assert row["message"]
        assert row["fix"] == next(rule.fix for rule in RULES if rule.code == animal.code)


@pytest.mark.parametrize(
    "animal",
    [each for each in UNRULY if each.code not in ("MX601", "MX602")],
    ids=lambda animal: animal.name,
)
def test_who_breaks_one_rule_keeps_all_others(house: Examined, animal: Animal) -> None:
    """Without data there is little to judge, so those who give none are not here."""
    assert house.broken(animal.name) == [animal.code]


@pytest.mark.parametrize("animal", ALL, ids=lambda animal: animal.name)
def test_the_tier_is_the_one_below_the_lowest_broken_rule(house: Examined, animal: Animal) -> None:
    rule = next((rule for rule in RULES if rule.code == animal.code), None)
    reached = TIERS.index(rule.tier) if rule else len(TIERS)
    expected = TIERS[reached - 1] if reached else None
    assert house.rows[animal.name]["deep"]["tier"] == expected


def test_every_rule_has_an_animal_that_breaks_it() -> None:
    assert {animal.code for animal in (*HOLLOW, *UNRULY)} == {rule.code for rule in RULES}


def test_hidden_chance_is_named_too(house: Examined) -> None:
    for name in ("constant-clock", "constant-seconds", "constant-chance", "chance-names"):
        assert "MX607" in house.broken(name), name


def test_each_rule_is_reported_once_in_order(house: Examined) -> None:
    for animal in ALL:
        rules = house.rows[animal.name]["deep"]["rules"]
        assert [rule["code"] for rule in rules] == [rule.code for rule in RULES]
        assert all(bool(rule["message"]) == (rule["passed"] is not True) for rule in rules)


def test_hooks_read_no_files(house: Examined) -> None:
    row = house.rows["healthy-hooks"]
    assert (row["status"], row["deep"]) == (
        "ready",
        {"tier": None, "reason": "it has hooks, which read no files", "rules": []},
    )


def test_what_is_broken_makes_the_exit_status_1(house: Examined) -> None:
    assert house.run.returncode == 1
    assert house.run.stderr == ""


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("reader", (), 0),
        ("unmapped", (), 0),
        ("unmapped", ("--strict",), 1),
        ("constant", (), 1),
        ("talker", (), 1),
    ],
)
def test_only_what_gold_asks_for_is_no_fault(
    house: Examined, name: str, options: tuple[str, ...], status: int
) -> None:
    run = house.installation.run("plugins", "check", name, "--deep", *options)
    assert run.returncode == status, run.stdout


def test_people_read_the_code_the_mend_and_the_tier(house: Examined) -> None:
    run = house.installation.run("plugins", "check", "constant", "reader", "--deep")
    assert [line.strip() for line in run.stdout.splitlines()[1:]] == [
        "MX604 all 2 samples give the same data (Quality)",
        "fix: say what is in the file, or remove the extractor",
        (
            "MX605 85 files with the sample's name and size but another content or time "
            "give the sample's data"
        ),
        "fix: say what is in the file, or declare samples that show it",
        "MX616 no sample gives a tag of its crosswalk",
        "fix: map tags to canonical fields in the attribute crosswalk",
        "quality: below bronze, 14 of 17 rules kept",
        "reader    ready         zoo-reader 1.0",
        "quality: gold, 17 of 17 rules kept",
        "2 plugins: 1 broken, 1 ready",
    ]
