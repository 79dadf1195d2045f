"""How far a run has come: on a terminal, or as JSON lines for another program."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from metaextract_core.record import Result
from metaextract_core.walking import walk

if TYPE_CHECKING:
    from rich.progress import Progress

Mode = Literal["auto", "json", "none"]
MODES: Final[tuple[Mode, ...]] = ("auto", "json", "none")
Advance = Callable[[Result], None]

_AFTER = 5
"""Files after which a run is long enough to be worth a display."""
_APART: Final = 0.25
"""Seconds between two lines of JSON."""


class Step(Struct, kw_only=True):
    """How far a run has come, as a line of ``--progress json``.

    Attributes:
        files: how many are done, by the run that this one goes on with as well.
        failed: how many of them could not be read completely.
        cached: how many were known from the cache.
        bytes: of the files that this run has done.
        total: how many files there are; None until that is known, or where it cannot be.
        seconds: since the run began.
        files_per_second, bytes_per_second: of this run.
        eta_seconds: until the end, at this pace; None where the total is not known.
        done: whether this is the last line.
    """

    files: int = 0
    failed: int = 0
    cached: int = 0
    bytes: int = 0
    total: int | None = None
    seconds: float = 0.0
    files_per_second: float = 0.0
    bytes_per_second: float = 0.0
    eta_seconds: float | None = None
    done: bool = False


class Counter:
    """Counts what is done, and in a thread of its own how much there is to do.

    Args:
        paths: what the user named; None where it comes as a list that is not to be waited for.
        files: how many are done already.
        failed: how many of these could not be read completely.
    """

    def __init__(self, paths: Collection[str] | None, files: int = 0, failed: int = 0) -> None:
        self._started = time.monotonic()
        self._before = files
        self._step = Step(files=files, failed=failed)
        self._total: int | None = None
        self._ended = False
        if paths is not None:
            threading.Thread(target=self._count, args=(paths,), daemon=True).start()

    def _count(self, paths: Collection[str]) -> None:
        total = 0
        for _ in walk(paths):
            total += 1
            if self._ended:
                return
        self._total = total

    def add(self, result: Result) -> None:
        """Count a record."""
        step = self._step
        step.files += 1
        step.failed += result.failed
        step.cached += result.cached
        step.bytes += result.file.size or 0

    def now(self) -> Step:
        """How far the run has come."""
        step = self._step
        step.seconds = max(time.monotonic() - self._started, 1e-6)
        step.files_per_second = (step.files - self._before) / step.seconds
        step.bytes_per_second = step.bytes / step.seconds
        step.total = self._total
        if step.total is not None and step.files_per_second:
            left = max(step.total - step.files, 0)
            step.eta_seconds = left / step.files_per_second
        return step

    def end(self) -> None:
        """Stop counting what there is to do."""
        self._ended = True


class _Lines:
    """Writes `Step`s to standard error."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._said = time.monotonic()

    def advance(self, result: Result) -> None:
        self._counter.add(result)
        if time.monotonic() - self._said >= _APART:
            self._say(self._counter.now())

    def _say(self, step: Step) -> None:
        self._said = time.monotonic()
        step.seconds = round(step.seconds, 3)
        step.files_per_second = round(step.files_per_second, 1)
        step.bytes_per_second = round(step.bytes_per_second)
        if step.eta_seconds is not None:
            step.eta_seconds = round(step.eta_seconds, 1)
        sys.stderr.write(msgspec.json.encode(step).decode() + "\n")
        sys.stderr.flush()

    def stop(self) -> None:
        step = self._counter.now()
        step.done = True
        self._say(step)


class _Display:
    """Shows them on a terminal, once the run is long enough."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._progress: Progress | None = None

    def advance(self, result: Result) -> None:
        self._counter.add(result)
        step = self._counter.now()
        if self._progress is None and step.files >= _AFTER:
            self._start()
        if self._progress is not None:
            self._progress.update(
                self._progress.task_ids[0],
                completed=step.files,
                total=step.total,
                failed=step.failed,
                cached=step.cached,
                rate=step.files_per_second,
                megabytes=step.bytes_per_second / 1e6,
            )

    def _start(self) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        from metaextract_core.cli.console import rich_console

        self._progress = Progress(
            BarColumn(20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} failed, {task.fields[cached]} cached"),
            TextColumn("{task.fields[rate]:.0f}/s, {task.fields[megabytes]:.1f} MB/s"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=rich_console(sys.stderr),
            transient=True,
        )
        self._progress.add_task("", total=None, failed=0, cached=0, rate=0.0, megabytes=0.0)
        self._progress.start()

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()


@contextlib.contextmanager
def progress(
    mode: Mode, paths: Collection[str] | None, files: int = 0, failed: int = 0
) -> Iterator[Advance]:
    """What is to be called with each record, while the block runs.

    Args:
        mode: ``json`` writes `Step`s to standard error, ``auto`` shows them where that is a
            terminal, ``none`` does neither.
        paths: what the user named; None where it comes as a list that is not to be waited for.
        files: how many are done already.
        failed: how many of these could not be read completely.
    """
    if mode == "none" or (mode == "auto" and not sys.stderr.isatty()):
        yield lambda _: None
        return
    counter = Counter(paths, files, failed)
    shown = _Lines(counter) if mode == "json" else _Display(counter)
    try:
        yield shown.advance
    finally:
        counter.end()
        shown.stop()
