"""The hook-driven run over many files: inspect, plan, dispatch, assemble, publish."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from metaextract_core import planning
from metaextract_core.descriptor import Descriptor
from metaextract_core.grouping import Entry, Groups
from metaextract_core.health.remembered import Remembered
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect
from metaextract_core.merging import merge
from metaextract_core.planning import Request
from metaextract_core.pressure import Pressure
from metaextract_core.recall import Recall
from metaextract_core.record import FAILED, Field, FileInfo, Record, Section, Source, Summary
from metaextract_core.registry import Registry
from metaextract_core.twins import Twins
from metaextract_core.walking import Found
from metaextract_core.workers.changes import change_since
from metaextract_core.workers.messages import Digest, Job, Outcome
from metaextract_core.workers.orders import Answer
from metaextract_core.workers.pool import Workers
from metaextract_core.workers.roots import Roots

WINDOW: Final = 1024
"""Files between the first that is not done and the last that is known: the memory of a run."""


class Run:
    """One pass over one stream of files. Records come in the order of the paths.

    Args:
        registry, pool, hooks: of the kernel.
        request: what is wanted.
        roots: what is known of where the files lie.
        remembered: the files that ended a worker before.
        recall: what earlier runs found out.
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
        pressure: Pressure | None = None,
    ) -> None:
        self._registry = registry
        self._pool = pool
        self._hooks = hooks
        self._request = request
        self._remembered = remembered or Remembered()
        self._recall = recall or Recall(None, registry)
        self._pressure = pressure or Pressure()
        self._twins = Twins()
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._open: dict[int, Entry] = {}
        self._groups = Groups()
        self._finished: dict[int, Record] = {}
        self._plans = planning.Plans(registry, hooks, request)
        self._next = 0
        self._roots = roots or Roots()

    def records(self, found: Iterable[Found]) -> Iterator[Record]:
        """A record for each of `found`."""
        started = 0
        source = iter(found)
        exhausted = False
        while not exhausted or self._next < started:
            while not exhausted and started - self._next < self._pressure.part(WINDOW):
                item = next(source, None)
                if item is None:
                    exhausted = True
                    break
                self._begin(started, item)
                started += 1
                self._dispatch(full=False, last=False)
                self._collect(block=False)
                yield from self._in_order()
            self._dispatch(full=not exhausted, last=exhausted)
            if self._open:
                self._collect(block=True)
            yield from self._in_order()

    def _in_order(self) -> Iterator[Record]:
        while (record := self._finished.pop(self._next, None)) is not None:
            self._next += 1
            yield record

    def _begin(self, index: int, found: Found) -> None:
        file = inspect(found, self._hooks, self._recall.look)
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
        if entry.digest_pending and self._recall.may_know(entry, self._twins):
            entry.digest_first = True
            self._groups.add(entry, [])
        else:
            self._twins.lead(entry)
            self._start(entry)

    def _start(self, entry: Entry) -> None:
        """Take what is known of its content, and have it wait for the rest."""
        if entry.digest_first:
            entry.digest_first = False
            if self._twins.follow(entry):
                return  # until the file that began like it is done, and what it says is known
        known = self._recall.sections(entry, itertools.chain.from_iterable(entry.stages))
        for extractor, section in known.items():
            entry.sections[extractor] = section
            entry.unannounced.append(Outcome(entry.index, extractor, section))
        left = ([found for found in stage if found.id not in known] for stage in entry.stages)
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
        while self._groups and (self._may_queue or not self._in_work):
            # In a full window nothing new can begin before the first file is done.
            lanes, entries = self._groups.take(
                self._pool.size, oldest=full, share=last, cut=self._pressure.part
            )
            for position, lane in enumerate(lanes or [[]]):
                self._submit(lane, entries, digest=position == 0)

    @property
    def _may_queue(self) -> bool:
        return self._pool.hungry and not self._pressure.one_at_a_time

    @property
    def _in_work(self) -> int:
        """Files of which an answer is going to come."""
        return len(self._open) - len(self._groups) - len(self._twins)

    def _next_stage(self, entry: Entry) -> None:
        if entry.digest_first:
            self._start(entry)
            return
        if not entry.stages:
            self._finish(entry)
            return
        for lane in planning.lanes(entry.stages.pop(0)):
            self._submit(lane, [entry], digest=False)

    def _submit(self, lane: list[Descriptor], entries: list[Entry], *, digest: bool) -> None:
        tasks = []
        for entry in entries:
            entry.pending |= {descriptor.id for descriptor in lane}
            tasks.append(entry.task(lane, digest=digest))
        for descriptor in lane:
            timeout = descriptor.seconds(self._request.timeout)
            for task in tasks:
                if known := self._remembered.sections(
                    descriptor.id, descriptor.version, task.size, timeout
                ):
                    task.remembered[descriptor.id] = known
        batch = lane[0].id if lane and lane[0].batch else None
        roots = dict(entry.root for entry in entries if entry.root is not None)
        job = Job(tasks, batch, self._request.timeout, growth=self._pressure.growth)
        self._pool.submit(job, self._answers.put, roots, self._roots)

    def _collect(self, *, block: bool) -> None:
        """Take in what workers have answered; wait for one answer at least if `block`."""
        while True:
            try:
                answer = self._answers.get(block)
            except queue.Empty:
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
            entry.digest_pending = False
            entry.file.info.digest = answer.digest
            if answer.error is not None:
                entry.file.info.error = answer.error
                self._announce(entry)
                self._finish(entry)
                return
        else:
            entry.pending.discard(answer.extractor)
            entry.sections[answer.extractor] = answer.section
            entry.unannounced.append(answer)
        if not entry.digest_pending:
            self._announce(entry)
        if not entry.pending and not entry.digest_pending:
            self._next_stage(entry)

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
                section=_without_data(answer.section),
                peak_memory=answer.peak_memory,
                data=msgspec.to_builtins(answer.section.data) if with_data else {},
            )

    def _finish(self, entry: Entry) -> None:
        del self._open[entry.index]
        if (info := entry.file.info).error is msgspec.UNSET:
            change = change_since(entry.file.stamp, entry.file.path)
            if change is not None:
                info.changed, info.digest = f"while it was read: {change}", None
        self._recall.remember(entry)
        record = assemble(entry.file.info, entry.sections, self._registry.ready)
        record.sandbox += entry.sandbox or []
        if self._hooks.wanted("metaextract_assemble"):
            self._derive(record)
        if self._hooks.wanted("metaextract_publish"):
            self._hooks.call("metaextract_publish", record=msgspec.to_builtins(record))
        self._finished[entry.index] = record
        for twin in self._twins.free(entry):
            self._start(twin)

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


