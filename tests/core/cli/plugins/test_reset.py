"""`metaextract plugins reset`, and how health is shown before it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS

from metaextract_core.health.store import Store
from metaextract_core.health.tally import Death, Tally
from metaextract_core.settings import HealthSettings

Outcomes = dict[tuple[str, str], int]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, [a for a in ANIMALS if a.name == "healthy"], alone=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state", pytest.fail)


def count(store: Store, outcomes: Outcomes, *, deaths: int = 0, name: str = "healthy") -> None:
    tally = Tally(outcomes=outcomes, seconds=1.0, size=5000, peak_memory=3 << 20)
    store.add({(name, "1"): tally}, list(_deaths(name, deaths)), HealthSettings())


def _deaths(name: str, number: int) -> Iterator[Death]:
    for index in range(number):
        yield Death(
            extractor=name,
            version="1",
            digest=f"blake3:{index}",
            size=5,
            status="crashed",
            code="MX504",
            reason="SIGSEGV while reading this file",
            seconds=0.1,
            at=time.time(),
        )


def test_all_is_forgotten(installation: Installation, store: Store) -> None:
    count(store, {("crashed", "MX504"): 3}, deaths=3)
    check = installation.run("plugins", "check", "healthy")
    assert check.returncode == 1
    assert "quarantined" in check.stdout
    assert "MX110 it ended its worker over 3 different files in a row (MX504)" in check.stdout
    assert "fix: upgrade it, or try again with `metaextract plugins reset healthy`" in check.stdout
    done = installation.run("plugins", "reset", "zoo-healthy")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "metaextract: healthy: forgot 3 runs, 3 files that ended its worker, its quarantine\n"
    )
    assert installation.run("plugins", "check", "healthy").returncode == 0
    again = installation.run("plugins", "reset", "healthy")
    assert again.stderr == "metaextract: healthy: there was nothing to forget\n"


def test_what_is_not_installed_any_more_can_be_forgotten(
    installation: Installation, store: Store
) -> None:
    count(store, {("ok", ""): 1}, name="gone")
    assert installation.run("plugins", "reset", "gone").returncode == 0
    done = installation.run("plugins", "reset", "gone")
    assert done.returncode == 3
    assert "no plugin gone is installed" in done.stderr


def test_counters_that_cannot_be_used_are_a_failure(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "health.sqlite").mkdir()
    done = installation.run("plugins", "reset", "healthy")
    assert done.returncode == 1
    assert "the counters cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_speaks_of_health_only_where_it_is_bad(
    installation: Installation, store: Store
) -> None:
    count(store, {("ok", ""): 90})
    assert "healthy:" not in installation.run("plugins", "list").stdout
    count(store, {("failed", "MX501"): 30})
    (line,) = (
        line
        for line in installation.run("plugins", "list").stdout.splitlines()
        if line.startswith("healthy ")
    )
    assert line.endswith("degraded: 30 of 120 runs were errors, 2.5 times the threshold")


def test_json_has_level_and_numbers(installation: Installation, store: Store) -> None:
    rows = installation.run("plugins", "list", "--json")
    assert json.loads(rows.stdout)["plugins"][-1]["health"] is None
    count(store, {("ok", ""): 15, ("timeout", "MX502"): 5})
    rows = installation.run("plugins", "check", "healthy", "--json")
    assert json.loads(rows.stdout)["plugins"][0]["health"] == {
        "level": "critical",
        "reasons": [
            "5 of 20 runs were errors, 2.5 times the threshold",
            "5 of 20 runs were not done in time, 5.0 times the threshold",
        ],
        "runs": 20,
        "errors": 5,
        "timeouts": 5,
        "crashes": 0,
        "error_rate": 0.25,
        "timeout_rate": 0.25,
        "outcomes": {"ok": 15, "timeout MX502": 5},
        "mean_seconds": 0.05,
        "bytes": 5000,
        "peak_memory": 3 << 20,
    }


def test_info_has_level_and_numbers(installation: Installation, store: Store) -> None:
    count(store, {("ok", ""): 18, ("failed", "MX501"): 3})
    words = " ".join(installation.run("plugins", "info", "healthy").stdout.split())
    for fact in (
        "health warning 3 of 21 runs were errors, 1.4 times the threshold",
        "runs 21: 3 failed MX501, 18 ok",
        "errors 3 (14.3%)",
        "mean time 47.6 ms",
        "bytes read 5,000",
        "peak of growth 3 MiB",
    ):
        assert fact in words


def test_a_priority_is_shown_in_place_of_trust(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(file.read_text() + "[plugins.priority]\nhealthy = 77\n")
    assert "trust 77" in " ".join(installation.run("plugins", "info", "healthy").stdout.split())
