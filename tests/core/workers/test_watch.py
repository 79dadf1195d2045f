"""An event is told to the owner of the descriptor that it came from, and to nobody else."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

import pytest

from metaextract_core.workers.watch import Watch

Pipe = tuple[int, int]


@pytest.fixture
def pipes() -> Iterator[tuple[Pipe, Pipe]]:
    both = os.pipe(), os.pipe()
    yield both
    for pipe in both:
        for fd in pipe:
            os.close(fd)


def test_each_that_is_ready_comes_with_its_owner(pipes: tuple[Pipe, Pipe]) -> None:
    watch = Watch[str]()
    for (reads, writes), owner in zip(pipes, ("first", "second"), strict=True):
        watch.add(reads, owner)
        os.write(writes, b"!")
    assert list(watch.ready(60)) == [
        (pipes[0][0], select.POLLIN, "first"),
        (pipes[1][0], select.POLLIN, "second"),
    ]


def test_nothing_ready_is_nothing_told(pipes: tuple[Pipe, Pipe]) -> None:
    watch = Watch[str]()
    watch.add(pipes[0][0], "first")
    assert list(watch.ready(0)) == []


def test_what_was_removed_is_not_watched(pipes: tuple[Pipe, Pipe]) -> None:
    watch = Watch[str]()
    (reads, writes), _ = pipes
    watch.add(reads, "first")
    assert reads in watch
    watch.remove(reads)
    watch.remove(reads)  # once more does no harm
    os.write(writes, b"!")
    assert reads not in watch
    assert list(watch.ready(0)) == []


@pytest.mark.parametrize("owner", ["second", "another"])
def test_an_event_of_a_closed_descriptor_is_not_told_to_who_got_its_number(
    pipes: tuple[Pipe, Pipe], owner: str
) -> None:
    """A worker's last word arrived together with the first of the one that took its number."""
    watch = Watch[str]()
    (first, first_writes), (second, second_writes) = pipes
    watch.add(first, "first")
    watch.add(second, "second")
    os.write(first_writes, b"!")
    os.write(second_writes, b"!")
    told = watch.ready(60)
    assert next(told) == (first, select.POLLIN, "first")
    watch.remove(second)
    silent, silent_writes = os.pipe()
    os.dup2(silent, second)  # closes it, and gives its number to the other pipe
    watch.add(second, owner)
    try:
        assert list(told) == []
    finally:
        os.close(silent)
        os.close(silent_writes)
