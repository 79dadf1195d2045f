"""A file waits for one that may have its content, and for no other."""

from __future__ import annotations

from metaextract_core.grouping import Entry
from metaextract_core.inspection import Inspected
from metaextract_core.record import FileInfo
from metaextract_core.twins import Twins


def entry(index: int, *, head: bytes = b"head", size: int = 5, digest: str | None = None) -> Entry:
    info = FileInfo(path=str(index), name=str(index), size=size, digest=digest)
    return Entry(index, Inspected(info, head=head))


def test_who_begins_like_a_file_that_is_being_read_waits_for_it() -> None:
    twins, first, second = Twins(), entry(0), entry(1, digest="blake3:1")
    assert second not in twins
    twins.lead(first)
    assert second in twins
    assert twins.follow(second)
    assert len(twins) == 1
    assert twins.free(first) == [second]
    assert len(twins) == 0
    assert second not in twins


def test_another_size_or_beginning_is_no_twin() -> None:
    twins = Twins()
    twins.lead(entry(0))
    assert entry(1, size=6) not in twins
    assert entry(2, head=b"other") not in twins
    assert not twins.follow(entry(1, size=6, digest="blake3:1"))


def test_nobody_waits_for_one_that_has_turned_out_to_be_another() -> None:
    twins = Twins()
    twins.lead(entry(0, digest="blake3:1"))
    assert not twins.follow(entry(1, digest="blake3:2"))
    assert twins.follow(entry(2, digest="blake3:1"))


def test_what_was_not_opened_leads_nobody() -> None:
    """A file that is known from an earlier run has no first bytes."""
    twins = Twins()
    twins.lead(entry(0, head=b""))
    assert entry(1, head=b"") not in twins


def test_the_first_leads_and_is_not_replaced() -> None:
    twins, first, second = Twins(), entry(0), entry(1)
    twins.lead(first)
    twins.lead(second)
    assert twins.follow(entry(2, digest="blake3:1"))
    assert twins.free(second) == []
    assert len(twins.free(first)) == 1
