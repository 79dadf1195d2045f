"""`docs/commands.md`: every command with its arguments and options, from the help texts."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from metaextract_core.cli import cli
from tools.generate_docs.text import HEADER, join, table

_SOURCES = "the help texts in metaextract_core/cli/ and metaextract_server/cli.py"
_INTRODUCTION = """# Commands

Each command says the same with `--help`. Results go to standard output, what is said to a person
goes to standard error. Any command ends with status 130 when it is interrupted, and with 141 when
the reader of its output is gone."""


def page() -> str:
    """The text of the page."""
    return HEADER.format(sources=_SOURCES) + join(
        [_INTRODUCTION, *(part for context in commands() for part in _describe(context))]
    )


def commands() -> Iterator[click.Context]:
    """A context for each command of ours, groups before what is in them."""
    yield from _walk(cli, "metaextract", None)


def _walk(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[click.Context]:
    context = click.Context(command, parent, name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from _walk(found, each, context)


def _describe(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"## {context.command_path}"
    yield f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    yield inspect.cleandoc(command.help or "")
    yield table(
        ("option", "meaning"),
        [
            (_names(option, context), _meaning(option))
            for option in command.get_params(context)
            if isinstance(option, click.Option) and not option.hidden
        ],
    )
    if command.epilog:
        first, _, rest = inspect.cleandoc(command.epilog.replace("\b\n", "")).partition("\n")
        yield first
        yield "\n".join(f"    {line}" for line in rest.splitlines())


def _names(option: click.Option, context: click.Context) -> str:
    value = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    # click 8.2 has the names of --help in no order.
    names = sorted([*option.opts, *option.secondary_opts], key=lambda name: name.startswith("--"))
    return ", ".join(f"`{name}{value}`" for name in names)


def _meaning(option: click.Option) -> str:
    default = f" Default: `{option.default}`." if option.show_default is True else ""
    return f"{option.help or ''}{default}"
