"""How far a run has come: on a terminal, or as JSON lines for another program."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from metaextract_core.cli.console import rich_console, safe, shorten
from metaextract_core.kernel import Kernel
from metaextract_core.record import Result
from metaextract_core.walking import walk

if TYPE_CHECKING:
    from rich.progress import Progress

Mode = Literal["auto", "json", "none"]
MODES: Final[tuple[Mode, ...]] = ("auto", "json", "none")
Advance = Callable[[Result], None]

_AFTER: Final = 5
"""Files after which a run is long enough to be worth a display."""
_PATIENCE: Final = 5.0
"""Seconds after which it is, however few files it has read."""
_APART: Final = 0.25
"""Seconds between two lines of JSON."""


class Totals(Struct, kw_only=True):
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
        self._totals = Totals(files=files, failed=failed)
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
        totals = self._totals
        totals.files += 1
        totals.failed += result.failed
        totals.cached += result.cached
        totals.bytes += result.file.size or 0

    def now(self) -> Totals:
        """How far the run has come."""
        totals = self._totals
        totals.seconds = max(time.monotonic() - self._started, 1e-6)
        totals.files_per_second = (totals.files - self._before) / totals.seconds
        totals.bytes_per_second = totals.bytes / totals.seconds
        totals.total = self._total
        if totals.total is not None and totals.files_per_second:
            left = max(totals.total - totals.files, 0)
            totals.eta_seconds = left / totals.files_per_second
        return totals

    def end(self) -> None:
        """Stop counting what there is to do."""
        self._ended = True


def inside(kernel: Kernel) -> str:
    """The file of which most is still to be read, and how much of it has been."""
    steps = kernel.steps()
    if not steps:
        return ""
    step = max(steps, key=lambda one: one.total - one.done)
    name = os.path.basename(os.fsdecode(step.path))
    return f"{shorten(safe(name), 40)} {100 * step.done // step.total} %"


class _Lines:
    """Writes `Totals` to standard error."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._said = time.monotonic()

    def advance(self, result: Result) -> None:
        self._counter.add(result)
        if time.monotonic() - self._said >= _APART:
            self._say(self._counter.now())

    def _say(self, totals: Totals) -> None:
        self._said = time.monotonic()
        totals.seconds = round(totals.seconds, 3)
        totals.files_per_second = round(totals.files_per_second, 1)
        totals.bytes_per_second = round(totals.bytes_per_second)
        if totals.eta_seconds is not None:
            totals.eta_seconds = round(totals.eta_seconds, 1)
        sys.stderr.write(msgspec.json.encode(totals).decode() + "\n")
        sys.stderr.flush()

    def stop(self) -> None:
        totals = self._counter.now()
        totals.done = True
        self._say(totals)


class _Display:
    """Shows them on a terminal, once the run is long enough."""

    def __init__(self, counter: Counter, kernel: Kernel) -> None:
        self._counter = counter
        self._kernel = kernel
        self._starting = threading.Lock()
        self._timer = threading.Timer(_PATIENCE, self._start)
        self._timer.daemon = True
        self._timer.start()
        self._progress: Progress | None = None

    def advance(self, result: Result) -> None:
        self._counter.add(result)
        totals = self._counter.now()
        if self._progress is None and totals.files >= _AFTER:
            self._start()
        if self._progress is not None:
            self._progress.update(
                self._progress.task_ids[0],
                completed=totals.files,
                total=totals.total,
                failed=totals.failed,
                cached=totals.cached,
                rate=totals.files_per_second,
                megabytes=totals.bytes_per_second / 1e6,
            )

    def _start(self) -> None:
        with self._starting:
            if self._progress is None and not self._timer.finished.is_set():
                self._timer.cancel()
                self._show()

    def _show(self) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        kernel = self._kernel

        class Inside(ProgressColumn):
            def render(self, task: Task) -> Text:
                return Text(inside(kernel))

        display = Progress(
            BarColumn(20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} failed, {task.fields[cached]} cached"),
            TextColumn("{task.fields[rate]:.0f}/s, {task.fields[megabytes]:.1f} MB/s"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            Inside(),
            console=rich_console(sys.stderr),
            transient=True,
        )
        display.add_task("", total=None, failed=0, cached=0, rate=0.0, megabytes=0.0)
        display.start()
        self._progress = display

    def stop(self) -> None:
        """Leave the terminal as it was."""
        with self._starting:
            self._timer.cancel()
        if self._progress is not None:
            self._progress.stop()


@contextlib.contextmanager
def progress(
    kernel: Kernel,
    mode: Mode,
    paths: Collection[str] | None,
    files: int = 0,
    failed: int = 0,
) -> Iterator[Advance]:
    """What is to be called with each record, while the block runs.

    Args:
        kernel: that runs.
        mode: ``json`` writes `Totals` to standard error, ``auto`` shows them where that is a
            terminal, ``none`` does neither.
        paths: what the user named; None where it comes as a list that is not to be waited for.
        files: how many are done already.
        failed: how many of these could not be read completely.
    """
    if mode == "none" or (mode == "auto" and not sys.stderr.isatty()):
        yield lambda _: None
        return
    counter = Counter(paths, files, failed)
    shown = _Lines(counter) if mode == "json" else _Display(counter, kernel)
    try:
        yield shown.advance
    finally:
        counter.end()
        shown.stop()
