"""Calls fail as Python's own do."""

from __future__ import annotations

import sys

import pytest

from metaextract_core.workers import libc

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prctl and its kind are Linux's")


def test_a_call_that_fails_raises_with_its_reason() -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        libc.prctl(999999)
    with pytest.raises(OSError, match="Function not implemented"):
        libc.syscall(999999)


def test_a_call_that_works_gives_what_it_returns() -> None:
    assert libc.prctl(3) in (0, 1, 2)  # PR_GET_DUMPABLE
