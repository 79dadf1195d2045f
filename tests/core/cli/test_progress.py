"""Progress is shown on a terminal alone, and leaves it as it was."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest

from metaextract_core.cli.progress import Counter, Totals, inside
from metaextract_core.kernel import Kernel
from metaextract_core.record import FileInfo, Record, Result
from metaextract_core.workers.orders import Step

FILES = 30
SHOWN = re.compile(rb"(\d+)/\S+ (\d+) failed, \d+ cached")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    for number in range(FILES):
        (tmp_path / "files" / f"{number:02}").write_text("text\n")
    return tmp_path


Run = Callable[..., bytes]


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs the command with standard error on a terminal, and gives what that has shown."""

    def run_(*arguments: str, terminal_output: bool = False) -> bytes:
        ours, theirs = pty.openpty()
        shown = bytearray()

        def read() -> None:
            try:
                while data := os.read(ours, 4096):
                    shown.extend(data)
            except OSError:  # what Linux says when the other end is closed
                return

        reader = threading.Thread(target=read)
        reader.start()
        subprocess.run(
            [sys.executable, "-m", "metaextract_core", "extract", "--no-plugins", *arguments],
            cwd=folder,
            env={**os.environ, "METAEXTRACT_CONFIG": os.devnull, "TERM": "xterm", "COLUMNS": "80"},
            stdout=theirs if terminal_output else subprocess.DEVNULL,
            stderr=theirs,
            timeout=60,
            check=False,
        )
        os.close(theirs)
        reader.join(60)
        os.close(ours)
        return bytes(shown)

    return run_


def test_a_long_run_counts_files_and_failures_and_cleans_up(run: Run) -> None:
    shown = run("files", "missing", "--format", "jsonl")
    counts = [tuple(map(int, found)) for found in SHOWN.findall(shown)]
    assert counts[-1] == (FILES + 1, 1)
    assert counts == sorted(counts)
    assert b"hook progress" not in shown
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l"), "the cursor is still hidden"
    assert b"metaextract: 1 of 31 files" in shown


def test_a_few_files_are_not_worth_a_display(run: Run) -> None:
    assert run("files/00", "files/01", "--format", "jsonl") == b""


class Busy:
    """Stands in for a kernel in the middle of two files, for as long as a test looks."""

    def steps(self) -> list[Step]:
        return [
            Step(b"/films/short.mp4", "digests", 5, 10),
            Step(b"/films/lo\x1bng.mp4", None, 1 << 30, 4 << 30),
        ]


def test_the_file_that_takes_longest_is_shown_with_its_share_and_a_safe_name() -> None:
    assert inside(cast("Kernel", Busy())) == "lo\\x1bng.mp4 25 %"


def test_where_nobody_says_how_far_he_is_nothing_is_shown() -> None:
    with Kernel(plugins=False) as kernel:
        assert inside(kernel) == ""


def test_quiet_means_quiet(run: Run) -> None:
    assert run("files", "--quiet", "--format", "jsonl") == b""


def test_records_on_the_same_terminal_are_progress_enough(run: Run) -> None:
    shown = run("files", "--format", "jsonl", terminal_output=True)
    assert shown.count(b"metaextract.record/1") == FILES
    assert not SHOWN.search(shown)


def test_an_output_file_leaves_the_terminal_to_progress(run: Run, folder: Path) -> None:
    shown = run("files", "--format", "jsonl", "-o", "out", terminal_output=True)
    assert SHOWN.search(shown)
    assert len((folder / "out").read_bytes().splitlines()) == FILES


def test_without_a_terminal_nothing_is_shown(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "metaextract_core", "extract", "--no-plugins", "files"],
        cwd=folder,
        env={**os.environ, "METAEXTRACT_CONFIG": os.devnull, "FORCE_COLOR": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_lines_for_programs_say_how_far_it_is_and_end_with_the_whole(folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "metaextract_core", "extract", "--no-plugins"),
            *("--progress", "json", "--format", "jsonl", "files", "missing"),
        ],
        cwd=folder,
        env={**os.environ, "METAEXTRACT_CONFIG": os.devnull},
        capture_output=True,
        timeout=60,
        check=False,
    )
    *lines, summary = done.stderr.splitlines()
    steps = [msgspec.json.decode(line, type=Totals) for line in lines]
    assert (
        summary == b"metaextract: 1 of 31 files could not be read completely; their records say why"
    )
    assert [step.done for step in steps] == [False] * (len(steps) - 1) + [True]
    last = steps[-1]
    assert (last.files, last.failed, last.cached, last.bytes) == (FILES + 1, 1, 0, 5 * FILES)
    assert last.seconds > 0
    assert last.files_per_second == pytest.approx(last.files / last.seconds, abs=0.1, rel=0.01)


def result(name: str, size: int) -> Result:
    return Result(Record(file=FileInfo(path=name, name=name, size=size)))


def test_the_time_to_the_end_is_known_once_all_files_are(folder: Path) -> None:
    counter = Counter([str(folder / "files")])
    counter.add(result("a", 5))
    deadline = time.monotonic() + 60
    while counter.now().total is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    step = counter.now()
    assert step.total == FILES
    assert step.eta_seconds == pytest.approx((FILES - 1) / step.files_per_second)
    unknown = Counter(None)
    unknown.add(result("a", 5))
    assert (unknown.now().total, unknown.now().eta_seconds) == (None, None)


def test_what_an_interrupted_run_has_done_counts_and_does_not_make_this_one_faster() -> None:
    counter = Counter(None, files=100, failed=3)
    counter.add(result("a", 5))
    step = counter.now()
    assert (step.files, step.failed, step.bytes) == (101, 3, 5)
    assert step.files_per_second == pytest.approx(1 / step.seconds)
