"""Every change of what extractors share is seen, and named."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

from metaextract_sdk.conformance.state import Library, changes, state


def test_nothing_changes_by_looking() -> None:
    assert changes(state(), state()) == []
    assert Library().changes() == []


def test_what_was_changed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    before, library = state(), Library()
    monkeypatch.setenv("X_STATE_ONE", "1")
    monkeypatch.setattr(os.path, "basename", str)
    assert changes(before, state()) == ["the environment (X_STATE_ONE)"]
    # os.path goes by two names.
    (changed,) = library.changes()
    assert changed.startswith("the standard library (")
    assert "path.basename" in changed


def test_only_the_first_few_names_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state()
    for number in range(9):
        monkeypatch.setenv(f"X_STATE_{number}", "1")
    assert changes(before, state()) == ["the environment (X_STATE_0, X_STATE_1, X_STATE_2, ...)"]


def test_a_variable_that_is_gone_is_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_STATE_ONE", "1")
    before = state()
    monkeypatch.delenv("X_STATE_ONE")
    assert changes(before, state()) == ["the environment (X_STATE_ONE)"]


def test_further_modules_of_the_standard_library_are_no_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "this_is_not_loaded", raising=False)
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    library = Library()
    import colorsys

    assert colorsys.__name__ in sys.modules
    assert library.changes() == []


def test_a_module_of_the_standard_library_that_is_replaced_or_gone_is_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import colorsys

    library = Library()
    for other in (types.ModuleType("colorsys"), None):
        monkeypatch.setitem(sys.modules, "colorsys", other)
        assert library.changes() == ["the standard library (colorsys)"]
    monkeypatch.setitem(sys.modules, "colorsys", colorsys)
    assert library.changes() == []


def test_a_stranger_under_the_name_of_a_standard_module_is_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    before = state()
    monkeypatch.setitem(sys.modules, "colorsys", pytest)
    assert changes(before, state()) == ["modules of the standard library (colorsys)"]


def test_a_folder_that_is_no_more_can_be_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    before = state()
    monkeypatch.chdir(tmp_path)
    assert changes(before, state()) == ["the working folder"]
