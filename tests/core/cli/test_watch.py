"""`metaextract watch` keeps a catalogue current until it is told to end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.core.cli.catalogued import Catalogued
from tests.integration.processes import until


@contextmanager
def watching(catalogued: Catalogued, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = catalogued.command("watch", str(folder), "--settle", "0.2")
    log = catalogued.folder / "log"
    with (
        log.open("wb") as stream,
        subprocess.Popen(command, stderr=stream, **catalogued.options()) as process,
    ):
        try:
            assert until(lambda: b"watching" in log.read_bytes()), log.read_text()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    assert process.returncode == 0, log.read_text()
    assert b"Traceback" not in log.read_bytes()


def test_f47_bursts_renames_and_half_written_files_end_as_they_are_on_the_disk(
    catalogued: Catalogued,
) -> None:
    folder = catalogued.folder / "watched"
    folder.mkdir()
    (folder / "before.txt").write_text("before")

    def on_disk() -> set[str]:
        return {str(path) for path in folder.rglob("*") if path.is_file()}

    with watching(catalogued, folder), catalogued.opened() as catalogue:

        def current() -> bool:
            return difference() == set()

        def difference() -> set[str]:
            return set(catalogue.paths_under(folder)) ^ on_disk()

        assert until(current), difference()
        (folder / "sub").mkdir()
        for number in range(300):
            (folder / "sub" / f"{number}.txt").write_text(f"{number}")
        assert until(current), difference()
        (folder / "sub").rename(folder / "renamed")
        (folder / "before.txt").rename(folder / "after.txt")
        assert until(current), difference()
        shutil.rmtree(folder / "renamed")
        assert until(current), difference()

        with (folder / "slow.txt").open("wb") as slow:
            for _ in range(20):
                slow.write(b"x" * 1000)
                slow.flush()
                os.fsync(slow.fileno())
            slow.write(b"the end")

        def whole() -> bool:
            record = catalogue.record(folder / "slow.txt")
            return record is not None and record.file.size == 20007

        assert until(whole)
        (folder / "after.txt").write_text("something else")

        def changed() -> bool:
            record = catalogue.record(folder / "after.txt")
            return record is not None and record.file.size == 14

        assert until(changed)


def test_once_compares_and_ends(catalogued: Catalogued) -> None:
    folder = catalogued.folder / "watched"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    first = catalogued.run("watch", "--once", str(folder))
    assert (first.returncode, first.stderr) == (0, "metaextract: 2 files are new, 0 changed\n")
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("changed")
    second = catalogued.run("watch", "--once", str(folder))
    assert second.stderr.splitlines() == [
        "metaextract: 0 files are new, 1 changed",
        "metaextract: 1 files are gone",
    ]
    with catalogued.opened() as catalogue:
        assert catalogue.paths_under(folder) == [str(folder / "b.txt")]


def test_a_folder_that_is_not_there_has_lost_no_files(catalogued: Catalogued) -> None:
    folder = catalogued.folder / "disk"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    catalogued.run("watch", "--once", str(folder))
    shutil.rmtree(folder)
    done = catalogued.run("watch", "--once", str(folder))
    assert "there is no such folder" in done.stderr
    with catalogued.opened() as catalogue:
        assert catalogue.count() == 1
