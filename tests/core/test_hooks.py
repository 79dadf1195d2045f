"""One hook that misbehaves is named; the others are called all the same."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.hooks import GROUP, Hooks
from metaextract_sdk import hookimpl


class Counter:
    """Implements one hook and leaves the other alone."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @hookimpl
    def metaextract_publish(self, record: Mapping[str, Any]) -> None:
        self.seen.append(record["name"])


class Raising:
    @hookimpl
    def metaextract_publish(self, record: Mapping[str, Any]) -> None:
        raise RuntimeError("no")


class Answering:
    @hookimpl
    def metaextract_identify(self, head: bytes, name: str, media_type: str) -> str | None:
        return "image/x-better" if head else None


class Misspelled:
    @hookimpl
    def metaextract_pubish(self, record: Mapping[str, Any]) -> None:
        pass


class WrongArguments:
    @hookimpl
    def metaextract_publish(self, recrod: Mapping[str, Any]) -> None:
        pass


@pytest.fixture
def faults() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def hooks(faults: list[tuple[str, str]]) -> Hooks:
    return Hooks(lambda name, reason: faults.append((name, reason)))


def test_a_hook_that_raises_is_reported_and_the_others_are_called(
    hooks: Hooks, faults: list[tuple[str, str]]
) -> None:
    """pluggy alone would stop at the first that raises, whichever comes first."""
    first, last = Counter(), Counter()
    for name, plugin in {"first": first, "raising": Raising(), "last": last}.items():
        hooks.register(plugin, name)
    hooks.call("metaextract_publish", record={"name": "a"})
    assert first.seen == last.seen == ["a"]
    assert faults == [("raising", "metaextract_publish raised RuntimeError: no")]


def test_results_come_with_the_name_of_their_plugin_and_none_is_no_result(hooks: Hooks) -> None:
    hooks.register(Answering(), "answering")
    assert hooks.call("metaextract_identify", head=b"x", name="n", media_type="t") == [
        ("answering", "image/x-better")
    ]
    assert hooks.call("metaextract_identify", head=b"", name="n", media_type="t") == []


def test_only_hooks_that_someone_implements_are_wanted(hooks: Hooks) -> None:
    hooks.register(Counter(), "counter")
    assert hooks.wanted("metaextract_publish")
    assert not hooks.wanted("metaextract_plan")
    hooks.unregister("counter")
    assert not hooks.wanted("metaextract_publish")


def test_an_argument_is_wanted_where_someone_takes_it(hooks: Hooks) -> None:
    """What nobody takes need not be prepared."""

    class NameOnly:
        @hookimpl
        def metaextract_identify(self, name: str) -> None:
            return None

    hooks.register(NameOnly(), "name only")
    assert hooks.wanted("metaextract_identify", "name")
    assert not hooks.wanted("metaextract_identify", "head")
    hooks.register(Answering(), "answering")
    assert hooks.wanted("metaextract_identify", "head")
    assert not hooks.wanted("metaextract_publish", "record")


def test_what_is_not_there_may_be_removed(hooks: Hooks, faults: list[tuple[str, str]]) -> None:
    """As a plugin that was refused when it was registered."""
    hooks.unregister("nobody")
    assert faults == []


@pytest.mark.parametrize("plugin", [Misspelled(), WrongArguments()])
def test_a_hook_that_no_specification_knows_is_refused(
    hooks: Hooks, faults: list[tuple[str, str]], plugin: object
) -> None:
    hooks.register(plugin, "wrong")
    assert [name for name, _ in faults] == ["wrong"]
    hooks.call("metaextract_publish", record={"name": "a"})
    assert len(faults) == 1


def test_entry_points_are_loaded_by_name_and_one_that_fails_is_reported(
    hooks: Hooks,
    faults: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a_good_hook.py").write_text(
        "from metaextract_sdk import hookimpl\n"
        "@hookimpl\n"
        "def metaextract_plan(media_type, profile, extractors):\n"
        "    return ['only']\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [
        EntryPoint("good", "a_good_hook", GROUP),
        EntryPoint("gone", "no_such_module_anywhere", GROUP),
    ]
    hooks.load(points)
    assert hooks.call("metaextract_plan", media_type="", profile="", extractors=()) == [
        ("good", ["only"])
    ]
    assert [name for name, _ in faults] == ["gone"]
    sys.modules.pop("a_good_hook")


def test_a_fault_that_is_the_same_for_every_file_is_reported_once(
    hooks: Hooks, faults: list[tuple[str, str]]
) -> None:
    hooks.register(Raising(), "raising")
    for _ in range(3):
        hooks.call("metaextract_publish", record={"name": "a"})
    assert len(faults) == 1
