"""`metaextract watch`."""

from __future__ import annotations

import signal
import threading

import click

from metaextract_core.cli import asking, console, options


@click.command()
@click.argument(
    "folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(path_type=str)
)
@options.profile
@options.jobs
@click.option("--once", is_flag=True, help="Compare the folders with the catalogue, and end.")
@click.option(
    "--settle",
    type=click.FloatRange(0, 3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file has to stay as it is before it is read.",
)
@click.option(
    "--resync",
    type=click.FloatRange(1),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="How often everything is compared anew.",
)
@asking.database
def watch(
    folders: tuple[str, ...],
    profile: str,
    jobs: int | None,
    once: bool,
    settle: float,
    resync: float,
    database: str | None,
) -> int:
    """Keep the catalogue of folders current, until it is interrupted.

    What is new or changed is read once it rests, what is gone is taken out; its history stays.

    Exit status: 0 it was ended by you, 1 it cannot go on, 2 usage.
    """
    from metaextract_core.kernel import Kernel
    from metaextract_core.watching import Watcher

    with (
        asking.opened(database) as catalogue,
        Kernel(jobs=jobs, on_fault=lambda name, why: console.say(f"{name}: {why}")) as kernel,
    ):
        watcher = Watcher(
            kernel,
            catalogue,
            folders,
            settle=settle,
            resync=resync,
            tell=console.say,
            profile=profile,
            ordered=False,
        )
        if once:
            watcher.sync()
            return 0
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        watcher.run(stop)
    return 0
