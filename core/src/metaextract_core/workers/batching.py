"""One call for several files, and an answer for each of them whatever the extractor does."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from metaextract_core.workers.settling import NotData
from metaextract_sdk import BatchExtractor, Context, ExtractError, FileView


def guarded(
    extractor: BatchExtractor,
    jobs: Sequence[tuple[FileView, Context]],
    cap: Callable[[], AbstractContextManager[None]],
) -> Generator[Mapping[str, Any] | BaseException]:
    """One answer for each of `jobs`; where the extractor raises or stops early, its fault instead.

    What the extractor's generator has open is closed with this one, before the next call begins.
    """
    fault: BaseException | None = None
    answers: Iterator[Mapping[str, Any] | ExtractError] = iter(())
    try:
        for number in range(len(jobs)):
            if fault is None:
                try:
                    with cap():
                        if number == 0:
                            answers = iter(extractor.extract_batch(jobs))
                        answer = next(answers)
                except StopIteration:
                    fault = NotData("it gave fewer answers than files")
                except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
                    fault = error
                else:
                    yield answer
                    continue
            yield fault
    finally:
        quietly(getattr(answers, "close", lambda: None))


def broke_off(answer: Mapping[str, Any] | BaseException) -> bool:
    """Whether `answer` stands for a call that ended before it had answered for all files."""
    return isinstance(answer, BaseException) and not isinstance(answer, ExtractError)


def quietly(action: Callable[[], Any]) -> None:
    """Call what ends something; a fault of it concerns nobody any more."""
    try:
        action()
    except BaseException:  # noqa: BLE001 -- nothing can be done or reported
        return
