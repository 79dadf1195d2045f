"""The file of counters: many processes write it, and whatever happens to it costs no result."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.health.store import State, Store
from metaextract_core.health.tally import Death, Tally
from metaextract_core.settings import HealthSettings

MakeDeath = Callable[..., Death]
SETTINGS = HealthSettings()
PROCESS = """
import sys
from pathlib import Path
from metaextract_core.health.store import Store
from metaextract_core.health.tally import Tally
from metaextract_core.settings import HealthSettings

def fail(reason):
    raise SystemExit(reason)

store = Store(Path(sys.argv[1]), fail)
for number in range(25):
    tally = Tally(outcomes={("ok", ""): 1}, seconds=0.5, size=2, peak_memory=number)
    store.add({("x", "1"): tally}, [], HealthSettings())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "metaextract"


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def store(folder: Path, faults: list[str]) -> Store:
    return Store(folder, faults.append)


def one(**facts: float) -> dict[tuple[str, str], Tally]:
    return {("x", "1"): Tally(outcomes={("ok", ""): 1}, **facts)}  # type: ignore[arg-type]  # of several kinds


def test_nothing_is_there_and_nothing_is_made_by_reading(store: Store, folder: Path) -> None:
    assert store.read() == State()
    assert store.forget("x") == State()
    assert not folder.exists()


