"""What an extractor does beside reading is seen from inside its own process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk import Context, ExtractError, Extractor, FileView, Unavailable
from metaextract_sdk.conformance.evidence import Reading, Subject
from metaextract_sdk.conformance.inside import reader

STOP = threading.Event()


class Deed(Extractor):
    """Does something, then reads."""

    media_types = ("text/x-deed",)
    version = "1"

    def extract(self, file: FileView, ctx: Context) -> Any:
        return self.do(file) or {"Length": file.size}

    def do(self, file: FileView) -> Any:
        """What the tests fill in."""


Have = Callable[..., Reading]


@pytest.fixture
def have(tmp_path: Path) -> Have:
    """What is seen while an extractor that does something reads a file of four bytes."""
    path = tmp_path / "sample.txt"
    path.write_bytes(b"good")

    def run(do: Callable[[FileView], Any], **attributes: Any) -> Reading:
        tested = type("Doing", (Deed,), {"do": lambda self, file: do(file), **attributes})
        subject = Subject("sample", 0, "a", path.name, "text/x-deed", b"good", 0)
        return reader(tested)(path, subject)

    return run


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Undo what the faulty extractors do to this process."""
    folder, handler, limit = os.getcwd(), signal.getsignal(signal.SIGUSR1), sys.getrecursionlimit()
    yield
    os.chdir(folder)
    signal.signal(signal.SIGUSR1, handler)
    sys.setrecursionlimit(limit)
    os.environ.pop("LEFT_BEHIND", None)
    STOP.set()
    for thread in threading.enumerate():
        if thread.name == "left":
            thread.join()
    STOP.clear()


def test_a_good_one_leaves_nothing(have: Have) -> None:
    reading = have(lambda file: None)
    assert (reading.status, reading.data, reading.fault) == ("ok", {"Length": 4}, "")
    assert reading.traces == {}


def _raise(error: BaseException) -> Any:
    raise error


@pytest.mark.parametrize(
    ("error", "status", "fault", "reason"),
    [
        (ExtractError("cut short"), "failed", "", "cut short"),
        (ExtractError("not mine", status="skipped"), "skipped", "", "not mine"),
        (ExtractError("cut short", data={"a": 1}), "partial", "", "cut short"),
        (ExtractError("cut short", data={"a": object()}), "failed", "no data", "the result is no"),
        (Unavailable("no codec"), "unavailable", "", "no codec"),
        (ValueError("odd"), "failed", "raised", "ValueError: odd ("),
        (SystemExit(3), "failed", "raised", "SystemExit: 3 ("),
        (MemoryError(), "memory", "memory", "MemoryError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_way_to_end_is_told_apart(
    have: Have, error: BaseException, status: str, fault: str, reason: str
) -> None:
    reading = have(lambda file: _raise(error))
    assert (reading.status, reading.fault) == (status, fault)
    assert reading.reason.startswith(reason)


def test_a_person_who_interrupts_the_tests_is_heard(have: Have) -> None:
    with pytest.raises(KeyboardInterrupt):
        have(lambda file: _raise(KeyboardInterrupt()))


def test_what_is_no_data_is_told(have: Have) -> None:
    reading = have(lambda file: ["a list"])
    assert (reading.fault, reading.reason) == (
        "no data",
        "the result is of type list, not a mapping",
    )


def test_one_that_is_late_is_told(have: Have) -> None:
    reading = have(lambda file: time.sleep(0.05), timeout=0.01)
    assert reading.fault == "timeout"


def test_one_that_takes_more_than_it_said_is_told(have: Have) -> None:
    """In a process of its own, which has not held more than this at any time before."""
    pid = os.fork()
    if pid == 0:
        reading = have(lambda file: len(b"\1" * (600 << 20)) and None, memory=1 << 20)
        os._exit(0 if reading.fault == "memory" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.parametrize(
    "do",
    [
        lambda file: print("reading"),  # noqa: T201 -- the fault under test
        lambda file: print("reading", file=sys.stderr),  # noqa: T201 -- the fault under test
        lambda file: os.write(1, b"reading") and None,
        lambda file: os.write(2, b"reading") and None,
    ],
    ids=["prints", "complains", "native code", "native complaint"],
)
def test_one_that_prints_is_heard_and_nobody_else_is_disturbed(
    have: Have, do: Callable[[FileView], object], capfd: pytest.CaptureFixture[str]
) -> None:
    assert have(do).traces["output"].endswith("bytes to its output: reading")
    print("still here")  # noqa: T201 -- whether it can be heard is the test
    assert capfd.readouterr() == ("still here\n", "")


@pytest.mark.parametrize(
    ("do", "trace", "said"),
    [
        (lambda file: os.chdir("/"), "process", "the working folder"),
        (
            lambda file: os.environ.update(LEFT_BEHIND="1"),
            "process",
            "the environment (LEFT_BEHIND)",
        ),
        (
            lambda file: signal.signal(signal.SIGUSR1, signal.SIG_IGN) and None,
            "process",
            "signal handlers (SIGUSR1)",
        ),
        (lambda file: sys.setrecursionlimit(7777), "process", "the recursion limit"),
        (
            lambda file: threading.Thread(target=STOP.wait, name="left").start(),
            "threads",
            "it leaves a thread",
        ),
    ],
    ids=["folder", "environment", "signals", "recursion", "thread"],
)
def test_one_that_leaves_something_is_found(
    have: Have, do: Callable[[FileView], object], trace: str, said: str
) -> None:
    traces = have(do).traces
    assert traces.keys() == {trace}
    assert said in str(traces)


def test_one_that_leaves_a_process_is_found(have: Have) -> None:
    children = []

    def start(file: FileView) -> None:
        children.append(subprocess.Popen(["sleep", "60"]))

    reading = have(start)
    children[0].kill()
    children[0].wait()
    assert reading.traces == {"children": "it leaves a process"}
