"""The command line. A command parses its arguments, calls the kernel, and prints."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from metaextract_core.cli import console
from metaextract_core.cli.lazy import LazyGroup
from metaextract_core.errors import MetaExtractError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_COMMANDS = {
    "cache": "metaextract_core.cli.cache:cache",
    "catalogue": "metaextract_core.cli.catalogue:catalogue",
    "config": "metaextract_core.cli.config:config",
    "dedupe": "metaextract_core.cli.dedupe:dedupe",
    "diff": "metaextract_core.cli.diff:diff",
    "doctor": "metaextract_core.cli.doctor:doctor",
    "export": "metaextract_core.cli.export:export",
    "extract": "metaextract_core.cli.extract:extract",
    "history": "metaextract_core.cli.history:history",
    "identify": "metaextract_core.cli.identify:identify",
    "import": "metaextract_core.cli.importing:import_",
    "plugins": "metaextract_core.cli.plugins:plugins",
    "search": "metaextract_core.cli.search:search",
    "similar": "metaextract_core.cli.similar:similar",
    "stats": "metaextract_core.cli.stats:stats",
    "timeline": "metaextract_core.cli.timeline:timeline",
    "watch": "metaextract_core.cli.watch:watch",
}


class _CommandLine(LazyGroup):
    """Has the commands of other distributions, and ends quietly where nobody reads its output.

    These name their commands in the entry-point group ``metaextract.commands``, as the server does.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in _further())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = next((point.load() for point in _further() if point.name == cmd_name), None)
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            pass
        except SystemExit as error:  # rich says it like this
            if not isinstance(error.__context__, BrokenPipeError):
                raise
        # The reader, `head` for one, has seen enough.
        _drop_output()
        return 128 + signal.SIGPIPE


def _further() -> Iterable[EntryPoint]:
    # Imported here: no command of our own needs to know of others.
    from importlib.metadata import entry_points

    return entry_points(group="metaextract.commands")


# The first character keeps click from joining the lines.
_EPILOG = """\b
Shell completion: put one line into your shell's start-up file:
bash  eval "$(_METAEXTRACT_COMPLETE=bash_source metaextract)"
zsh   eval "$(_METAEXTRACT_COMPLETE=zsh_source metaextract)"
fish  _METAEXTRACT_COMPLETE=fish_source metaextract | source"""


@click.group(
    cls=_CommandLine,
    targets=_COMMANDS,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="metaextract-core", prog_name="metaextract")
def cli() -> None:
    """Read everything that files say about themselves."""


def main() -> None:
    """Run the command line; end with 0, 1 (something failed), 2 (usage), 130 (interrupted).

    4 stands for an installation that does not do its part: vetting does not work itself, or the
    sandbox is required and not whole. 141 stands for a reader that closed the pipe.
    """
    _stand_in_for_closed_streams()
    # Ended from outside, the program still ends its workers and deletes their scratch folders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
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
    except MetaExtractError as error:
        for line in str(error).splitlines():  # one that points at a place has several
            console.say(line)
        status = error.exit_status
    except OSError as error:
        console.say(": ".join(str(part) for part in (error.filename, error.strerror) if part))
        _drop_output()
        status = 1
    sys.exit(status)


def _stand_in_for_closed_streams() -> None:
    """Let no file or socket of ours become descriptor 0, 1 or 2 where the caller closed it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            stream = os.fdopen(os.open(os.devnull, os.O_RDWR), mode)  # the lowest that is free
            setattr(sys, name, stream)
        if mode == "w":
            # Where the locale lacks a character, show its escape.
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Python would try to write what is left, and complain, once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
