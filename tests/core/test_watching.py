"""What a watcher reads, and when."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.errors import CatalogueError
from metaextract_core.record import Result
from metaextract_core.settings import CatalogueSettings
from metaextract_core.watching import _ATTEMPTS, Watcher


class FakeKernel:
    """Gives records of what it is asked for, of files that change as often as it is told.

    Real files that change just while they are read cannot be had at will.
    """

    def __init__(self) -> None:
        self.changes = 0
        self.read: list[str] = []

    def results(
        self, paths: Any, *, cancelled: Callable[[], bool] = lambda: False, **_: Any
    ) -> list[Result]:
        found = []
        for path in paths:
            if cancelled():
                break
            self.read.append(path)
            one = record(path)
            if self.changes:
                self.changes -= 1
                one.file.changed = "while it was read"
                one.file.digest = None
            found.append(Result(one))
        return found


@pytest.fixture
def kernel() -> FakeKernel:
    return FakeKernel()


@pytest.fixture
def catalogue(tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path}/catalogue.sqlite"
    with Catalogue(url, settings=CatalogueSettings()) as opened:
        yield opened


@pytest.fixture
def watcher(tmp_path: Path, kernel: FakeKernel, catalogue: Catalogue) -> Watcher:
    return Watcher(
        kernel,  # type: ignore[arg-type]  # as much of a kernel as is used
        catalogue,
        [str(tmp_path)],
        settle=0.0,
        resync=1e9,
        tell=lambda _: None,
    )


def look(watcher: Watcher, *paths: Path) -> None:
    watcher._notice(map(str, paths))
    watcher._try_what_is_due()


def test_f47_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, watcher: Watcher, kernel: FakeKernel, catalogue: Catalogue
) -> None:
    (tmp_path / "a").touch()
    kernel.changes = 2
    look(watcher, tmp_path / "a")
    assert catalogue.count() == 0
    watcher._try_what_is_due()
    assert catalogue.count() == 0
    watcher._try_what_is_due()
    assert catalogue.count() == 1
    watcher._try_what_is_due()
    assert len(kernel.read) == 3


def test_f47_one_that_never_rests_is_kept_as_it_was_seen(
    tmp_path: Path, watcher: Watcher, kernel: FakeKernel, catalogue: Catalogue
) -> None:
    (tmp_path / "a").touch()
    kernel.changes = 1000
    watcher._notice([str(tmp_path / "a")])
    for _ in range(_ATTEMPTS + 2):
        watcher._try_what_is_due()
    assert catalogue.count() == 1
    assert len(kernel.read) == _ATTEMPTS


def test_a_file_that_was_just_written_waits_and_a_wrong_clock_does_not_keep_it(
    tmp_path: Path, watcher: Watcher
) -> None:
    watcher._settle = 60.0
    path = tmp_path / "a"
    path.touch()
    assert not watcher._rests(str(path))
    for age in (61, -3600):
        then = time.time() - age
        os.utime(path, (then, then))
        assert watcher._rests(str(path))


def test_the_catalogue_itself_is_no_file_to_read(
    tmp_path: Path, watcher: Watcher, kernel: FakeKernel
) -> None:
    look(watcher, tmp_path / "catalogue.sqlite", tmp_path / "catalogue.sqlite-wal")
    assert kernel.read == []


def test_f25_what_a_database_did_not_take_is_tried_again(
    tmp_path: Path,
    watcher: Watcher,
    kernel: FakeKernel,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a").touch()
    told: list[str] = []
    watcher._tell = told.append

    def gone(_: object) -> None:
        raise CatalogueError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "save", gone)
        look(watcher, tmp_path / "a")
    assert told == ["the database is gone"]
    watcher._try_what_is_due()
    assert catalogue.count() == 1


def test_a_folder_is_read_with_all_that_is_in_it_once(
    tmp_path: Path, watcher: Watcher, kernel: FakeKernel
) -> None:
    (tmp_path / "new" / "deep").mkdir(parents=True)
    inside = [tmp_path / "new" / "a", tmp_path / "new" / "deep" / "b", tmp_path / "newer"]
    for path in inside:
        path.touch()
    look(watcher, *inside, tmp_path / "new", tmp_path / "new" / "deep")
    assert kernel.read == [str(tmp_path / "newer"), str(tmp_path / "new")]


def test_who_is_told_to_end_reads_no_more(
    tmp_path: Path, watcher: Watcher, kernel: FakeKernel
) -> None:
    (tmp_path / "a").touch()
    watcher._stop.set()
    watcher.sync()
    look(watcher, tmp_path / "a")
    assert kernel.read == []
