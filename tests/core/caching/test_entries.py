"""What is stored can be told apart and added up."""

from __future__ import annotations

import pytest

from metaextract_core.caching.entries import Counts, Kept, Memo, Statistics


def test_what_is_kept_is_not_changed_afterwards() -> None:
    kept = Kept(key=b"k", extractor="size", version="1", digest="blake3:0", body=b"{}")
    with pytest.raises(AttributeError):
        kept.body = b"[]"  # type: ignore[misc]  # that is what is tried
    memo = Memo(path=b"/f", stamp=b"", size=1, engine="e", head=b"", digest="blake3:0", body=b"")
    with pytest.raises(AttributeError):
        memo.digest = "blake3:1"  # type: ignore[misc]  # likewise


def test_nothing_has_happened_in_a_new_cache() -> None:
    assert Counts() == Counts(hits=0, misses=0, sets=0, evictions=0, errors=0, saved_seconds=0.0)
    assert Statistics() == Statistics(extractors={}, sections=0, files=0, bytes=0)
