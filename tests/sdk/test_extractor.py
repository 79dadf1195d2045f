"""The classes that an author subclasses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk import BatchExtractor, Context, ExtractError, Extractor, FileView

OpenView = Callable[[bytes], AbstractContextManager[FileView]]


class Sizes(BatchExtractor):
    """Sizes of files; one that is empty is a fault."""

    def extract_batch(
        self, jobs: Sequence[tuple[FileView, Context]]
    ) -> Iterator[Mapping[str, Any] | ExtractError]:
        for file, _ in jobs:
            yield {"Size": file.size} if file.size else ExtractError("the file is empty")


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return Context(deadline=0, scratch=tmp_path)


def test_an_author_must_write_extract(view: OpenView, ctx: Context) -> None:
    with view(b"x") as file, pytest.raises(NotImplementedError):
        Extractor().extract(file, ctx)


def test_an_author_of_batches_must_write_extract_batch(ctx: Context) -> None:
    with pytest.raises(NotImplementedError):
        BatchExtractor().extract_batch([])


def test_setup_and_close_need_not_be_written() -> None:
    class Plain(Extractor):
        """Nothing to prepare."""

    extractor = Plain()
    extractor.setup()
    extractor.close()


def test_a_batch_extractor_answers_for_one_file_too(view: OpenView, ctx: Context) -> None:
    with view(b"four") as file:
        assert Sizes().extract(file, ctx) == {"Size": 4}


def test_a_fault_that_a_batch_yields_is_raised_for_one_file(view: OpenView, ctx: Context) -> None:
    with view(b"") as file, pytest.raises(ExtractError, match="the file is empty"):
        Sizes().extract(file, ctx)


@pytest.mark.parametrize("answers", [[], [{}, {}]], ids=["none", "two"])
def test_a_batch_that_does_not_answer_once_for_its_file_is_not_taken(
    answers: list[Mapping[str, Any]],
    view: OpenView,
    ctx: Context,
) -> None:
    class Miscounting(BatchExtractor):
        """Loses count."""

        def extract_batch(
            self, jobs: Sequence[tuple[FileView, Context]]
        ) -> Iterator[Mapping[str, Any] | ExtractError]:
            return iter(answers)

    with view(b"x") as file, pytest.raises(ValueError, match="values to unpack"):
        Miscounting().extract(file, ctx)
