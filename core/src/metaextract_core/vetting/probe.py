"""Probes candidates in children, several side by side, and turns what comes back into verdicts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final, Self

import msgspec

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


class ProberGone(Exception):
    """The prober ended amid a probe: something killed it, and only the plugin was running."""


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
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ProberError("the process that imports plugins has no pipes")
        self._ready = self._ready or process.stdout.readline() == READY
        if not self._ready:
            raise ProberError("the process that imports plugins does not start")
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
            return msgspec.json.decode(process.stdout.readline(), type=Finding)
        except (OSError, msgspec.MsgspecError) as error:
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
    """Probers that share the work; each place is filled again when its prober dies."""

    def __init__(self, size: int) -> None:
        self._idle: SimpleQueue[Prober] = SimpleQueue()
        self._all = [Prober() for _ in range(size)]
        for prober in self._all:
            self._idle.put(prober)
        self._dismissed = False

    def probe(self, request: Probe) -> Finding | None:
        """What came of one import; None where it took the prober with it."""
        prober = self._idle.get()
        try:
            return prober.probe(request)
        except ProberGone:
            if not self._dismissed:
                prober = Prober()
                self._all.append(prober)
            return None
        finally:
            self._idle.put(prober)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._dismissed = True
        for prober in self._all:
            if kind is not None:  # an interrupt must not wait for a plugin's deadline
                prober.kill()
            prober.close()


def probe_all(
    candidates: Sequence[tuple[Candidate, list[str]]],
    settings: PluginSettings,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """Import each of `candidates` in a child of its own; a verdict for each, in their order.

    Args:
        candidates: with the source files of each.
        settings: the deadline of one import.
        progress: told how many are done, and of how many, from several threads.

    Raises:
        ProberError: the prober itself does not work.
    """
    if not candidates:
        return []
    size = min(len(candidates), default_size())
    done = 0

    def one(item: tuple[Candidate, list[str]]) -> Verdict:
        nonlocal done
        candidate, files = item
        finding = crew.probe(_request(candidate, files, settings))
        done += 1
        if progress is not None:
            progress(done, len(candidates))
        return _judge(candidate, finding, settings)

    # The crew goes first, so that no thread is left waiting for it.
    with ThreadPoolExecutor(size) as threads, _Crew(size) as crew:
        return list(threads.map(one, candidates))


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
