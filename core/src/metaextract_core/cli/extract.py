"""`metaextract extract`."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Unpack

import click
from click.core import ParameterSource

from metaextract_core.cli import asking, console, options
from metaextract_core.cli.destination import Destination, in_file, on_standard_output
from metaextract_core.cli.keeping import keeping
from metaextract_core.cli.options import file_list, no_plugins, read_list
from metaextract_core.cli.output import FORMATS
from metaextract_core.cli.plugins.choosing import BROKEN_STATES
from metaextract_core.cli.progress import MODES, Mode, progress
from metaextract_core.kernel import How, Kernel
from metaextract_core.workers.roots import MAX_ROOTS


def _names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> set[str]:
    return {name for value in values for name in value.split(",") if name}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@file_list
@options.profile
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
@click.option(
    "--save",
    is_flag=True,
    help="Save the records in the catalogue; they are shown only where --format or -o asks for it.",
)
@asking.database
@options.jobs
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="The most that an extractor may take for one file.",
)
@click.option(
    "--no-cache", "cache", flag_value=False, default=True, help="Ask every extractor anew."
)
@click.option(
    "--deadline",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="The most that the whole run may take; what is not done by then says so.",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0, max=10),
    default=0,
    show_default=True,
    help="How often to read files again whose worker was ended by somebody else.",
)
@click.option(
    "--ordered", is_flag=True, help="JSON Lines in the order of the paths, not as they are ready."
)
@click.option(
    "--resume", is_flag=True, help="Go on where a run into the same file was interrupted."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=str),
    metavar="FILE",
    help="Note there what is finished, for --resume.",
)
@click.option(
    "--progress",
    "mode",
    type=click.Choice(MODES),
    default="auto",
    show_default=True,
    help="On a terminal, as JSON lines on standard error, or not at all.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@no_plugins
def extract(
    paths: tuple[str, ...],
    files_from: str | None,
    null: bool,
    output: str | None,
    format_: str,
    everything: bool,
    save: bool,
    database: str | None,
    state: str | None,
    resume: bool,
    jobs: int | None,
    cache: bool,
    mode: Mode,
    quiet: bool,
    plugins: bool,
    **how: Unpack[How],
) -> int:
    """Read the metadata of files, and of all files in folders.

    Exit status: 0 all good, 1 some file or extractor failed, 2 usage, 130 interrupted.
    """
    if not paths and files_from is None:
        raise click.UsageError("name at least one file or folder, or use --files-from")
    unseen = save and output is None and _by_default("format_")
    # People, and programs that read one list, expect what they have named in its order.
    how["ordered"] |= format_ != "jsonl"
    with Kernel(
        plugins=plugins,
        jobs=jobs,
        cache=cache,
        on_fault=lambda name, why: console.say(f"{name}: {why}"),
    ) as kernel:
        if not quiet:
            _say_what_is_broken(kernel)
        named = _named(paths, files_from, null=null)

        def finished(path: str) -> bool:
            return destination.finished(path)

        try:
            # What is wrong with the request is said before a file is touched.
            results = kernel.results(named, skip=finished, **how)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        # Records that scroll by on the same terminal are progress enough.
        if quiet or (mode == "auto" and not unseen and output is None and sys.stdout.isatty()):
            mode = "none"
        plan = _plan(paths, files_from, how)
        shown = "none" if unseen else format_
        with (
            keeping(save, database, quiet=quiet) as keeper,
            _destination(output, shown, state, everything, plan, resume) as destination,
        ):
            known = named if isinstance(named, list) else None
            done = destination.files, destination.failed
            if keeper is not None:
                results = keeper.through(results)
            with progress(kernel, mode, known, *done) as advance:
                for result in results if not destination.complete else ():
                    destination.write(result)
                    advance(result)
    failed = destination.failed
    if failed and not quiet:
        console.say(
            f"{failed} of {destination.files} files could not be read completely; "
            "their records say why"
        )
    return 1 if failed else 0


def _by_default(parameter: str) -> bool:
    """Whether the user has left the choice to us."""
    source = click.get_current_context().get_parameter_source(parameter)
    return source is ParameterSource.DEFAULT


def _plan(paths: tuple[str, ...], files_from: str | None, how: How) -> str:
    """What was asked for, as far as an output that is gone on with has to be of the same."""
    asked = {
        "folder": os.getcwd(),
        "paths": paths,
        "files_from": files_from,
        "profile": how["profile"],
        "only": sorted(how["only"]),
        "exclude": sorted(how["exclude"]),
        "timeout": how["timeout"],
    }
    return json.dumps(asked)  # which takes names that are no UTF-8


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


def _destination(
    output: str | None, format_: str, state: str | None, everything: bool, plan: str, resume: bool
) -> AbstractContextManager[Destination]:
    if output is not None:
        return in_file(output, format_, state, everything=everything, plan=plan, resume=resume)
    if resume or state is not None:
        raise click.UsageError("--resume and --state need --output, for a file can be gone on with")
    return on_standard_output(format_, everything=everything)
