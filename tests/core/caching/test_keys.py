"""Two sections have one key if, and only if, they have to be equal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.caching.keys import Keys
from metaextract_core.descriptor import Descriptor


def descriptor(name: str, **more: Any) -> Descriptor:
    facts: dict[str, Any] = {"version": "1", "content_only": True, **more}
    return Descriptor(id=name, target="m:C", distribution="d", distribution_version="1", **facts)


def key(
    *extractors: Descriptor,
    marks: dict[str, str] | None = None,
    tools: dict[str, str | None] | None = None,
    digest: str = "blake3:1",
    media_type: str = "text/plain",
    path: bytes = b"/here.txt",
    stamp: bytes = b"stamp",
) -> bytes:
    """That of the first of `extractors`."""
    keys = Keys({found.id: found for found in extractors}, marks or {}, tools or {})
    return keys.of(extractors[0].id, digest, media_type, path, stamp)[0]


SIZE = descriptor("size")


def test_equal_contents_have_one_key_wherever_they_are() -> None:
    assert key(SIZE) == key(SIZE, path=b"/there.md", stamp=b"other")


@pytest.mark.parametrize(
    "other",
    [
        {"digest": "blake3:2"},
        {"media_type": "text/csv"},
        {"marks": {"size": "changed"}},
    ],
)
def test_what_a_section_depends_on_changes_its_key(other: dict[str, Any]) -> None:
    assert key(SIZE) != key(SIZE, **other)


def test_another_version_or_extractor_has_another_key() -> None:
    assert len({key(SIZE), key(descriptor("size", version="2")), key(descriptor("length"))}) == 3


def test_who_looks_at_more_than_the_content_is_asked_anew_elsewhere() -> None:
    named = descriptor("size", content_only=False)
    assert key(named) == key(named)
    assert key(named) != key(named, path=b"/there.txt")
    assert key(named) != key(named, stamp=b"other")


def test_who_can_make_it_fit_is_asked_for_files_of_the_same_suffix() -> None:
    named = descriptor("size", content_only=False, elsewhere=True)
    assert key(named) == key(named, path=b"/there.txt", stamp=b"other")
    assert key(named) != key(named, path=b"/here.csv")
    last = descriptor("last", needs=("size",))
    assert key(last, named) != key(last, named, path=b"/there.txt")
    for found, fit in (
        (named, True),
        (SIZE, False),
        (descriptor("size", content_only=False), False),
    ):
        keys = Keys({"size": found}, {}, {})
        assert keys.of("size", "blake3:1", "text/plain", b"/a", b"stamp")[1] is fit


def test_whom_an_extractor_needs_counts_as_well() -> None:
    """Directly or not: what it is given is what these said."""
    last, middle = descriptor("last", needs=("middle",)), descriptor("middle", needs=("size",))
    before = key(last, middle, SIZE)
    assert key(last, middle, SIZE, marks={"size": "changed"}) != before
    assert key(last, middle, SIZE, path=b"/there.txt") == before
    placed = descriptor("size", content_only=False)
    assert key(last, middle, placed) != key(last, middle, placed, path=b"/there.txt")


def test_extractors_that_need_each_other_end_the_search() -> None:
    first, second = descriptor("first", needs=("second",)), descriptor("second", needs=("first",))
    assert key(first, second) != key(second, first)


def test_another_version_of_a_tool_changes_the_key(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("one")
    using = descriptor("using", tools={"tool": "install it"})
    before = key(using, tools={"tool": str(tool)})
    assert key(using, tools={"tool": str(tool)}) == before
    os.utime(tool, ns=(1, 1))
    assert key(using, tools={"tool": str(tool)}) != before
    assert key(using, tools={"tool": None}) != before
    assert key(using, tools={"tool": str(tmp_path / "gone")}) != before
