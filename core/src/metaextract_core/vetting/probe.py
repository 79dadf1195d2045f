"""Probes candidates in children, several side by side, and turns what comes back into verdicts."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, Self

import msgspec
from msgspec import structs

from metaextract_core.codes import CODES
from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.errors import ProberError
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting.messages import READY, Finding, Probe, Report
from metaextract_core.vetting.verdict import Diagnostic, Verdict, described
from metaextract_core.workers import limits
from metaextract_core.workers.pool import default_size

_MEMORY: Final = 1 << 30  # bytes of address space that an import may add
_GRACE: Final = 10.0  # seconds that a prober may take to end
_FIRST_LOOK: Final = 0.25  # seconds; hardly any import takes longer, and most that do never end
_PATIENCE: Final = 1.0  # seconds that an import which computes keeps its place
_WAITING: Final = 16  # imports that may be waited for beside those that have a place


class ProberGone(Exception):
    """The prober ended amid a probe: something killed it, and only the plugin was running."""


class Probed(NamedTuple):
    """What came of one import.

    Attributes:
        verdict: on the candidate.
        modules: of others, those that a failed import had loaded or missed.
    """

    verdict: Verdict
    modules: list[str]


class Prober:
    """A process of ours that forks one child after another and never imports a plugin itself."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "metaextract_core.vetting.prober"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **limits.SINGLE_THREADED},
            start_new_session=True,
        )
        self._ready = False

    def probe(self, request: Probe) -> Finding:
        """What came of importing one candidate.

        Raises:
            ProberError: the prober did not start.
            ProberGone: the prober did not live to tell.
        """
        self.ask(request)
        return self.answer()

    def ask(self, request: Probe) -> None:
        """Have a candidate imported; raises as `probe` does."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ProberError("the process that imports plugins has no pipes")
        self._ready = self._ready or process.stdout.readline() == READY
        if not self._ready:
            raise ProberError("the process that imports plugins does not start")
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise ProberGone from error

    def wait(self, seconds: float) -> None:
        """Wait for the answer, though not for longer than that."""
        if self._process.stdout is not None:
            poll = select.poll()
            poll.register(self._process.stdout, select.POLLIN)
            poll.poll(seconds * 1000)

    def answer(self) -> Finding:
        """What came of what was asked; raises as `probe` does."""
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        try:
            return msgspec.json.decode(line, type=Finding)
        except msgspec.MsgspecError as error:
            raise ProberGone from error

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()

    def close(self) -> None:
        """End it when it has answered."""
        process = self._process
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it is gone already
                process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class _Crew:
    """Probers that share the work: one for each processor, and more while some only wait."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)
        self._lock = threading.Lock()
        self._idle: list[Prober] = []
        self._all: list[Prober] = []
        self._dismissed = False

    def probe(self, request: Probe, patience: float = _PATIENCE) -> Finding | None:
        """What came of one import; None where it took the prober with it.

        After `patience` seconds it gives its place to the next, and shares the processors with it.
        """
        try:
            with self._places:
                prober = self._hire()
                prober.ask(request)
                prober.wait(patience)
            finding = prober.answer()
        except ProberGone:
            return None
        self._idle.append(prober)
        return finding

    def _hire(self) -> Prober:
        with self._lock:
            if self._dismissed:
                raise ProberGone
            if not self._idle:
                prober = Prober()
                self._all.append(prober)
                return prober
            return self._idle.pop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._lock:
            self._dismissed = True
        for prober in self._all:
            if kind is not None:  # an interrupt must not wait for a plugin's deadline
                prober.kill()
            prober.close()


