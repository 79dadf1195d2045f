"""What an extractor raises when it has no (whole) answer.

::

    Exception
     +-- ExtractError    this file could not be read, or not wholly
     +-- Unavailable     the extractor cannot run on this machine
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


class ExtractError(Exception):
    """This file could not be read, or only in part; other files may well be.

    Args:
        reason: one sentence for the person who reads the record.
        status: what the section will say: ``failed`` (the content is damaged or the parser gave
            up), ``skipped`` (nothing here for this extractor) or ``refused`` (reading would be
            unsafe).
        data: what was read before the fault. With data the section is ``partial``, whatever
            `status` says.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: Literal["failed", "skipped", "refused"] = "failed",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.data = data


class Unavailable(Exception):
    """The extractor cannot run here because something that it needs is missing.

    Raise it while the module is imported or from `Extractor.setup`.

    Args:
        reason: what is missing.
        fix: the command or the step that mends it.
    """

    def __init__(self, reason: str, *, fix: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
