"""The recorder counts what a hook is told, and writes at the right moments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metaextract_core.health import recorder as module
from metaextract_core.health.recorder import Recorder
from metaextract_core.health.store import Store
from metaextract_core.settings import HealthSettings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "health", pytest.fail)


@pytest.fixture
def recorder(store: Store) -> Recorder:
    return Recorder(store, HealthSettings())


def tell(recorder: Recorder, status: str = "ok", code: str | None = None, **more: Any) -> None:
    """One section of extractor ``x``."""
    digest, peak = more.pop("digest", "blake3:a"), more.pop("peak_memory", 0)
    section: dict[str, Any] = {"status": status, "code": code, "version": "1"}
    section |= {"reason": "because", "duration_ms": 500.0, "cached": False, **more}
    recorder.metaextract_section(
        size=10, digest=digest, extractor="x", section=section, peak_memory=peak
    )


def test_sections_are_added_up(recorder: Recorder, store: Store) -> None:
    tell(recorder, peak_memory=7)
    tell(recorder, "failed", "MX501", peak_memory=5)
    tell(recorder, "failed", "MX501")
    recorder.save()
    tell(recorder)
    recorder.save()
    tally = store.read().tallies["x", "1"]
    assert tally.outcomes == {("ok", ""): 2, ("failed", "MX501"): 2}
    assert (tally.seconds, tally.size, tally.peak_memory) == (2.0, 40, 7)


@pytest.mark.parametrize(
    "section",
    [
        {"status": "unavailable", "code": "MX107"},
        {"status": "crashed", "code": "MX511"},
        {"cached": True},
        {"version": "", "status": "failed"},
    ],
    ids=["could not run", "remembered", "from a cache", "nobody's"],
)
def test_what_did_not_run_is_not_counted(
    recorder: Recorder, store: Store, section: dict[str, Any]
) -> None:
    tell(recorder, **section)
    recorder.save()
    assert store.read().tallies == {}


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -1.0, 1e30])
def test_nonsense_from_a_worker_is_counted_as_nothing(
    recorder: Recorder, store: Store, nonsense: float
) -> None:
    peak = 1 << 80 if nonsense > 0 else -1
    tell(recorder, duration_ms=nonsense, peak_memory=peak)
    recorder.save()
    tally = store.read().tallies["x", "1"]
    assert (tally.runs, tally.seconds, tally.peak_memory) == (1, 0.0, 0)


def test_the_loss_of_a_worker_is_written_at_once_and_remembered(
    recorder: Recorder, store: Store
) -> None:
    """The next file may take this process down, and the same file may come again in this run."""
    tell(recorder)
    tell(recorder, "crashed", "MX504", digest="blake3:bad")
    state = store.read()
    assert state.tallies["x", "1"].runs == 2
    assert [(death.digest, death.reason) for death in state.deaths] == [("blake3:bad", "because")]
    assert list(recorder.remembered.sections("x", "1", 10, 1.0)) == ["blake3:bad"]


def test_a_file_without_a_digest_is_counted_and_cannot_be_remembered(
    recorder: Recorder, store: Store
) -> None:
    tell(recorder, "crashed", "MX504", digest=None)
    recorder.save()
    assert (store.read().tallies["x", "1"].runs, store.read().deaths) == (1, [])


def test_a_long_run_is_written_now_and_then(
    recorder: Recorder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(recorder)
    assert store.read().tallies == {}
    monkeypatch.setattr(module, "_EVERY", 0.0)
    tell(recorder)
    assert store.read().tallies["x", "1"].runs == 2


def test_a_good_run_ends_a_row_of_crashes(recorder: Recorder, store: Store) -> None:
    """Three crashes in a row are too many; a good run or a damaged file in between counts."""
    for content, between in (("a", "ok"), ("b", "failed"), ("c", None), ("d", None)):
        tell(recorder, "crashed", "MX504", digest=f"blake3:{content}")
        assert store.read().quarantined == {}
        if between:
            tell(recorder, between)
    tell(recorder, "failed", "MX501")
    tell(recorder, "crashed", "MX504", digest="blake3:e")
    assert list(store.read().quarantined) == [("x", "1")]


def test_one_poison_file_does_not_quarantine_however_often_it_comes(
    recorder: Recorder, store: Store
) -> None:
    for _ in range(5):
        tell(recorder, "crashed", "MX504", digest="blake3:bad")
    state = store.read()
    assert (state.quarantined, [death.times for death in state.deaths]) == ({}, [5])


def test_new_settings_hold_from_then_on(recorder: Recorder, store: Store) -> None:
    recorder.load([], HealthSettings(quarantine_after=1, remember=0))
    tell(recorder, "timeout", "MX502")
    assert list(store.read().quarantined) == [("x", "1")]
    assert recorder.remembered.sections("x", "1", 10, 0.1) == {}
