"""The command line. A command parses its arguments, calls the kernel, and prints."""

from __future__ import annotations

import os
import sys

import click

from metaextract_core.cli import console
from metaextract_core.settings import SettingsError

_COMMANDS = {
    "doctor": "metaextract_core.cli.doctor:doctor",
    "extract": "metaextract_core.cli.extract:extract",
    "identify": "metaextract_core.cli.identify:identify",
    "plugins": "metaextract_core.cli.plugins:plugins",
}


class _Lazy(click.Group):
    """Imports a command when it is used, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        import importlib

        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 -- tells the type checker; the table is ours
        return command


_EPILOG = """Shell completion: put one line into your shell's start-up file:
bash  eval "$(_METAEXTRACT_COMPLETE=bash_source metaextract)",
zsh  eval "$(_METAEXTRACT_COMPLETE=zsh_source metaextract)",
fish  _METAEXTRACT_COMPLETE=fish_source metaextract | source"""


@click.group(cls=_Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="metaextract-core", prog_name="metaextract")
def cli() -> None:
    """Read everything that files say about themselves."""


def main() -> None:
    """Run the command line; end with 0, 1 (something failed), 2 (usage) or 130 (interrupted)."""
    status = 2
    try:
        result = cli.main(standalone_mode=False)
        status = result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        console.say("interrupted")
        status = 130
    except click.ClickException as error:
        error.show(sys.stderr)
        status = error.exit_code
    except SettingsError as error:
        console.say(str(error))
    except BrokenPipeError:
        # The reader, `head` for one, has seen enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    sys.exit(status)