def probe_all(
    candidates: Sequence[tuple[Candidate, list[str]]],
    settings: PluginSettings,
    progress: Callable[[int, int], None] | None = None,
) -> list[Probed]:
    """Import each of `candidates` in a child of its own; what came of each, in their order.

    Most imports take milliseconds and a few never end: those that are not done at a first look are
    begun anew when all others are, so that their deadlines run side by side and not one by one.

    Args:
        candidates: with the source files of each.
        settings: the deadline of one import.
        progress: told how many are done, and of how many, from several threads.

    Raises:
        ProberError: the prober itself does not work.
    """
    if not candidates:
        return []
    places = default_size()
    requests = [_request(candidate, files, settings) for candidate, files in candidates]
    probed: dict[int, Probed] = {}
    lock = threading.Lock()

    def conclude(number: int, finding: Finding | None) -> None:
        verdict = _judge(candidates[number][0], finding, settings)
        modules = finding.report.modules if finding and finding.report else []
        with lock:
            probed[number] = Probed(verdict, modules)
            if progress is not None:
                progress(len(probed), len(requests))

    def look(number: int) -> Finding | None:
        """Import it; what was seen of it if it has to be begun anew, with all its time."""
        request = requests[number]
        if len(requests) > places:  # else nobody waits
            request = structs.replace(request, timeout=min(_FIRST_LOOK, request.timeout))
        finding = crew.probe(request)
        if finding is not None and finding.late and request.timeout < settings.import_timeout:
            return finding
        conclude(number, finding)
        return None

    def wait(item: tuple[int, Finding]) -> None:
        number, seen = item
        conclude(number, crew.probe(requests[number], _PATIENCE if seen.busy else 0.0))

    # The crew goes first, so that no thread is left waiting for it.
    with ThreadPoolExecutor(places + _WAITING) as threads, _Crew(places) as crew:
        late = enumerate(threads.map(look, range(len(requests))))
        slow = [(number, seen) for number, seen in late if seen is not None]
        # Those that wait cost nothing: let their deadlines run while others compute.
        slow.sort(key=lambda item: item[1].busy)
        list(threads.map(wait, slow))
    return [probed[number] for number in range(len(requests))]


def _request(candidate: Candidate, files: list[str], settings: PluginSettings) -> Probe:
    return Probe(
        name=candidate.name,
        target=candidate.target,
        distribution=candidate.distribution,
        version=candidate.version,
        paths=list(candidate.paths),
        files=files,
        extractor=candidate.group == EXTRACTORS,
        timeout=settings.import_timeout,
        memory=_MEMORY,
    )


def _judge(candidate: Candidate, finding: Finding | None, settings: PluginSettings) -> Verdict:
    """What the child said, corrected by what was seen of it from outside."""
    if finding is None:
        problem = Diagnostic("MX306", "its import ended the process that watched over it")
        return Verdict.of(candidate, problem)
    report = finding.report
    if report is None or not _whole(report, candidate):
        return Verdict.of(candidate, _death(finding, settings))
    problems = list(report.diagnostics)
    if finding.children:
        message = f"its import leaves {finding.children} child process(es)"
        problems.append(Diagnostic("MX315", message))
    if finding.printed:
        beginning = " ".join(finding.output.split())[:100]
        message = f"its import prints {finding.printed} bytes: {beginning}"
        problems.append(Diagnostic("MX313", message))
    problems.sort(key=lambda problem: CODES[problem.code].state == "ready")
    verdict = Verdict.of(candidate, *problems, fix=report.fix)
    verdict.import_ms = report.import_ms
    if report.descriptor is not None:
        verdict.descriptor = described(candidate, report.descriptor)
    return verdict


def _whole(report: Report, candidate: Candidate) -> bool:
    """Whether the child got to the end; code that it imported can have written the report too."""
    known = all(problem.code in CODES for problem in report.diagnostics)
    silent = candidate.group == EXTRACTORS and not report.diagnostics and not report.descriptor
    return report.stage == "done" and known and not silent


def _death(finding: Finding, settings: PluginSettings) -> Diagnostic:
    compiling = finding.report is not None and finding.report.stage == "compile"
    step = "the compilation of its sources" if compiling else "its import"
    if finding.late:
        doing, code = ("computing", "MX309") if finding.busy else ("waiting", "MX310")
        seconds = f"{settings.import_timeout:g} s"
        return Diagnostic(code, f"{step} was still {doing} after {seconds} and was ended")
    if finding.status >= 0:
        return Diagnostic("MX306", f"its process ended with status {finding.status} amid {step}")
    try:
        name = signal.Signals(-finding.status).name
    except ValueError:  # most of the real-time signals have none
        name = f"signal {-finding.status}"
    code = "MX307" if name == "SIGABRT" else "MX308"
    return Diagnostic(code, f"its process died of {name} amid {step}")
