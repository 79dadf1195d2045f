"""What runs inside a worker: one extractor after another over the files of a job."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from blake3 import blake3

from metaextract_core.record import Section
from metaextract_core.workers import limits
from metaextract_core.workers.capture import Capture
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
from metaextract_core.workers.opening import Refused, open_regular
from metaextract_core.workers.peak import Peak
from metaextract_core.workers.scratch import Scratch
from metaextract_core.workers.settling import NotData, blame, say, settle
from metaextract_sdk import BatchExtractor, Context, ExtractError, Extractor, FileView, Unavailable

_REPORT_EVERY: Final = 0.05  # seconds; more often wakes the host for little
_MAX_FILES: Final = 2000
_MAX_GROWTH: Final = 384 << 20
_IMPORT_MEMORY: Final = 1 << 30


class _Fault(Exception):
    """An extractor could not be made ready; carries the section that says so."""

    def __init__(self, section: Section) -> None:
        super().__init__(section.reason)
        self.section = section


class Worker:
    """Serves jobs from `channel` until the host closes it or the worker should be replaced."""

    def __init__(
        self, loader: Loader, channel: socket.socket, page: FlightPage, scratch: str
    ) -> None:
        self._loader = loader
        self._channel = channel
        self._page = page
        self._peak = Peak()
        self._scratch = Scratch(scratch)
        self._capture = Capture()
        self._extractors: dict[str, Extractor | Section] = {}
        self._children: set[int] = set()
        self._threads = threading.active_count()
        self._retiring = False
        self._files = 0
        self._report = Report([], [])
        self._reported = 0.0

    def serve(self) -> None:
        """Answer jobs one by one."""
        base = limits.resident()
        while (job := receive_job(self._channel)) is not None:
            self._run(job)
            self._files += len(job.files)
            if self._files >= _MAX_FILES or limits.resident() - base > _MAX_GROWTH:
                self._retiring = True
            self._send(done=True)
            if self._retiring:
                break
        for extractor in self._extractors.values():
            if isinstance(extractor, Extractor):
                _quietly(extractor.close)
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

    def _answer(self, index: int, extractor: str, section: Section, peak: int = 0) -> None:
        self._report.outcomes.append(Outcome(index, extractor, section, peak))
        if time.monotonic() - self._reported > _REPORT_EVERY:
            self._send()

    def _run(self, job: Job) -> None:
        self._reported = time.monotonic()
        views: list[tuple[int, FileTask, FileView]] = []
        try:
            for number, task in enumerate(job.files):
                self._page.note(-1, number, 60 + task.size / (10 << 20))
                opened = self._open(task)
                if opened is None:
                    continue
                view, digest = opened
                known = self._recall(task, digest)
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
            self._answer(task.index, extractor, task.remembered[extractor][digest])
        return known

    def _open(self, task: FileTask) -> tuple[FileView, str] | None:
        """The file of a task and its digest, which is empty where nobody asks for it.

        None when what is wrong with it has already been answered.
        """
        try:
            fd = open_regular(task.path)
        except (OSError, Refused) as error:
            why = str(error) if isinstance(error, Refused) else f"cannot be read: {error.strerror}"
            self._report.digests.append(Digest(task.index, error=why))
            return None
        status = os.fstat(fd)
        if (status.st_dev, status.st_ino) != (task.device, task.inode):
            os.close(fd)
            self._report.digests.append(
                Digest(task.index, error="another file took its place while it was being read")
            )
            return None
        view = FileView(fd, Path(os.fsdecode(task.path)), task.media_type)
        digest = ""
        if task.digest or task.remembered:
            try:
                hasher = blake3()
                for window in view.windows():
                    hasher.update(window)
                digest = f"blake3:{hasher.hexdigest()}"
                self._report.digests.append(Digest(task.index, digest))
            except OSError as error:
                os.close(fd)
                self._report.digests.append(
                    Digest(task.index, error=f"cannot be read: {error.strerror}")
                )
                return None
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
            with limits.growth_capped(_IMPORT_MEMORY):
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
            self._answer(task.index, extractor, fault.section)
            return
        timeout = self._timeout(job, extractor)
        context = self._context(job, extractor, task, timeout)
        self._page.note(position, number, timeout)
        self._peak.start()
        started = time.perf_counter()
        try:
            with limits.growth_capped(self._loader.descriptors[extractor].memory):
                result = instance.extract(view, context)
            settle(section, result, context)
        except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
            self._blame(section, error, context)
        section.duration_ms = _milliseconds(started)
        peak = self._peak.growth()
        self._look_after(section, extractor)
        self._scratch.empty()
        self._answer(task.index, extractor, section, peak)

    def _run_batch(
        self, job: Job, extractor: str, views: list[tuple[int, FileTask, FileView]]
    ) -> None:
        descriptor = self._loader.descriptors[extractor]
        try:
            instance = self._instance(extractor, 0, job)
        except _Fault as fault:
            for _, task, _ in views:
                self._answer(task.index, extractor, fault.section)
            return
        timeout = self._timeout(job, extractor)
        pairs = [(view, self._context(job, extractor, task, timeout)) for _, task, view in views]
        self._page.note(0, views[0][0] if len(views) == 1 else -1, timeout)
        batch = cast("BatchExtractor", instance)
        with contextlib.closing(_guarded(batch, pairs, descriptor.memory)) as answers:
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
            if len(views) > 1 and _broke_off(answer):
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
            self._look_after(section, extractor)
            self._answer(task.index, extractor, section, peak)

    def _blame(self, section: Section, error: BaseException, context: Context) -> None:
        blame(section, error, context)
        # After a failed allocation, half-done work may still hold what was allocated.
        self._retiring |= section.status == "memory"

    def _look_after(self, section: Section, extractor: str) -> None:
        """Clean up behind an extractor, and say in its section what it left."""
        printed = self._capture.take()
        if printed:
            section.output = printed.text
            section.warnings.append(f"it wrote {printed.size} bytes to its output")
            section.code = section.code or "MX509"
        if not self._loader.descriptors[extractor].tools:
            left = limits.children() - self._children
            for pid in left:
                limits.kill(pid)
                os.waitpid(pid, 0)
            if left:
                section.warnings.append(f"it left {len(left)} child process(es), now ended")
                section.code = section.code or "MX507"
        if threading.active_count() > self._threads:
            section.warnings.append("it left a thread; its worker was replaced")
            section.code = section.code or "MX508"
            self._retiring = True


def _guarded(
    extractor: BatchExtractor, jobs: Sequence[tuple[FileView, Context]], memory: int
) -> Generator[Mapping[str, Any] | BaseException]:
    """One answer for each of `jobs`; where the extractor raises or stops early, its fault instead.

    What the extractor's generator has open is closed with this one, before the next call begins.
    """
    fault: BaseException | None = None
    answers: Iterator[Mapping[str, Any] | ExtractError] = iter(())
    try:
        for number in range(len(jobs)):
            if fault is None:
                try:
                    with limits.growth_capped(memory):
                        if number == 0:
                            answers = iter(extractor.extract_batch(jobs))
                        answer = next(answers)
                except StopIteration:
                    fault = NotData("it gave fewer answers than files")
                except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
                    fault = error
                else:
                    yield answer
                    continue
            yield fault
    finally:
        _quietly(getattr(answers, "close", lambda: None))


def _broke_off(answer: Mapping[str, Any] | BaseException) -> bool:
    """Whether `answer` stands for a call that ended before it had answered for all files."""
    return isinstance(answer, BaseException) and not isinstance(answer, ExtractError)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


def _quietly(action: Any) -> None:
    try:
        action()
    except BaseException:  # noqa: BLE001 -- the worker is ending; nothing can be done or reported
        return
