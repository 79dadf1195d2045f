"""`metaextract extract`."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, cast

import click

from metaextract_core.cli import console
from metaextract_core.cli.options import file_list, no_plugins, read_list
from metaextract_core.cli.output import FORMATS, Writer, open_writer
from metaextract_core.cli.plugins.choosing import BROKEN_STATES
from metaextract_core.cli.progress import progress
from metaextract_core.descriptor import PROFILES
from metaextract_core.kernel import Kernel
from metaextract_core.workers.roots import MAX_ROOTS


def _names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> set[str]:
    return {name for value in values for name in value.split(",") if name}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@file_list
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="standard",
    show_default=True,
    help="fast starts no external tool, deep runs everything.",
)
@click.option(
    "--only", multiple=True, callback=_names, metavar="NAME", help="Run these extractors alone."
)
@click.option("--exclude", multiple=True, callback=_names, metavar="NAME", help="Do not run these.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="For people, one JSON list, or one JSON object per line.",
)
@click.option("--all", "everything", is_flag=True, help="Table: show the sections as well.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=str), help="Write to this file."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Workers; one per processor by default.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="The most that an extractor may take for one file.",
)
@click.option(
    "--no-cache", "cache", flag_value=False, default=True, help="Ask every extractor anew."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@no_plugins
def extract(
    paths: tuple[str, ...],
    files_from: str | None,
    null: bool,
    profile: str,
    only: set[str],
    exclude: set[str],
    format_: str,
    everything: bool,
    output: str | None,
    jobs: int | None,
    timeout: float | None,
    cache: bool,
    quiet: bool,
    plugins: bool,
) -> int:
    """Read the metadata of files, and of all files in folders.

    Exit status: 0 all good, 1 some file or extractor failed, 2 usage, 130 interrupted.
    """
    if not paths and files_from is None:
        raise click.UsageError("name at least one file or folder, or use --files-from")
    failed = total = 0
    with Kernel(
        plugins=plugins,
        jobs=jobs,
        cache=cache,
        on_fault=lambda name, why: console.say(f"{name}: {why}"),
    ) as kernel:
        if not quiet:
            _say_what_is_broken(kernel)
        try:
            results = kernel.results(
                _named(paths, files_from, null=null),
                profile=profile,
                only=only,
                exclude=exclude,
                timeout=timeout,
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        # Records that scroll by on the same terminal are progress enough.
        shown = not quiet and not (output is None and sys.stdout.isatty())
        with (
            _writer(output, format_, everything=everything) as writer,
            progress(kernel, shown=shown),
        ):
            for result in results:
                total += 1
                failed += result.failed
                writer.write(result)
    if failed and not quiet:
        console.say(
            f"{failed} of {total} files could not be read completely; their records say why"
        )
    return 1 if failed else 0


def _named(paths: tuple[str, ...], files_from: str | None, *, null: bool) -> Iterable[str]:
    """All paths: a collection where they are known at once, so that workers may read these alone.

    A list that is no file on a disk may come slowly, and is not waited for.
    """
    listed = read_list(files_from, null=null)
    if files_from is not None and not os.path.isfile(files_from):
        return itertools.chain(paths, listed)
    known = [*paths, *itertools.islice(listed, MAX_ROOTS)]
    return known if len(known) < MAX_ROOTS else itertools.chain(known, listed)


def _say_what_is_broken(kernel: Kernel) -> None:
    broken = [
        verdict.name for verdict in kernel.registry.verdicts if verdict.status in BROKEN_STATES
    ]
    if broken:
        names = ", ".join(sorted(set(broken)))
        console.say(f"left out as broken: {names}; `metaextract plugins check` says why")


@contextlib.contextmanager
def _writer(output: str | None, format_: str, *, everything: bool) -> Iterator[Writer]:
    """A writer on standard output, or on a file that appears under its name only when complete."""
    if output is None:
        with open_writer(
            cast("BinaryIO", sys.stdout.buffer), format_, everything=everything
        ) as writer:
            yield writer
        return
    # A device or FIFO takes what it is given; a link stays, and what it points to is replaced.
    special = os.path.exists(output) and not os.path.isfile(output)
    target = os.path.realpath(output)
    partial = target if special else f"{target}.part"
    try:
        stream: IO[bytes] = open(partial, "wb")  # noqa: SIM115 -- closed below, before it gets its name
    except OSError as error:
        raise click.UsageError(f"cannot write {output}: {error.strerror}") from error
    try:
        with stream, open_writer(stream, format_, everything=everything) as writer:
            yield writer
        os.replace(partial, target)
    except BaseException:
        console.say(f"what had been written is in {partial}")
        raise
