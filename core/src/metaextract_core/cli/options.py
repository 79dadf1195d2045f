"""Options that several commands share."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeVar, cast

import click

from metaextract_core.descriptor import PROFILES

F = TypeVar("F", bound=Callable[..., Any])


def no_plugins(command: F) -> F:
    """``--no-plugins``: run as if no plugin were installed (parameter ``plugins``)."""
    return click.option(
        "--no-plugins", "plugins", flag_value=False, default=True, help="Load no plugin at all."
    )(command)


def profile(command: F) -> F:
    """``--profile NAME`` (parameter ``profile``)."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default="standard",
        show_default=True,
        help="fast starts no external tool and makes no checksums, deep runs everything.",
    )(command)


def jobs(command: F) -> F:
    """``--jobs NUMBER`` (parameter ``jobs``; None for one for each processor)."""
    return click.option(
        "--jobs", type=click.IntRange(min=1), help="Workers; one per processor by default."
    )(command)


def file_list(command: F) -> F:
    """``--files-from FILE`` and ``-0`` (parameters ``files_from`` and ``null``)."""
    command = click.option(
        "--files-from",
        metavar="FILE",
        help="Read paths from this file, one per line; - is standard input.",
    )(command)
    return click.option("-0", "--null", is_flag=True, help="--files-from: paths end with NUL.")(
        command
    )


def read_list(files_from: str | None, *, null: bool) -> Iterator[str]:
    """The paths of a list, read as they are needed; nothing for None.

    Raises:
        click.UsageError: the list cannot be opened.
    """
    if files_from is None:
        return iter(())
    try:
        stream = sys.stdin.buffer if files_from == "-" else open(files_from, "rb")  # noqa: SIM115 -- closed by the generator
    except OSError as error:
        raise click.UsageError(f"cannot read the list {files_from}: {error.strerror}") from error
    return _split(stream, b"\0" if null else b"\n")


@contextlib.contextmanager
def opened(source: str) -> Iterator[BinaryIO]:
    """A file to read, or standard input for ``-``.

    Raises:
        click.UsageError: it cannot be opened.
    """
    if source == "-":
        yield cast("BinaryIO", sys.stdin.buffer)
        return
    try:
        stream = open(source, "rb")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise click.UsageError(f"cannot read {source}: {error.strerror}") from error
    with stream:
        yield stream


def _split(stream: BinaryIO, separator: bytes) -> Iterator[str]:
    with stream:
        rest = b""
        while chunk := os.read(stream.fileno(), 1 << 16):
            *whole, rest = (rest + chunk).split(separator)
            yield from (os.fsdecode(path) for path in whole if path)
        if rest:
            yield os.fsdecode(rest)
