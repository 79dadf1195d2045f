"""What is said of a file depends on the file alone, not on how a run goes about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaextract_core.kernel import Kernel
from metaextract_core.record import Record
from metaextract_core.settings import Settings

SAMPLES: Final = sorted(
    str(path)
    for path in (Path(__file__).parents[2] / "samples").iterdir()
    if path.is_file() and path.suffix not in (".py", ".md")
)
VOLATILE: Final = {"System:FileAccessDate", "System:FileInodeChangeDate", "Accessed", "Changed"}
"""Tags that may change because somebody has read the file."""
WAYS: Final = [(jobs, cache) for jobs in (1, 3) for cache in (True, False)]


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[int, bool], Kernel]]:
    """By number of workers and whether with a cache, which all of them share."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "STATE"):
            patch.setenv(f"METAEXTRACT_{name}_DIR", str(tmp_path_factory.mktemp(name)))
        made = {(jobs, cache): Kernel(Settings(), jobs=jobs, cache=cache) for jobs, cache in WAYS}
        yield made
        for kernel in made.values():
            kernel.close()


@pytest.fixture(scope="module")
def known(kernels: dict[tuple[int, bool], Kernel]) -> dict[tuple[str, str], Any]:
    """Profile and path -> what is said by one worker that reads one file after the other."""
    return {
        (profile, path): said(record)
        for profile in ("fast", "standard")
        for path in SAMPLES
        for record in kernels[1, False].extract([path], profile=profile)
    }


def said(record: Record) -> Any:
    """A record without what each run has of its own."""
    sections = {
        name: (
            section.status,
            {tag: value for tag, value in section.data.items() if tag not in VOLATILE},
        )
        for name, section in record.sections.items()
    }
    return record.file, record.fields, record.unread, sections, record.summary


@settings(max_examples=25, deadline=None)
@given(
    paths=st.lists(st.sampled_from(SAMPLES), max_size=30),
    way=st.sampled_from(WAYS),
    profile=st.sampled_from(["fast", "standard"]),
    ordered=st.booleans(),
)
def test_records_are_the_same_with_and_without_cache_workers_and_order(
    kernels: dict[tuple[int, bool], Kernel],
    known: dict[tuple[str, str], Any],
    paths: list[str],
    way: tuple[int, bool],
    profile: str,
    ordered: bool,
) -> None:
    found = list(kernels[way].extract(paths, profile=profile, ordered=ordered))
    assert sorted(record.file.path for record in found) == sorted(paths)
    if ordered:
        assert [record.file.path for record in found] == paths
    for record in found:
        assert said(record) == known[profile, record.file.path]
