"""What was seen of a child becomes a verdict; probers work side by side and can be interrupted."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.codes import CODES
from metaextract_core.discovery import Candidate, sources
from metaextract_core.errors import ProberError
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting.probe import probe_all
from metaextract_core.vetting.verdict import Verdict

Make = Callable[..., Candidate]


def judge(*candidates: Candidate, timeout: float = 30.0, **more: Any) -> list[Verdict]:
    pairs = [(candidate, sources(candidate)) for candidate in candidates]
    probed = probe_all(pairs, PluginSettings(import_timeout=timeout), **more)
    return [item.verdict for item in probed]


@pytest.mark.parametrize(
    ("last", "code", "words"),
    [
        ("import os; os._exit(0)", "MX306", "ended with status 0 amid its import"),
        ("import os; os.abort()", "MX307", "SIGABRT"),
        ("import ctypes; ctypes.string_at(0)", "MX308", "SIGSEGV"),
        ("import os; os.kill(os.getpid(), 40)", "MX308", "signal 40"),
        ("while True: pass", "MX309", "its import was still computing after 2 s"),
        ("import time; time.sleep(600)", "MX310", "its import was still waiting after 2 s"),
        ("import subprocess; subprocess.Popen(['sleep', '600'])", "MX315", "1 child process"),
    ],
)
def test_what_only_the_prober_sees_has_its_code(
    make: Make, last: str, code: str, words: str
) -> None:
    [verdict] = judge(make(last=last), timeout=2.0 if "still" in words else 60.0)
    assert (verdict.code, verdict.status) == (code, CODES[code].state)
    assert words in verdict.message
    assert verdict.fix
    assert "good:Good" in verdict.location


def test_printing_alone_is_a_warning(make: Make) -> None:
    [verdict] = judge(make(last="print('one', 'two', sep='\\n')"))
    assert (verdict.code, verdict.status) == ("MX313", "ready")
    assert verdict.message == "its import prints 8 bytes: one two"
    assert verdict.descriptor is not None


def test_a_fault_decides_over_a_warning(make: Make) -> None:
    [verdict] = judge(make(last="import os; os.chdir('/'); print('hello')"))
    assert [item.code for item in verdict.diagnostics] == ["MX316", "MX313"]
    assert (verdict.code, verdict.status) == ("MX316", "broken")


def test_a_healthy_plugin_is_ready_and_described(make: Make) -> None:
    candidate = make()
    [verdict] = judge(candidate)
    assert (verdict.status, verdict.code, verdict.message, verdict.fix) == ("ready", None, "", "")
    assert verdict.import_ms is not None
    assert verdict.import_ms > 0
    assert verdict.descriptor is not None
    assert verdict.descriptor.target == candidate.target
    assert verdict.descriptor.paths == candidate.paths


def test_an_own_mend_line_is_kept(make: Make) -> None:
    first = "from metaextract_sdk import Unavailable"
    [verdict] = judge(make(first=first, last="raise Unavailable('no GPU', fix='buy one')"))
    assert (verdict.status, verdict.message, verdict.fix) == ("unavailable", "no GPU", "buy one")


def test_a_child_cannot_forge_its_report(make: Make) -> None:
    """A line that the plugin writes to every descriptor it has does not make it ready."""
    forged = """
import os
for fd in range(3, 64):
    try:
        os.write(fd, b'\\n{"stage": "done", "diagnostics": [{"code": "MX000", "message": ""}]}\\n')
        os.write(fd, b'\\n{"stage": "done"}\\n')
    except OSError:
        pass
os._exit(0)
"""
    [verdict] = judge(make(last=forged))
    assert verdict.status == "broken"


def test_verdicts_come_in_the_order_of_the_candidates(make: Make) -> None:
    """Also where the first one takes longest."""
    slow = make("slow", last="import time; time.sleep(0.5)")
    others = [make(f"quick{number}") for number in range(5)]
    assert [verdict.name for verdict in judge(slow, *others)] == [
        "slow",
        *(f"quick{number}" for number in range(5)),
    ]


def test_progress_counts_to_the_end(make: Make) -> None:
    told: list[tuple[int, int]] = []
    judge(*(make(f"good{n}") for n in range(4)), progress=lambda *pair: told.append(pair))
    assert sorted(told) == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_import_that_takes_long_comes_last_and_has_all_its_time(
    make: Make, tmp_path: Path
) -> None:
    """It is begun twice: first of all, and again when the others are done."""
    log = tmp_path / "log"
    log.touch()
    told: list[tuple[int, str]] = []
    slow = make(
        "slow", first=f"open({str(log)!r}, 'a').write('!')", last="import time; time.sleep(1)"
    )
    verdicts = judge(
        slow,
        *(make(f"quick{number}") for number in range(40)),
        progress=lambda done, _: told.append((done, log.read_text())),
    )
    assert {verdict.status for verdict in verdicts} == {"ready"}
    assert told[20:] == [*((done, "!") for done in range(21, 41)), (41, "!!")]


def test_nothing_to_probe_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    assert judge() == []


def test_an_interrupt_does_not_wait_for_a_deadline(make: Make) -> None:
    """Ctrl-C while a plugin hangs: the probers are ended, and with them the import."""
    endless = make("endless", last="import time; time.sleep(600)")

    class Interrupt(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        raise Interrupt

    # The quick one tells of its end while the other still hangs.
    with pytest.raises(Interrupt):
        judge(make("quick"), endless, timeout=600.0, progress=stop)


def test_a_prober_that_does_not_start_is_our_own_fault(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No plugin is blamed for it."""
    monkeypatch.setattr("sys.executable", shutil.which("true"))
    with pytest.raises(ProberError, match="does not start"):
        judge(make())


def test_an_import_that_ends_its_prober_is_to_blame_alone(make: Make) -> None:
    """The others are probed by a new one."""
    vandal = make("vandal", last="import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    verdicts = judge(make("before"), vandal, *(make(f"after{number}") for number in range(4)))
    assert [verdict.status for verdict in verdicts] == ["ready", "broken", *4 * ["ready"]]
    assert verdicts[1].code == "MX306"
    assert "the process that watched over it" in verdicts[1].message


def test_probers_leave_no_process_behind(make: Make) -> None:
    before = _children()
    judge(make(last="import os; os.abort()"), make("other"))
    assert _children() == before
    assert not any(thread.name.startswith("ThreadPool") for thread in threading.enumerate())


def _children() -> set[str]:
    with open(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children") as file:
        return set(file.read().split())