def test_reading_without_a_file_does_not_even_load_sqlite(folder: Path) -> None:
    """Most commands of a fresh installation need not wait for it."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from metaextract_core.health.store import Store\n"
        "Store(Path(sys.argv[1]), print).read()\n"
        "print('sqlite3' in sys.modules)\n"
    )
    command = [sys.executable, "-c", program, str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_versions_are_counted_apart(store: Store) -> None:
    store.add({("x", "1"): Tally(outcomes={("ok", ""): 3})}, [], SETTINGS)
    store.add({("x", "2"): Tally(outcomes={("failed", "MX501"): 1})}, [], SETTINGS)
    found = {key: tally.outcomes for key, tally in store.read().tallies.items()}
    assert found == {("x", "1"): {("ok", ""): 3}, ("x", "2"): {("failed", "MX501"): 1}}


def test_processes_side_by_side_lose_nothing(store: Store, folder: Path) -> None:
    """All of them begin at once, when there is no file yet."""
    command = [sys.executable, "-c", PROCESS, str(folder)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, b"")
    tally = store.read().tallies["x", "1"]
    assert (tally.runs, tally.seconds, tally.size, tally.peak_memory) == (100, 50.0, 200, 24)


def test_only_the_owner_can_read_it(store: Store, folder: Path) -> None:
    """The digests of the user's files are in it."""
    store.add(one(), [], SETTINGS)
    assert stat.S_IMODE((folder / "health.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.listdir(folder) == ["health.sqlite"]


@pytest.mark.parametrize("damage", [b"", b"not a database " * 100, None])
def test_a_damaged_file_is_set_aside_and_said_once(
    store: Store, folder: Path, faults: list[str], damage: bytes | None
) -> None:
    """Emptied, overwritten, and with its middle gone."""
    store.add(one(), [], SETTINGS)
    file = folder / "health.sqlite"
    before = file.read_bytes()
    content = damage if damage is not None else before[:100] + b"\xff" * (len(before) - 100)
    file.write_bytes(content)
    (folder / "health.sqlite-wal").write_bytes(b"of another file")
    store.add(one(), [], SETTINGS)
    store.add(one(), [], SETTINGS)
    assert store.read().tallies["x", "1"].runs == 2
    assert len(faults) == 1
    assert "damaged" in faults[0]
    assert "set aside as health.damaged" in faults[0]
    assert (folder / "health.damaged").read_bytes()[:100] == content[:100]


def test_a_folder_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    faults: list[str] = []
    store = Store(tmp_path / "file" / "state", faults.append)
    for _ in range(3):
        store.add(one(), [], SETTINGS)
        assert store.read() == State()
    (said,) = faults
    assert "the counters cannot be used" in said
    assert str(tmp_path / "file" / "state") in said


def test_a_file_of_a_later_format_is_left_alone(
    store: Store, folder: Path, faults: list[str]
) -> None:
    store.add(one(), [], SETTINGS)
    with sqlite3.connect(folder / "health.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    store.add(one(), [], SETTINGS)
    assert store.read() == State()
    (said,) = faults
    assert "a newer version of this program" in said
    assert not (folder / "health.damaged").exists()


class TestQuarantine:
    @staticmethod
    def lose(store: Store, *deaths: Death, settings: HealthSettings = SETTINGS) -> bool:
        for death in deaths:
            store.add({}, [death], settings)
        return ("x", "1") in store.read().quarantined

    def test_three_different_files_are_enough(self, store: Store, death: MakeDeath) -> None:
        late = death("c", status="timeout", code="MX502")
        assert not self.lose(store, death("a"), death("b"))
        assert self.lose(store, late)
        assert store.read().quarantined["x", "1"] == (
            "it ended its worker over 3 different files in a row (MX502 and MX504)"
        )

    def test_the_same_file_counts_once(self, store: Store, death: MakeDeath) -> None:
        assert not self.lose(store, *[death("a") for _ in range(4)], death("b"))

    def test_kills_from_outside_count_for_nothing(self, store: Store, death: MakeDeath) -> None:
        assert not self.lose(store, *[death(name, code="MX512") for name in "abcd"])

    def test_what_is_long_past_does_not_count(self, store: Store, death: MakeDeath) -> None:
        yesterday = time.time() - SETTINGS.window - 10
        old = [death(name, at=yesterday) for name in "ab"]
        assert not self.lose(store, *old, death("c"))

    def test_a_good_run_in_between_begins_a_new_row(self, store: Store, death: MakeDeath) -> None:
        self.lose(store, death("a"), death("b"))
        store.add(one(last_good=time.time()), [], SETTINGS)
        assert not self.lose(store, death("c"), death("d"))
        assert self.lose(store, death("e"))

    def test_another_version_starts_afresh(self, store: Store, death: MakeDeath) -> None:
        assert not self.lose(store, death("a"), death("b"), death("c", version="2"))

    @pytest.mark.parametrize(("after", "quarantined"), [(0, False), (1, True), (9, False)])
    def test_the_operator_decides(
        self, store: Store, death: MakeDeath, after: int, quarantined: bool
    ) -> None:
        settings = HealthSettings(quarantine_after=after)
        lost = self.lose(store, *[death(name) for name in "abcd"], settings=settings)
        assert lost is quarantined


def test_forgetting_tells_what_it_was_and_spares_others(store: Store, death: MakeDeath) -> None:
    for content in "abc":
        store.add(one(), [death(content)], SETTINGS)
    store.add({("y", "1"): Tally(outcomes={("ok", ""): 1})}, [death(extractor="y")], SETTINGS)
    forgotten = store.forget("x")
    assert forgotten.tallies["x", "1"].runs == 3
    assert len(forgotten.deaths) == 3
    assert list(forgotten.quarantined) == [("x", "1")]
    left = store.read()
    assert (list(left.tallies), [found.extractor for found in left.deaths]) == (
        [("y", "1")],
        ["y"],
    )
    assert left.quarantined == {}


def test_deaths_of_the_past_are_dropped(store: Store, death: MakeDeath) -> None:
    past = time.time() - max(SETTINGS.remember, SETTINGS.window) - 10
    store.add({}, [death("old", at=past)], SETTINGS)
    store.add({}, [death("new")], SETTINGS)
    assert [found.digest for found in store.read().deaths] == ["blake3:new"]


def test_deaths_are_kept_up_to_a_number(
    store: Store, death: MakeDeath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger can make any number of files that crash a parser."""
    monkeypatch.setattr("metaextract_core.health.store._MAX_DEATHS", 3)
    for number in range(5):
        store.add({}, [death(str(number), at=time.time() + number / 1000)], SETTINGS)
    assert {found.digest for found in store.read().deaths} == {f"blake3:{n}" for n in (2, 3, 4)}
