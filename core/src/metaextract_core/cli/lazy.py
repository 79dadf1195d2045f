"""Groups of commands that import a command when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands by name and ``module:attribute``, so that each starts as fast as it can."""

    def __init__(self, *arguments: Any, targets: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted; imports nothing."""
        return sorted(self._targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now."""
        target = self._targets.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 -- tells the type checker; the table is ours
        return command