def _without_data(section: Section) -> dict[str, Any]:
    """A section's own facts; cheap, for this is done for every section."""
    reason, code, output = section.reason, section.code, section.output
    return {
        "status": section.status,
        "version": section.version,
        "reason": None if reason is msgspec.UNSET else reason,
        "code": None if code is msgspec.UNSET else code,
        "duration_ms": section.duration_ms,
        "cached": section.cached,
        "warnings": list(section.warnings),
        "output": None if output is msgspec.UNSET else output,
    }


def assemble(
    info: FileInfo, sections: Mapping[str, Section], descriptors: Mapping[str, Descriptor]
) -> Record:
    """The record of a file from its sections."""
    ordered = dict(sorted(sections.items()))
    run = [section for section in ordered.values() if section.status != "unavailable"]
    merged = merge(ordered, descriptors)
    return Record(
        file=info,
        fields=merged.fields,
        unread=merged.unread,
        sections=ordered,
        summary=Summary(
            fields_extracted=sum(leaves(section.data) for section in ordered.values()),
            extractors_run=len(run),
            extractors_failed=sum(section.status in FAILED for section in run),
        ),
    )


def leaves(data: Any) -> int:
    """How many values of `data` are neither containers nor empty."""
    if isinstance(data, dict):
        return sum(map(leaves, data.values()))
    if isinstance(data, list):
        return sum(map(leaves, data))
    return data is not None and data != ""
