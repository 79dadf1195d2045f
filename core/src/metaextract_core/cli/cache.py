"""`metaextract cache`: what is kept of earlier runs, and how to be rid of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from metaextract_core.caching.cache import Cache, open_cache
from metaextract_core.cli import console, options
from metaextract_core.cli.options import file_list, read_list
from metaextract_core.settings import cache_folder, load_settings

if TYPE_CHECKING:
    from metaextract_core.caching.entries import Statistics


@click.group()
def cache() -> None:
    """Look at the cache of sections, and remove what is in it.

    Exit status: 0 done, 1 the cache cannot be used or is damaged, 2 usage.
    """


@contextmanager
def _opened() -> Iterator[tuple[Cache, list[str]]]:
    """The cache, and a list that gets what is wrong with it, which is said in the end."""
    faults: list[str] = []
    opened = open_cache(load_settings(), faults.append)
    try:
        yield opened, faults
    finally:
        opened.close()
        for fault in faults:
            console.say(fault)


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def stats(as_json: bool) -> int:
    """How much is kept, and how much time that has saved, by extractor."""
    with _opened() as (opened, faults):
        found = opened.store.statistics()
    if faults:
        return 1
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        _show(found)
    return 0


def _show(found: Statistics) -> None:
    from rich import box
    from rich.table import Table

    table = Table("extractor", box=box.SIMPLE_HEAD)
    for name in ("hits", "misses", "kept", "evicted", "errors", "seconds saved"):
        table.add_column(name, justify="right")
    for extractor, counts in found.extractors.items():
        numbers = (counts.hits, counts.misses, counts.sets, counts.evictions, counts.errors)
        cells = [f"{number:,}" for number in numbers]
        table.add_row(console.safe(extractor), *cells, f"{counts.saved_seconds:,.1f}")
    out = console.rich_console(sys.stdout)
    if found.extractors:
        out.print(table)
    out.print(
        f"{found.sections:,} sections of {found.files:,} files, {found.bytes / 1e6:,.1f} MB,"
        f" in {console.safe(str(cache_folder()))}",
        soft_wrap=True,
    )


@cache.command()
def clear() -> int:
    """Remove everything that is kept, the statistics too."""
    with _opened() as (opened, faults):
        gone = opened.clear()
    if not faults:
        console.say(f"removed {gone} sections and files")
    return 1 if faults else 0


@cache.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=str))
@click.option("--extractor", "extractors", multiple=True, metavar="NAME", help="All it has said.")
@click.option("--digest", "digests", multiple=True, metavar="DIGEST", help="All about a content.")
def invalidate(
    paths: tuple[str, ...], extractors: tuple[str, ...], digests: tuple[str, ...]
) -> int:
    """Remove what is kept of these files, extractors or contents.

    A content is removed with every file that has it.
    """
    if not (paths or extractors or digests):
        raise click.UsageError("name a file, or use --extractor, --digest or `cache clear`")
    absolute = [os.fsencode(os.path.abspath(path)) for path in paths]
    with _opened() as (opened, faults):
        gone = opened.forget(digests=digests, extractors=extractors, paths=absolute)
    if not faults:
        console.say(f"removed {gone} sections and files")
    return 1 if faults else 0


@cache.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@file_list
@options.profile
@options.jobs
def warm(
    paths: tuple[str, ...], files_from: str | None, null: bool, profile: str, jobs: int | None
) -> int:
    """Read files and folders now, so that later runs find what is said of them.

    Exit status: 0 done, 1 some file or extractor failed, which a later run tries again.
    """
    if not paths and files_from is None:
        raise click.UsageError("name at least one file or folder, or use --files-from")
    settings = load_settings()
    if not settings.cache.enabled:
        raise click.UsageError("the configuration says that nothing is kept ([cache] enabled)")
    from metaextract_core.cli.progress import progress
    from metaextract_core.kernel import Kernel

    known = read = failed = 0
    with Kernel(
        settings, jobs=jobs, on_fault=lambda name, why: console.say(f"{name}: {why}")
    ) as kernel:
        named = [*paths, *read_list(files_from, null=null)]
        with progress(kernel, "auto", named) as advance:
            for result in kernel.results(named, profile=profile, ordered=False):
                known += result.cached
                read += not result.cached
                failed += result.failed
                advance(result)
    console.say(f"{known} files were known, {read} were read, {failed} of them with failures")
    return 1 if failed else 0


@cache.command()
def health() -> int:
    """Whether the file of the cache is sound, and Redis answers."""
    with _opened() as (opened, faults):
        problems = opened.check()
    for problem in problems:
        console.say(problem)
    if not faults and not problems:
        console.say("the cache is sound")
    return 1 if faults or problems else 0
