"""What is counted of an extractor, and what is remembered of the files that ended its worker."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

ERRORS: Final = frozenset({"MX501", "MX502", "MX503", "MX504", "MX505", "MX513"})
"""Codes of sections that are an error of the extractor itself.

A section that is ``failed`` or ``partial`` without one of them says that the file is damaged, and
MX512 that somebody else ended the worker: neither is held against the extractor.
"""
DEATHS: Final = frozenset({"MX502", "MX503", "MX504", "MX512", "MX513"})
"""Codes of sections after which the worker had to be replaced."""
REMEMBERED: Final = "MX511"
"""The code of a section that was answered from memory: nothing ran."""
FROM_OUTSIDE: Final = "MX512"
IN_SETUP: Final = "MX513"


class Death(Struct, kw_only=True):
    """A file over which a worker was lost: its content, the extractor, and what its section said.

    Attributes:
        digest, size: of the file's content, as in `FileInfo`.
        seconds: for which the extractor had run.
        times: how often it has happened.
        at: when it happened last, seconds of the Unix epoch.
    """

    extractor: str
    version: str
    digest: str
    size: int
    status: str
    code: str
    reason: str
    seconds: float
    at: float
    times: int = 1


class Tally(Struct, kw_only=True):
    """The counters of one version of an extractor.

    Attributes:
        outcomes: (status, code) -> sections; the code is empty where a section has none.
        seconds: spent in the extractor.
        size: bytes of all files that it was given.
        peak_memory: bytes, the most by which its worker grew during one run.
        last_good: when a run last ended without an error, seconds of the Unix epoch; 0 for never.
    """

    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    seconds: float = 0.0
    size: int = 0
    peak_memory: int = 0
    last_good: float = 0.0

    @property
    def runs(self) -> int:
        """How many files it was given."""
        return sum(self.outcomes.values())

    @property
    def errors(self) -> int:
        """Runs that ended in an error of the extractor itself."""
        return sum(count for (_, code), count in self.outcomes.items() if code in ERRORS)

    def count(self, status: str) -> int:
        """Sections of a status that are an error of the extractor itself."""
        return sum(
            count
            for (found, code), count in self.outcomes.items()
            if found == status and code in ERRORS
        )
