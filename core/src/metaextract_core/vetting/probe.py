"""Probes candidates in children, several side by side, and turns what comes back into verdicts."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final

import msgspec

from metaextract_core.codes import CODES
from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting.messages import Finding, Probe
from metaextract_core.vetting.verdict import Diagnostic, Verdict
from metaextract_core.workers.pool import default_size

_MEMORY: Final = 1 << 30  # bytes of address space that an import may add
_GRACE: Final = 10.0  # seconds that a prober may take beyond the plugin's own deadline


class ProberError(Exception):
    """The prober itself does not work; no plugin is to blame."""


class Prober:
    """A process of ours that forks one child after another and never imports a plugin itself."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "metaextract_core.vetting.prober"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def probe(self, request: Probe) -> Finding:
        """What came of importing one candidate.

        Raises:
            ProberError: the prober is gone.
        """
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ProberError("the prober has no pipes")
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
            return msgspec.json.decode(line, type=Finding)
        except (OSError, msgspec.MsgspecError) as error:
            raise ProberError(f"the prober of plugins ended: {error}") from error

    def close(self) -> None:
        """End it."""
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


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
    probers: SimpleQueue[Prober] = SimpleQueue()
    for _ in range(size):
        probers.put(Prober())
    done = 0

    def one(item: tuple[Candidate, list[str]]) -> Verdict:
        nonlocal done
        candidate, files = item
        prober = probers.get()
        try:
            finding = prober.probe(_request(candidate, files, settings))
        finally:
            probers.put(prober)
        done += 1
        if progress is not None:
            progress(done, len(candidates))
        return _judge(candidate, finding, settings)

    try:
        with ThreadPoolExecutor(size) as threads:
            return list(threads.map(one, candidates))
    finally:
        for _ in range(size):
            probers.get().close()


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


def _judge(candidate: Candidate, finding: Finding, settings: PluginSettings) -> Verdict:
    """What the child said, corrected by what was seen of it from outside."""
    report = finding.report
    if report is None or report.stage != "done":
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
    verdict.descriptor = report.descriptor
    return verdict


def _death(finding: Finding, settings: PluginSettings) -> Diagnostic:
    if finding.late:
        doing, code = ("computing", "MX309") if finding.busy else ("waiting", "MX310")
        seconds = f"{settings.import_timeout:g} s"
        return Diagnostic(code, f"its import was still {doing} after {seconds} and was ended")
    if finding.status >= 0:
        return Diagnostic(
            "MX306", f"its process ended amid the import with status {finding.status}"
        )
    name = signal.Signals(-finding.status).name
    code = "MX307" if name == "SIGABRT" else "MX308"
    return Diagnostic(code, f"its process died of {name} amid the import")
