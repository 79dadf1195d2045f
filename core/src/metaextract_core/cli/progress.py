"""The progress display: a hook like any other plugin's."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from metaextract_core.kernel import Kernel
from metaextract_sdk import hookimpl

if TYPE_CHECKING:
    from rich.progress import Progress

_AFTER = 5
"""Files after which a run is long enough to be worth a display."""


class _Display:
    """Counts published records, and shows how many, how fast, and how many failed."""

    def __init__(self) -> None:
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
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from metaextract_core.cli.console import rich_console

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn(
                "{task.completed} files, {task.fields[failed]} failed, {task.fields[rate]:.0f}/s"
            ),
            TimeElapsedColumn(),
            console=rich_console(sys.stderr),
            transient=True,
        )
        self._progress.add_task("", total=None, failed=0, rate=0)
        self._progress.start()

    def stop(self) -> None:
        """Leave the terminal as it was."""
        if self._progress is not None:
            self._progress.stop()


@contextlib.contextmanager
def progress(kernel: Kernel, *, shown: bool) -> Iterator[None]:
    """Show progress on standard error while the block runs, if `shown` and it is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield
        return
    display = _Display()
    kernel.hooks.register(display, "progress")
    try:
        yield
    finally:
        kernel.hooks.unregister("progress")
        display.stop()
