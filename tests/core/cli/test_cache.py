"""`metaextract cache` shows what is kept and removes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.core.workbench import settle

from metaextract_core.caching.entries import Counts, Kept, Memo
from metaextract_core.caching.store import Store

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, config: str = os.devnull) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "metaextract_core", "cache", *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "METAEXTRACT_CONFIG": config,
                "METAEXTRACT_CACHE_DIR": str(tmp_path / "cache"),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    """Two extractors over one content, which two files have."""
    store = Store(tmp_path / "cache", size=1 << 20, life=1e12, on_fault=pytest.fail)
    sections = [
        Kept(key=name.encode(), extractor=name, version="1", digest="blake3:1", body=b"x" * 1000)
        for name in ("size", "other")
    ]
    memos = [
        Memo(
            path=os.fsencode(tmp_path / name),
            stamp=b"",
            size=1,
            engine="one",
            head=b"",
            digest="blake3:1",
            body=b"",
        )
        for name in ("a", "b")
    ]
    counts = {
        "size": Counts(hits=1234, misses=1, sets=1, saved_seconds=12.34),
        "other": Counts(sets=1),
    }
    store.add(sections, memos, counts)
    store.close()
    return store


@pytest.mark.usefixtures("filled")
def test_a_person_sees_what_it_is_good_for(run: Run) -> None:
    done = run("stats")
    assert done.returncode == 0
    (row,) = [line.split() for line in done.stdout.splitlines() if line.startswith("  size")]
    assert row == ["size", "1,234", "1", "1", "0", "0", "12.3"]
    assert done.stdout.splitlines()[-1].startswith("2 sections of 2 files, 0.0 MB, in /")


@pytest.mark.usefixtures("filled")
def test_statistics_as_json(run: Run) -> None:
    found = json.loads(run("stats", "--json").stdout)
    assert (found["sections"], found["files"]) == (2, 2)
    assert found["extractors"]["size"]["saved_seconds"] == 12.34


def test_where_nothing_was_kept_nothing_is_made(run: Run, tmp_path: Path) -> None:
    for command in ("stats", "health", "clear"):
        assert run(command).returncode == 0
    assert not (tmp_path / "cache").exists()


def test_all_is_removed(run: Run, filled: Store) -> None:
    done = run("clear")
    assert (done.returncode, done.stderr) == (0, "metaextract: removed 4 sections and files\n")
    assert filled.statistics().sections == 0


@pytest.mark.parametrize(
    ("arguments", "left"),
    [(["a"], 0), (["--extractor", "other"], 1), (["--digest", "blake3:1"], 0), (["c"], 2)],
)
def test_some_is_removed(run: Run, filled: Store, arguments: list[str], left: int) -> None:
    assert run("invalidate", *arguments).returncode == 0
    assert filled.statistics().sections == left
    filled.close()


def test_to_remove_nothing_is_a_mistake(run: Run) -> None:
    done = run("invalidate")
    assert done.returncode == 2
    assert "name a file" in done.stderr


@pytest.mark.usefixtures("filled")
def test_a_damaged_cache_is_one_line_and_status_1(run: Run, tmp_path: Path) -> None:
    assert run("health").stderr == "metaextract: the cache is sound\n"
    for beside in tmp_path.glob("cache/sections.sqlite-*"):
        beside.unlink()
    (tmp_path / "cache" / "sections.sqlite").write_bytes(b"garbage" * 1000)
    done = run("health")
    assert done.returncode == 1
    assert "set aside as sections.damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_read_beforehand_is_known_later(run: Run, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for number in range(3):
        (tmp_path / "files" / f"{number}.txt").write_text(f"text {number}")
    settle(str(tmp_path / "files" / "2.txt"))
    said = [run("warm", "files").stderr, run("warm", "files").stderr]
    assert said == [
        "metaextract: 0 files were known, 3 were read, 0 of them with failures\n",
        "metaextract: 3 files were known, 0 were read, 0 of them with failures\n",
    ]


def test_what_cannot_be_read_is_not_known(run: Run) -> None:
    done = run("warm", "nothing.txt")
    assert done.returncode == 1
    assert "0 were known, 1 were read" in done.stderr.replace("files ", "")
    assert run("warm").returncode == 2


def test_where_nothing_is_kept_nothing_can_be_warmed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[cache]\nenabled = false\n")
    done = run("warm", "files", config=str(tmp_path / "config.toml"))
    assert done.returncode == 2
    assert "enabled" in done.stderr
