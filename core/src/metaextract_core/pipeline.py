"""The hook-driven run over many files: inspect, plan, dispatch, assemble, publish."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from metaextract_core import planning
from metaextract_core.assembling import assemble
from metaextract_core.descriptor import Descriptor
from metaextract_core.grouping import Entry, Groups
from metaextract_core.health.remembered import Remembered
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect, not_inspected
from metaextract_core.merging import Merger
from metaextract_core.pace import Pace
from metaextract_core.planning import Request
from metaextract_core.pressure import Pressure
from metaextract_core.recall import Recall
from metaextract_core.record import Field, Record, Result, Section, Source, without_data
from metaextract_core.registry import Registry
from metaextract_core.rivals import Rivals
from metaextract_core.twins import Twins
from metaextract_core.walking import Found
from metaextract_core.workers.changes import change_since
from metaextract_core.workers.messages import Digest, Job, Outcome
from metaextract_core.workers.orders import Answer
from metaextract_core.workers.pool import Workers
from metaextract_core.workers.roots import Roots

WINDOW: Final = 1024
"""Files between the first that is not done and the last that is known: the memory of a run."""
_MOMENT: Final = 0.25
"""Seconds after which a run that waits looks whether it was cancelled, or its time is over."""
_SOON: Final = 0.05
"""The same where it waits for another run as well."""
_OVER: Final = "the time for the whole run was over before it was read"


class Run:
    """One pass over one stream of files.

    Args:
        registry, pool, hooks: of the kernel.
        request: what is wanted.
        roots: what is known of where the files lie.
        remembered: the files that ended a worker before.
        recall: what earlier runs found out.
        pace: in which order, and until when.
        pressure: how short memory is.
    """

    def __init__(
        self,
        registry: Registry,
        pool: Workers,
        hooks: Hooks,
        request: Request,
        roots: Roots | None = None,
        remembered: Remembered | None = None,
        recall: Recall | None = None,
        pace: Pace | None = None,
        pressure: Pressure | None = None,
    ) -> None:
        self._merger = Merger(registry.ready)
        self._pool = pool
        self._hooks = hooks
        self._request = request
        self._remembered = remembered or Remembered()
        self._recall = recall or Recall(None, registry, hooks, request)
        self._pressure = pressure or Pressure()
        self._twins = Twins()
        self._rivals = Rivals(self._recall.cache)
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._open: dict[int, Entry] = {}
        self._groups = Groups()
        self._finished: dict[int, Result] = {}
        self._plans = planning.Plans(registry, hooks, request)
        self._roots = roots or Roots()
        self._pace = pace or Pace()
        self._given = 0

    def results(self, found: Iterable[Found]) -> Iterator[Result]:
        """A record for each of `found`, unless the run is cancelled before it is ready."""
        try:
            yield from self._results(found)
        finally:
            for entry in self._open.values():
                self._rivals.end(entry)

    def _results(self, found: Iterable[Found]) -> Iterator[Result]:
        started = 0
        source = iter(found)
        exhausted = False
        while not exhausted or self._given < started:
            while not exhausted and started - self._given < self._pressure.part(WINDOW):
                item = next(source, None)
                if item is None:
                    exhausted = True
                    break
                self._begin(started, item)
                started += 1
                self._dispatch(full=False, last=False)
                self._collect(block=False)
                yield from self._ready()
                if self._pace.cancelled():
                    return
            self._start(self._rivals.free())
            self._dispatch(full=not exhausted, last=exhausted)
            if self._open:
                self._collect(block=True)
            yield from self._ready()
            if self._pace.cancelled():
                return

    def _ready(self) -> Iterator[Result]:
        while self._finished:
            index = self._given if self._pace.ordered else next(iter(self._finished))
            result = self._finished.pop(index, None)
            if result is None:
                return
            self._given += 1
            yield result

    def _begin(self, index: int, found: Found) -> None:
        file = (
            inspect(found, self._hooks, self._recall.look)
            if not self._pace.over
            else not_inspected(found, _OVER)
        )
        if file.record:
            self._finished[index] = Result.recalled(file.info, file.record, file.failed)
            return
        entry = Entry(index, file)
        self._open[index] = entry
        if file.info.error is not msgspec.UNSET:
            self._finish(entry)
            return
        entry.root = self._roots.of(found.top, file.path, (file.device, file.inode))
        media_type = file.info.media_type or ""
        for missing in self._plans.missing(media_type):
            entry.sections[missing.descriptor.id] = Section(
                status="unavailable",
                version=missing.descriptor.version,
                reason=missing.reason,
                code=missing.code,
            )
        entry.stages = self._plans.stages(media_type)
        entry.digest_pending = file.info.digest is None
        if not entry.digest_pending:
            self._lead([entry])
        elif self._recall.may_know(entry, self._twins):
            self._want_digest(entry)
        else:
            self._twins.lead(entry)
            self._start([entry])

    def _want_digest(self, entry: Entry) -> None:
        """Find out what its content is before anything else."""
        entry.digest_first = True
        self._groups.add(entry, [])

    def _lead(self, entries: Iterable[Entry]) -> None:
        """Begin with files of known digests, but for those that have to wait for a twin."""
        leading = []
        for entry in entries:
            if not self._twins.follow(entry):
                self._twins.lead(entry)
                leading.append(entry)
        self._start(leading)

    def _start(self, entries: list[Entry], *, again: bool = False) -> None:
        """Take what is known of their contents, and have them wait for the rest."""
        found = self._recall.sections(entries, again=again)
        for entry, known in zip(entries, found, strict=True):
            entry.drafts = known.drafts
            for extractor, section in known.sections.items():
                entry.sections[extractor] = section
                entry.unannounced.append(Outcome(entry.index, extractor, section))
            left = (
                [found for found in stage if found.id not in known.sections]
                for stage in entry.stages
            )
            first, *entry.stages = [stage for stage in left if stage] or [[]]
            if first or entry.digest_pending:
                self._groups.add(entry, first)
            else:
                self._announce(entry)
                self._finish(entry)

    def _dispatch(self, *, full: bool, last: bool) -> None:
        """Hand over files that wait, as long as workers are free to begin with them."""
        # Where other runs keep the pool busy, queue behind them: nobody would wake a run that
        # waits for nothing.
        if self._pace.over:
            self._give_up()
        while self._groups and (self._may_queue or not self._in_work):
            # In a full window nothing new can begin before the first file is done.
            lanes, entries = self._groups.take(
                self._pool.size, oldest=full, share=last, cut=self._pressure.part
            )
            company = [entry for entry in entries if entry.digest_first]
            for entry in company:
                entry.company = company
            if stage := list(itertools.chain.from_iterable(lanes)):
                entries = self._unread(stage, entries)
            for position, lane in enumerate(lanes or [[]] if entries else []):
                self._submit(lane, entries, digest=position == 0)

    def _unread(self, stage: list[Descriptor], entries: list[Entry]) -> list[Entry]:
        """Those of `entries` that no other run reads or has read; the others ask for what it said.

        Args:
            stage: what is to be done with them.
            entries: of which each is seen twice, if it then still is to be read.
        """
        new = [entry for entry in entries if entry.turn is None and not entry.has_drafts(stage)]
        ours = self._rivals.sift(new)
        others = [entry for entry in new if entry not in ours or self._recall.may_know(entry)]
        for entry in others:
            entry.stages.insert(0, stage)
            if entry.digest_pending:
                self._rivals.drop(entry)
                self._want_digest(entry)
        known = [entry for entry in others if not entry.digest_first]
        self._rivals.wait(entry for entry in known if entry not in ours)
        self._start([entry for entry in known if entry in ours], again=True)
        return [entry for entry in entries if entry not in others]

    def _give_up(self) -> None:
        """Have the files that wait say that their time is over."""
        for entry in self._rivals.give_up():
            self._abandon(entry, [])
        while self._groups:
            lanes, entries = self._groups.take(1, oldest=True, share=False)
            left = [descriptor for lane in lanes for descriptor in lane]
            for entry in entries:
                self._abandon(entry, left)

    def _abandon(self, entry: Entry, stage: list[Descriptor]) -> None:
        for descriptor in itertools.chain(stage, *entry.stages):
            entry.sections[descriptor.id] = Section(status="timeout", reason=_OVER)
        self._finish(entry)

    @property
    def _may_queue(self) -> bool:
        return self._pool.hungry(self._request.priority) and not self._pressure.one_at_a_time

    @property
    def _in_work(self) -> int:
        """Files of which an answer is going to come."""
        return len(self._open) - len(self._groups) - len(self._twins) - len(self._rivals)

    def _submit(self, lane: list[Descriptor], entries: list[Entry], *, digest: bool) -> None:
        tasks = []
        for entry in entries:
            entry.pending |= {descriptor.id for descriptor in lane}
            tasks.append(entry.task(lane, digest=digest))
        most = self._pace.timeout(self._request.timeout)
        for descriptor in lane:
            timeout = descriptor.seconds(most)
            for task in tasks:
                if known := self._remembered.sections(
                    descriptor.id, descriptor.version, task.size, timeout
                ):
                    task.remembered[descriptor.id] = known
        batch = lane[0].id if lane and lane[0].batch else None
        roots = dict(entry.root for entry in entries if entry.root is not None)
        job = Job(
            tasks,
            batch,
            most,
            retries=self._request.retries,
            growth=self._pressure.growth,
            priority=self._request.priority,
        )
        self._pool.submit(job, self._answers.put, roots, self._roots)

    def _collect(self, *, block: bool) -> None:
        """Take in what workers have answered; wait a moment for the first answer if `block`."""
        moment = _MOMENT if not self._rivals else _SOON
        while True:
            try:
                answer = self._answers.get(block, moment)
            except queue.Empty:
                if block:
                    self._rivals.rest()
                return
            block = False
            entry = self._open.get(answer.index)
            if entry is not None:
                self._take(entry, answer)

    def _take(self, entry: Entry, answer: Answer) -> None:
        if answer.sandbox is not None:
            before = entry.sandbox if entry.sandbox is not None else answer.sandbox
            entry.sandbox = [layer for layer in before if layer in answer.sandbox]
        if isinstance(answer, Digest):
            self._take_digest(entry, answer)
        else:
            self._take_section(entry, answer)

    def _take_digest(self, entry: Entry, answer: Digest) -> None:
        entry.digest_pending = False
        entry.file.info.digest = answer.digest
        self._rivals.learn(entry)
        if answer.error is not None:
            entry.file.info.error = answer.error
            self._announce(entry)
            self._finish(entry)
        if entry.digest_first:
            entry.digest_first = False
            self._lead_company(entry.company)
        elif answer.error is None:
            self._go_on(entry)

    def _lead_company(self, company: list[Entry]) -> None:
        """Begin with these files, once all of their digests are known."""
        if any(entry.digest_first for entry in company):
            return
        for entry in company:
            entry.company = []
        self._lead(entry for entry in company if entry.index in self._open)

    def _take_section(self, entry: Entry, answer: Outcome) -> None:
        entry.pending.discard(answer.extractor)
        if answer.moved and answer.section.status == "ok":
            draft = entry.drafts[answer.extractor]
            answer.section = replace(draft, data=answer.section.data)
        entry.sections[answer.extractor] = answer.section
        entry.unannounced.append(answer)
        self._go_on(entry)

    def _go_on(self, entry: Entry) -> None:
        if entry.digest_pending:
            return
        self._announce(entry)
        if entry.pending:
            return
        if not entry.stages:
            self._finish(entry)
            return
        for lane in planning.lanes(entry.stages.pop(0)):
            self._submit(lane, [entry], digest=False)

    def _announce(self, entry: Entry) -> None:
        """Tell of the sections that have come, once the digest of their file is known."""
        waiting, entry.unannounced = entry.unannounced, []
        if not self._hooks.wanted("metaextract_section"):
            return
        with_data = self._hooks.wanted("metaextract_section", "data")
        for answer in waiting:
            self._hooks.call(
                "metaextract_section",
                path=entry.file.info.path,
                size=entry.size,
                digest=entry.file.info.digest,
                extractor=answer.extractor,
                section=without_data(answer.section),
                peak_memory=answer.peak_memory,
                data=msgspec.to_builtins(answer.section.data) if with_data else {},
            )

    def _finish(self, entry: Entry) -> None:
        del self._open[entry.index]
        if (info := entry.file.info).error is msgspec.UNSET:
            change = change_since(entry.file.stamp, entry.file.path)
            if change is not None:
                info.changed, info.digest = f"while it was read: {change}", None
        record = assemble(entry.file.info, entry.sections, self._merger)
        record.sandbox += entry.sandbox or []
        if self._hooks.wanted("metaextract_assemble"):
            self._derive(record)
        if self._hooks.wanted("metaextract_publish"):
            self._hooks.call("metaextract_publish", record=msgspec.to_builtins(record))
        self._recall.remember(entry, record)
        self._rivals.end(entry)
        self._finished[entry.index] = Result(record)
        if twins := self._twins.free(entry):
            self._start(twins)

    def _derive(self, record: Record) -> None:
        """Add the fields that hooks derive; a field that extractors gave is not replaced."""
        for plugin, derived in self._hooks.call(
            "metaextract_assemble", record=msgspec.to_builtins(record)
        ):
            for name, value in derived.items():
                source = Source(extractor=plugin, tag=name, value=value, chosen=True)
                record.fields.setdefault(
                    name, Field(value=value, type="derived", agreement="single", sources=[source])
                )
