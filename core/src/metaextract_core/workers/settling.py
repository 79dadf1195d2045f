"""From what an extractor did, returned or raised, to its section."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from metaextract_core.record import Section
from metaextract_core.workers.cleaning import clean
from metaextract_sdk import Context, ExtractError, Unavailable

_MAX_WARNINGS: Final = 100


class NotData(Exception):
    """An extractor returned something that is no data; says what."""


def settle(section: Section, result: Mapping[str, Any], context: Context) -> None:
    """Put an extractor's result into its section.

    Raises:
        NotData: the result is not a mapping of data.
    """
    try:
        section.data, cuts = clean(result)
    except (TypeError, AttributeError, ValueError) as error:
        raise NotData(str(error)) from error
    section.warnings = _warnings(context)
    if cuts:
        section.status, section.code, section.reason = "partial", "MX506", "; ".join(cuts)
    elif not section.data:
        section.status, section.reason = "skipped", "it found nothing in this file"


def blame(section: Section, error: BaseException, context: Context) -> None:
    """Have `section` say why there is no answer, or only part of one."""
    section.warnings = _warnings(context)
    if isinstance(error, ExtractError):
        section.status, section.reason = error.status, error.reason
        if error.data:
            _settle_part(section, error, context)
    elif isinstance(error, MemoryError):
        section.status, section.code = "memory", "MX503"
        section.reason = "it asked for more memory than it may have"
    elif isinstance(error, Unavailable):
        section.status, section.code, section.reason = "unavailable", "MX510", error.reason
    elif isinstance(error, NotData):
        section.status, section.code, section.reason = "failed", "MX505", str(error)
    else:
        section.status, section.code, section.reason = "failed", "MX501", say(error)


def doubt(section: Section, change: str) -> None:
    """Have `section` say that the file changed while it was read, if the file was read at all."""
    if section.status == "unavailable":
        return
    section.code = section.code if isinstance(section.code, str) else "MX514"
    sentence = f"the file changed while it was read: {change}"
    if section.status == "ok":
        section.status, section.reason = "partial", sentence
    else:
        section.warnings.append(sentence)


def _settle_part(section: Section, error: ExtractError, context: Context) -> None:
    try:
        settle(section, error.data or {}, context)
    except NotData as fault:
        blame(section, fault, context)
    else:
        section.status, section.reason = "partial", error.reason


def _warnings(context: Context) -> list[str]:
    return [
        str(warning).encode("utf-8", "replace").decode()[:2000]
        for warning in context.warnings[:_MAX_WARNINGS]
    ]


def say(error: BaseException) -> str:
    """An exception as one line: its type, its message, and where it was raised."""
    text = " ".join(str(error).split())[:500]
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    code = frame.tb_frame.f_code if frame is not None else None
    place = f" ({os.path.basename(code.co_filename)}:{frame.tb_lineno})" if code and frame else ""
    return f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}"
