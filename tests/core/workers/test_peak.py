"""The peak of memory is that of the step that is measured, not of the ones before."""

from __future__ import annotations

import os
import sys

import pytest

from metaextract_core.workers.peak import Peak

MB = 1 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="no other system sets the mark back")
def test_it_sees_what_was_held_for_a_moment_and_only_since_its_start() -> None:
    peak = Peak()
    peak.start()
    held = b"\1" * (64 * MB)
    del held
    assert 60 * MB <= peak.growth() < 100 * MB
    peak.start()
    assert peak.growth() < 20 * MB


def test_where_the_mark_cannot_be_set_back_it_sees_what_goes_beyond_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    peak = Peak()
    marks = iter([100 * MB, 100 * MB, 100 * MB, 164 * MB])
    monkeypatch.setattr("metaextract_core.workers.peak._high_water", lambda: next(marks))
    peak.start()
    assert peak.growth() == 0
    peak.start()
    assert peak.growth() == 64 * MB
