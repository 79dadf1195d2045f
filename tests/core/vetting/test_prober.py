"""The prober sees from outside what a child cannot or will not say, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from metaextract_core.vetting.probe import Prober

from .conftest import SOUND, Import, Request

MARKED_SLEEP = """
import os, subprocess, sys
sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]{more})
with open({file!r}, "w") as file:
    file.write(str(sleeper.pid))
"""
ESCAPES = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open({file!r}, "w") as file:
            file.write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
os.wait()
while not os.path.exists({file!r}):
    time.sleep(0.01)
"""


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("import os; os.abort()", signal.SIGABRT),
        ("import ctypes; ctypes.string_at(0)", signal.SIGSEGV),
        ("import os, signal; os.kill(os.getpid(), signal.SIGBUS)", signal.SIGBUS),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", signal.SIGKILL),
    ],
)
def test_a_death_is_told_by_its_signal(find: Import, source: str, number: int) -> None:
    finding = find(source)
    assert finding.status == -number
    assert finding.report is not None
    assert finding.report.stage == "import"


@pytest.mark.parametrize("status", [0, 7])
def test_an_exit_status_of_zero_is_no_report(find: Import, status: int) -> None:
    """The process ends as if all were well, but it never said so."""
    finding = find(f"import os; os._exit({status})")
    assert finding.status == status
    assert finding.report is not None
    assert finding.report.stage == "import"


def test_a_loop_is_told_from_a_wait(find: Import) -> None:
    loop = find("while True: pass", timeout=2.0)
    assert (loop.late, loop.busy) == (True, True)
    wait = find("import time; time.sleep(600)", timeout=2.0)
    assert (wait.late, wait.busy) == (True, False)


def test_signals_that_are_ignored_do_not_save_it(find: Import, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    finding = find(
        f"""
        import os, signal, time
        for number in {{signal.SIGTERM, signal.SIGINT, signal.SIGHUP}}:
            signal.signal(number, signal.SIG_IGN)
        open({str(file)!r}, "w").write(str(os.getpid()))
        while True: time.sleep(600)
        """,
        timeout=3.0,
    )
    assert finding.late
    assert gone(int(file.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        MARKED_SLEEP.replace("{more}", ""),
        MARKED_SLEEP.replace("{more}", ", start_new_session=True"),
        ESCAPES,
    ],
    ids=["child", "child in its own session", "orphan in its own session"],
)
def test_a_process_that_is_left_is_counted_and_ended(
    find: Import, tmp_path: Path, source: str
) -> None:
    file = tmp_path / "pid"
    finding = find(source.replace("{file!r}", repr(str(file))) + SOUND)
    assert finding.report is not None
    assert finding.report.stage == "done"
    assert finding.children == 1
    assert gone(int(file.read_text()))


def test_what_a_killed_import_had_started_is_ended_too(find: Import, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    finding = find(
        ESCAPES.replace("{file!r}", repr(str(file))) + "while True: time.sleep(600)", timeout=3.0
    )
    assert finding.late
    assert gone(int(file.read_text()))


def test_an_import_that_forks_itself_reports_once(find: Import) -> None:
    """Both processes run to the end of the import; the second one counts as left behind."""
    finding = find("import os\nos.fork()\n" + SOUND)
    assert finding.report is not None
    assert finding.report.stage == "done"
    assert finding.children == 1


def test_output_is_counted_and_its_beginning_kept(find: Import) -> None:
    finding = find(
        "import sys\nsys.stderr.write('first ')\nsys.stderr.flush()\n"
        "for _ in range(50): print('x' * (1 << 20))\n" + SOUND
    )
    assert finding.printed == 6 + 50 * ((1 << 20) + 1)
    assert finding.output.startswith("first xxx")
    assert len(finding.output) <= 2000
    assert finding.report is not None
    assert finding.report.descriptor is not None


def test_output_without_end_does_not_stop_the_clock(find: Import) -> None:
    finding = find("import os\nwhile True: os.write(1, b'y' * 65536)", timeout=1.0)
    assert finding.late
    assert finding.printed > 65536


def test_standard_input_is_at_its_end_for_native_code_too(find: Import) -> None:
    """A read from the descriptor itself returns at once: nothing waits for a keyboard."""
    finding = find("import os; assert os.read(0, 1) == b''\n" + SOUND)
    assert finding.report is not None
    assert finding.report.diagnostics == []


def test_the_child_leads_a_session_of_its_own(find: Import) -> None:
    finding = find("import os; assert os.getsid(0) == os.getpid()\n" + SOUND)
    assert finding.report is not None
    assert finding.report.diagnostics == []


def test_no_core_file_can_be_left(find: Import) -> None:
    finding = find(
        "import resource; assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n" + SOUND
    )
    assert finding.report is not None
    assert finding.report.diagnostics == []


def test_numeric_libraries_are_told_to_start_no_threads(find: Import) -> None:
    """On a machine with many processors their threads would not fit into the memory cap."""
    finding = find("import os; assert os.environ['OPENBLAS_NUM_THREADS'] == '1'\n" + SOUND)
    assert finding.report is not None
    assert finding.report.diagnostics == []


def test_one_prober_outlives_what_it_probes(prober: Prober, request_for: Request) -> None:
    for source in ("import os; os.abort()", "while True: pass", "import os; os._exit(0)"):
        prober.probe(request_for(source, timeout=0.5))
    finding = prober.probe(request_for(SOUND))
    assert finding.report is not None
    assert finding.report.descriptor is not None
