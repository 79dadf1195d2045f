"""What runs inside a worker: one extractor after another over the files of a job."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from metaextract_core.record import Section
from metaextract_core.workers import limits
from metaextract_core.workers.batching import broke_off, guarded, quietly
from metaextract_core.workers.capture import Capture
from metaextract_core.workers.changes import change_since
from metaextract_core.workers.flight import FlightPage
from metaextract_core.workers.loader import Loader
from metaextract_core.workers.messages import (
    MAX_FRAME,
    Digest,
    FileTask,
    Job,
    Outcome,
    Report,
    frame,
    receive_job,
)
from metaextract_core.workers.peak import Peak
from metaextract_core.workers.sandbox.layers import Sandbox
from metaextract_core.workers.scratch import Scratch
from metaextract_core.workers.settling import blame, doubt, say, settle
from metaextract_core.workers.tasks import Unreadable, digest_of, open_task
from metaextract_sdk import BatchExtractor, Context, Extractor, FileView, Unavailable
from metaextract_sdk.conformance.evidence import Trace
from metaextract_sdk.conformance.state import Library, changes, state

_REPORT_EVERY: Final = 0.05  # seconds; more often wakes the host for little
_MAX_FILES: Final = 2000
_CODES: Final[dict[Trace, str]] = {
    "children": "MX507",
    "threads": "MX508",
    "output": "MX509",
    "files": "MX518",
    "process": "MX519",
}
_MAX_SECONDS: Final = limits.MAX_SECONDS / 2
IMPORT_MEMORY: Final = 1 << 30
"""Bytes of address space that importing and setting up an extractor may add."""


class _Fault(Exception):
    """An extractor could not be made ready; carries the section that says so."""

    def __init__(self, section: Section) -> None:
        super().__init__(section.reason)
        self.section = section


class Worker:
    """Serves jobs from `channel` until the host closes it or the worker should be replaced."""

    def __init__(
        self,
        loader: Loader,
        channel: socket.socket,
        page: FlightPage,
        scratch: Scratch,
        sandbox: Sandbox,
    ) -> None:
        self._loader = loader
        self._channel = channel
        self._page = page
        self._scratch = scratch
        self._sandbox = sandbox
        self._capped = sandbox.growth_capped
        self._peak = Peak()
        self._capture = Capture()
        self._extractors: dict[str, Extractor | Section] = {}
        self._children: set[int] = set()
        self._threads = threading.active_count()
        self._retiring = False
        self._watch = False
        self._state: dict[str, Any] = {}
        self._library: Library
        self._files = 0
        self._report = Report([], [])
        self._reported = 0.0

    def introduce(self, listener: int | None) -> None:
        """Tell the host which layers hold, and hand it `listener`, where forks wait for leave."""
        hello = frame(Report([], [], sandbox=self._sandbox.active))
        if listener is None:
            self._channel.sendall(hello)
        else:
            socket.send_fds(self._channel, [hello], [listener])
            os.close(listener)  # or plugin code could answer itself

    def serve(self) -> None:
        """Answer jobs one by one."""
        base = limits.resident()
        while (job := receive_job(self._channel)) is not None:
            self._run(job)
            self._files += len(job.files)
            if (
                self._files >= _MAX_FILES
                or limits.resident() - base > job.growth
                or time.process_time() > _MAX_SECONDS
            ):
                self._retiring = True
            self._send(done=True)
            if self._retiring:
                break
        for extractor in self._extractors.values():
            if isinstance(extractor, Extractor):
                quietly(extractor.close)
        self._scratch.remove()

    def _send(self, *, done: bool = False) -> None:
        outcomes = self._report.outcomes
        while len(outcomes) > 1 and len(frame(self._report)) > MAX_FRAME:
            self._channel.sendall(frame(Report([outcomes.pop(0)], [])))
        self._report.done = done
        self._report.retiring = done and self._retiring
        self._channel.sendall(frame(self._report))
        self._report = Report([], [])
        self._reported = time.monotonic()

    def _answer(
        self,
        task: FileTask,
        extractor: str,
        section: Section,
        traces: dict[Trace, str] | None = None,
        peak: int = 0,
        *,
        moved: bool = False,
    ) -> None:
        change = change_since(task.stamp, task.path)
        if change is not None:
            doubt(section, change)
        self._report.outcomes.append(
            Outcome(task.index, extractor, section, traces or {}, peak_memory=peak, moved=moved)
        )
        if time.monotonic() - self._reported > _REPORT_EVERY:
            self._send()

    def _run(self, job: Job) -> None:
        self._reported = time.monotonic()
        self._watch = job.watch
        views: list[tuple[int, FileTask, FileView]] = []
        try:
            for number, task in enumerate(job.files):
                self._page.note(-1, number, 60 + task.size / (10 << 20))
                opened = self._open(task)
                if opened is None:
                    continue
                view, digest = opened
                known = self._recall(task, digest)
                known |= self._move(job, number, task, view)
                if job.batch is None:
                    for position, extractor in enumerate(task.extractors):
                        if extractor not in known:
                            self._run_one(job, extractor, position, number, task, view)
                        if self._retiring:
                            os.close(view.fileno())
                            return
                    os.close(view.fileno())
                elif job.batch in known:
                    os.close(view.fileno())
                else:
                    views.append((number, task, view))
            if job.batch is not None and views:
                self._run_batch(job, job.batch, views)
        finally:
            for _, _, view in views:
                os.close(view.fileno())

    def _recall(self, task: FileTask, digest: str) -> set[str]:
        """Answer for the extractors that ended a worker over this content before; who they are."""
        known = {name for name, sections in task.remembered.items() if digest in sections}
        for extractor in known.intersection(task.extractors):
            self._answer(task, extractor, task.remembered[extractor][digest])
        return known

    def _move(self, job: Job, number: int, task: FileTask, view: FileView) -> set[str]:
        """Answer for extractors that make fit what they said of an equal file; who they are."""
        moved = set()
        for position, extractor in enumerate(task.extractors):
            if (data := task.elsewhere.get(extractor)) is None:
                continue
            descriptor = self._loader.descriptors[extractor]
            section = Section(status="ok", version=descriptor.version)
            # Who cannot is asked to read the file, and that tells why.
            with contextlib.suppress(BaseException):
                instance = self._instance(extractor, position, job)
                timeout = self._timeout(job, extractor)
                context = self._context(job, extractor, task, timeout)
                self._look_before()
                self._page.note(position, number, timeout)
                with self._capped(descriptor.memory):
                    result = instance.elsewhere(data, view, context)
                if result is not None:
                    settle(section, result, context)
                    traces = self._look_after(section, extractor)
                    self._answer(task, extractor, section, traces, moved=True)
                    moved.add(extractor)
            self._scratch.empty()
        return moved

    def _open(self, task: FileTask) -> tuple[FileView, str] | None:
        """The file of a task and its digest, which is empty where nobody asks for it.

        None when what is wrong with it has already been answered.
        """
        try:
            if self._sandbox.refusal:
                raise Unreadable(self._sandbox.refusal)
            view = open_task(task)
            if not (task.digest or task.remembered):
                return view, ""
            digest = digest_of(view, self._page.progress)
        except Unreadable as error:
            self._report.digests.append(Digest(task.index, error=str(error)))
            return None
        self._report.digests.append(Digest(task.index, digest))
        return view, digest

    def _instance(self, extractor: str, position: int, job: Job) -> Extractor:
        known = self._extractors.get(extractor)
        if known is None:
            self._page.note(position, -1, self._loader.import_timeout, importing=True)
            known = self._prepare(extractor)
            self._extractors[extractor] = known
            self._children = limits.children()
            self._threads = threading.active_count()
        if isinstance(known, Section):
            raise _Fault(known)
        return known

    def _prepare(self, extractor: str) -> Extractor | Section:
        version = self._loader.descriptors[extractor].version
        try:
            with self._capped(IMPORT_MEMORY):
                instance = self._loader.load(extractor)()
                instance.setup()
        except Unavailable as error:
            fix = f"; {error.fix}" if error.fix else ""
            return Section(
                status="unavailable", version=version, code="MX510", reason=f"{error.reason}{fix}"
            )
        except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
            return Section(
                status="failed", version=version, code="MX501", reason=f"setup: {say(error)}"
            )
        finally:
            self._capture.take()
        return instance

    def _context(self, job: Job, extractor: str, task: FileTask, timeout: float) -> Context:
        needs = self._loader.descriptors[extractor].needs
        return Context(
            deadline=time.monotonic() + timeout,
            scratch=self._scratch.folder,
            options=job.options.get(extractor),
            sections={need: task.sections[need] for need in needs if need in task.sections},
            report=self._page.progress,
        )

    def _timeout(self, job: Job, extractor: str) -> float:
        return self._loader.descriptors[extractor].seconds(job.timeout)

    def _run_one(
        self,
        job: Job,
        extractor: str,
        position: int,
        number: int,
        task: FileTask,
        view: FileView,
    ) -> None:
        section = Section(status="ok", version=self._loader.descriptors[extractor].version)
        try:
            instance = self._instance(extractor, position, job)
        except _Fault as fault:
            self._answer(task, extractor, fault.section)
            return
        timeout = self._timeout(job, extractor)
        context = self._context(job, extractor, task, timeout)
        self._look_before()
        self._page.note(position, number, timeout)
        self._peak.start()
        started = time.perf_counter()
        try:
            with self._capped(self._loader.descriptors[extractor].memory):
                result = instance.extract(view, context)
            settle(section, result, context)
        except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
            self._blame(section, error, context)
        section.duration_ms = _milliseconds(started)
        peak = self._peak.growth()
        traces = self._look_after(section, extractor)
        self._scratch.empty()
        self._answer(task, extractor, section, traces, peak)

    def _run_batch(
        self, job: Job, extractor: str, views: list[tuple[int, FileTask, FileView]]
    ) -> None:
        descriptor = self._loader.descriptors[extractor]
        try:
            instance = self._instance(extractor, 0, job)
        except _Fault as fault:
            for _, task, _ in views:
                self._answer(task, extractor, fault.section)
            return
        timeout = self._timeout(job, extractor)
        pairs = [(view, self._context(job, extractor, task, timeout)) for _, task, view in views]
        self._look_before()
        self._page.note(0, views[0][0] if len(views) == 1 else -1, timeout)
        batch = cast("BatchExtractor", instance)
        cap = functools.partial(self._capped, descriptor.memory)
        with contextlib.closing(guarded(batch, pairs, cap)) as answers:
            self._take_answers(extractor, views, [context for _, context in pairs], answers)
        self._scratch.empty()

    def _take_answers(
        self,
        extractor: str,
        views: list[tuple[int, FileTask, FileView]],
        contexts: list[Context],
        answers: Iterator[Mapping[str, Any] | BaseException],
    ) -> None:
        version = self._loader.descriptors[extractor].version
        self._peak.start()
        started = time.perf_counter()
        for (_, task, _), context, answer in zip(views, contexts, answers, strict=True):
            section = Section(status="ok", version=version)
            waited, peak = _milliseconds(started), self._peak.growth()
            self._peak.start()
            started = time.perf_counter()
            if len(views) > 1 and broke_off(answer):
                # Nobody knows which file is to blame: the host asks again for each by itself.
                self._look_after(section, extractor)
                self._retiring |= isinstance(answer, MemoryError)
                return
            try:
                if isinstance(answer, BaseException):
                    raise answer
                settle(section, answer, context)
            except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
                self._blame(section, error, context)
            # One call answers for all: each file is charged the time that was waited for it.
            section.duration_ms = waited
            traces = self._look_after(section, extractor)
            self._answer(task, extractor, section, traces, peak)

    def _blame(self, section: Section, error: BaseException, context: Context) -> None:
        blame(section, error, context)
        # After a failed allocation, half-done work may still hold what was allocated.
        self._retiring |= section.status == "memory"

    def _look_before(self) -> None:
        if self._watch:
            self._state, self._library = state(), Library()

    def _look_after(self, section: Section, extractor: str) -> dict[Trace, str]:
        """Clean up behind an extractor; what it left, which its section tells as well."""
        traces: dict[Trace, str] = {}
        if not self._loader.descriptors[extractor].tools:
            left = limits.children() - self._children
            for pid in left:
                limits.kill(pid)
                os.waitpid(pid, 0)
            if left:
                traces["children"] = f"it left {len(left)} child process(es), now ended"
        if threading.active_count() > self._threads:
            traces["threads"] = "it left a thread; its worker was replaced"
            self._retiring = True
        if printed := self._capture.take():
            section.output = printed.text
            traces["output"] = f"it wrote {printed.size} bytes to its output"
        if strangers := self._scratch.strangers():
            traces["files"] = f"it left {strangers[0]!a} in the working folder, now deleted"
        changed = changes(self._state, state()) + self._library.changes() if self._watch else []
        if changed:
            text = f"it changed {' and '.join(changed)}; its worker was replaced"
            traces["process"] = text.encode("utf-8", "backslashreplace").decode()
            self._retiring = True
        section.warnings += traces.values()
        for kind in traces:
            section.code = section.code or _CODES[kind]
        return traces


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
