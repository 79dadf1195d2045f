"""What the host tells an extractor about one run over one file."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class Context:
    """One run of one extractor over one file.

    Attributes:
        options: the extractor's settings from the host's configuration; empty by default.
        deadline: the `time.monotonic` second at which the host ends the run by force.
        sections: the data of every extractor named in `Extractor.needs` that succeeded, by id.
        scratch: a private, empty folder, deleted when the run is over.
        warnings: what `warn` collected, in order.
    """

    __slots__ = ("_report", "deadline", "options", "scratch", "sections", "warnings")

    def __init__(
        self,
        *,
        deadline: float,
        scratch: Path,
        options: Mapping[str, Any] | None = None,
        sections: Mapping[str, Mapping[str, Any]] | None = None,
        report: Callable[[int, int], None] | None = None,
    ) -> None:
        """What a host makes; `report` is told what `progress` is told."""
        self.deadline = deadline
        self.scratch = scratch
        self.options: Mapping[str, Any] = options or {}
        self.sections: Mapping[str, Mapping[str, Any]] = sections or {}
        self.warnings: list[str] = []
        self._report = report

    def remaining(self) -> float:
        """Seconds left until `deadline`, never below zero."""
        return max(0.0, self.deadline - time.monotonic())

    def progress(self, done: int, total: int) -> None:
        """Tell how far the run has come, for a person who waits: `done` of `total` bytes or parts.

        It costs next to nothing; once for each window of a large file is right.
        """
        if self._report is not None:
            self._report(done, total)

    def warn(self, message: str) -> None:
        """Add one sentence to the section's warnings."""
        self.warnings.append(message)
