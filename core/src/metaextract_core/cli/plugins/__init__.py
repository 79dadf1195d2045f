"""`metaextract plugins`: what is installed, in which state, and how to mend it."""

from __future__ import annotations

from typing import Any, Final

import click

from metaextract_core.cli import console
from metaextract_core.cli.lazy import LazyGroup
from metaextract_core.errors import MetaExtractError

_COMMANDS: Final = {
    "check": "metaextract_core.cli.plugins.check:check",
    "disable": "metaextract_core.cli.plugins.switching:disable",
    "enable": "metaextract_core.cli.plugins.switching:enable",
    "info": "metaextract_core.cli.plugins.info:info",
    "list": "metaextract_core.cli.plugins.list:list_",
    "new": "metaextract_core.cli.plugins.new:new",
    "reset": "metaextract_core.cli.plugins.reset:reset",
}


class _CheckerFailed(click.ClickException):
    """No plugin is to blame."""

    exit_code = 4


class _Guarded(LazyGroup):
    """Turns what nobody foresaw into one line and an exit status of its own."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except (MetaExtractError, BrokenPipeError):
            raise
        except Exception as error:
            text = console.safe(f"{type(error).__name__}: {error}")
            raise _CheckerFailed(f"the check itself failed: {text}") from error


@click.group(cls=_Guarded, targets=_COMMANDS)
def plugins() -> None:
    """Look at the installed plugins, check their health, and switch them on and off.

    Exit status: 0 healthy, 1 something is broken, 2 usage, 3 not installed, 4 the check failed.
    """
