"""The progress display: a hook like any other plugin's."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from metaextract_core.cli.console import safe, shorten
from metaextract_core.kernel import Kernel
from metaextract_sdk import hookimpl

if TYPE_CHECKING:
    from rich.progress import Progress

_AFTER = 5
"""Files after which a run is long enough to be worth a display."""
_PATIENCE = 5.0
"""Seconds after which it is, however few files it has read."""


def inside(kernel: Kernel) -> str:
    """The file of which most is still to be read, and how much of it has been."""
    steps = kernel.steps()
    if not steps:
        return ""
    step = max(steps, key=lambda one: one.total - one.done)
    name = os.path.basename(os.fsdecode(step.path))
    return f"{shorten(safe(name), 40)} {100 * step.done // step.total} %"


class _Display:
    """Counts published records, and shows how many, how fast, and how many failed."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._starting = threading.Lock()
        self._timer = threading.Timer(_PATIENCE, self._start)
        self._timer.daemon = True
        self._timer.start()
        self._count = self._failed = 0
        self._started = time.monotonic()
        self._progress: Progress | None = None

    @hookimpl
    def metaextract_publish(self, record: Mapping[str, Any]) -> None:
        self._count += 1
        self._failed += bool(record["summary"]["extractors_failed"] or "error" in record["file"])
        if self._count == _AFTER:
            self._start()
        if self._progress is not None:
            self._progress.update(
                self._progress.task_ids[0],
                completed=self._count,
                failed=self._failed,
                rate=self._count / (time.monotonic() - self._started),
            )

    def _start(self) -> None:
        with self._starting:
            if self._progress is None and not self._timer.finished.is_set():
                self._timer.cancel()
                self._show()

    def _show(self) -> None:
        from rich.progress import (
            Progress,
            ProgressColumn,
            SpinnerColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.text import Text

        from metaextract_core.cli.console import rich_console

        kernel = self._kernel

        class Inside(ProgressColumn):
            def render(self, task: Task) -> Text:
                return Text(inside(kernel))

        display = Progress(
            SpinnerColumn(),
            TextColumn(
                "{task.completed} files, {task.fields[failed]} failed, {task.fields[rate]:.0f}/s"
            ),
            TimeElapsedColumn(),
            Inside(),
            console=rich_console(sys.stderr),
            transient=True,
        )
        display.add_task("", total=None, failed=0, rate=0)
        display.start()
        self._progress = display

    def stop(self) -> None:
        """Leave the terminal as it was."""
        with self._starting:
            self._timer.cancel()
        if self._progress is not None:
            self._progress.stop()


@contextlib.contextmanager
def progress(kernel: Kernel, *, shown: bool) -> Iterator[None]:
    """Show progress on standard error while the block runs, if `shown` and it is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield
        return
    display = _Display(kernel)
    kernel.hooks.register(display, "progress")
    try:
        yield
    finally:
        kernel.hooks.unregister("progress")
        display.stop()
