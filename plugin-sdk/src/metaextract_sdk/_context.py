"""What the host tells an extractor about one run over one file."""

from __future__ import annotations

import time
from collections.abc import Mapping
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

    __slots__ = ("deadline", "options", "scratch", "sections", "warnings")

    def __init__(
        self,
        *,
        deadline: float,
        scratch: Path,
        options: Mapping[str, Any] | None = None,
        sections: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.deadline = deadline
        self.scratch = scratch
        self.options: Mapping[str, Any] = options or {}
        self.sections: Mapping[str, Mapping[str, Any]] = sections or {}
        self.warnings: list[str] = []

    def remaining(self) -> float:
        """Seconds left until `deadline`, never below zero."""
        return max(0.0, self.deadline - time.monotonic())

    def warn(self, message: str) -> None:
        """Add one sentence to the section's warnings."""
        self.warnings.append(message)
