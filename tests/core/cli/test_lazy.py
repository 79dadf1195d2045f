"""A group imports a command no sooner than it is used."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from metaextract_core.cli.lazy import LazyGroup

SOURCE = """
import click

@click.command()
def wave():
    "Say hello."
    click.echo("hello")
"""


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LazyGroup:
    (tmp_path / "lazily_waving.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lazily_waving", raising=False)
    return LazyGroup(targets={"wave": "lazily_waving:wave", "absent": "no_such_module:absent"})


def test_listing_commands_imports_none(group: LazyGroup) -> None:
    assert group.list_commands(click.Context(group)) == ["absent", "wave"]
    assert "lazily_waving" not in sys.modules


def test_a_command_is_imported_when_it_runs(group: LazyGroup) -> None:
    """And no other one: the absent module is not missed."""
    result = CliRunner().invoke(group, ["wave"])
    assert result.output == "hello\n"


def test_an_unknown_command_is_a_usage_error(group: LazyGroup) -> None:
    result = CliRunner().invoke(group, ["dance"])
    assert result.exit_code == 2
    assert "No such command 'dance'" in result.output
