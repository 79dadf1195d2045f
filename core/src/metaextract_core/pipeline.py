"""The hook-driven run over many files: inspect, plan, dispatch, assemble, publish."""

from __future__ import annotations

import math
import queue
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from metaextract_core import planning
from metaextract_core.descriptor import Descriptor
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import Inspected, inspect
from metaextract_core.merging import merge
from metaextract_core.record import FAILED, Field, FileInfo, Record, Section, Source, Summary
from metaextract_core.registry import Registry, reads
from metaextract_core.walking import Found
from metaextract_core.workers.messages import Digest, FileTask, Job, Outcome
from metaextract_core.workers.orders import Answer
from metaextract_core.workers.pool import Pool

WINDOW: Final = 256
"""Files that are being worked on at a time, so that memory does not grow with the batch."""
_CHUNK_FILES: Final = 16
_CHUNK_BYTES: Final = 64 << 20


class Request(Struct, frozen=True, kw_only=True):
    """What the caller wants of every file.

    Attributes:
        profile: ``fast``, ``standard`` or ``deep``.
        only: ids of the extractors to run; empty means all of the profile.
        exclude: ids of extractors not to run.
        timeout: seconds that an extractor may take for one file, at most; its own limit if None.
    """

    profile: str = "standard"
    only: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    timeout: float | None = None


class _Open(Struct, eq=False):
    """A file that is being worked on."""

    index: int
    file: Inspected
    sections: dict[str, Section] = field(default_factory=dict)
    stages: list[list[Descriptor]] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    digest_pending: bool = False


class _Lane(Struct, eq=False):
    """Files that wait to go to one worker together, for the same extractors."""

    batch: Descriptor | None
    tasks: list[FileTask] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        files = self.batch.batch_files if self.batch else _CHUNK_FILES
        limit = self.batch.batch_bytes if self.batch else _CHUNK_BYTES
        return len(self.tasks) >= files or self.size >= limit


class Run:
    """One pass over one stream of files. Records come in the order of the paths."""

    def __init__(self, registry: Registry, pool: Pool, hooks: Hooks, request: Request) -> None:
        self._registry = registry
        self._pool = pool
        self._hooks = hooks
        self._request = request
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._open: dict[int, _Open] = {}
        self._lanes: dict[tuple[str, ...], _Lane] = {}
        self._finished: dict[int, Record] = {}
        self._plans: dict[str, list[list[Descriptor]]] = {}
        self._next = 0

    def records(self, found: Iterable[Found]) -> Iterator[Record]:
        """A record for each of `found`."""
        started = 0
        source = iter(found)
        exhausted = False
        while not exhausted or self._next < started:
            while not exhausted and started - self._next < WINDOW:
                item = next(source, None)
                if item is None:
                    exhausted = True
                    break
                self._begin(started, item)
                started += 1
                self._dispatch()
                self._collect(block=False)
                yield from self._in_order()
            self._dispatch(everything=exhausted)
            if self._open:
                self._collect(block=True)
            yield from self._in_order()

    def _in_order(self) -> Iterator[Record]:
        while (record := self._finished.pop(self._next, None)) is not None:
            self._next += 1
            yield record

    def _begin(self, index: int, found: Found) -> None:
        file = inspect(found, self._hooks)
        entry = _Open(index, file)
        self._open[index] = entry
        if file.info.error is not msgspec.UNSET:
            self._finish(entry)
            return
        media_type = file.info.media_type or ""
        for descriptor, reason in self._registry.unavailable_for(media_type, self._request.profile):
            if planning.choose(
                [descriptor], only=self._request.only, exclude=self._request.exclude
            ):
                entry.sections[descriptor.id] = Section(
                    status="unavailable", version=descriptor.version, reason=reason
                )
        entry.stages = list(self._plan(media_type))
        self._next_stage(entry, first=True)

    def _plan(self, media_type: str) -> list[list[Descriptor]]:
        if media_type not in self._plans:
            request = self._request
            chosen = planning.choose(
                self._candidates(media_type), only=request.only, exclude=request.exclude
            )
            if self._hooks.wanted("metaextract_plan"):
                chosen = self._replan(media_type, chosen)
            self._plans[media_type] = planning.stages(chosen)
        return self._plans[media_type]

    def _candidates(self, media_type: str) -> Iterable[Descriptor]:
        """What the profile runs; an extractor that is asked for by name needs no profile."""
        found = list(self._registry.for_media_type(media_type, self._request.profile))
        known = {descriptor.id for descriptor in found}
        for extractor in sorted(self._request.only - known):
            descriptor = self._registry.ready.get(extractor)
            if descriptor and reads(descriptor, media_type):
                found.append(descriptor)
        return found

    def _replan(self, media_type: str, chosen: list[Descriptor]) -> list[Descriptor]:
        for _, ids in self._hooks.call(
            "metaextract_plan",
            media_type=media_type,
            profile=self._request.profile,
            extractors=tuple(descriptor.id for descriptor in chosen),
        ):
            chosen = [descriptor for descriptor in chosen if descriptor.id in set(ids)]
        return chosen

    def _next_stage(self, entry: _Open, *, first: bool = False) -> None:
        lanes = planning.lanes(entry.stages.pop(0)) if entry.stages else []
        if first and not lanes:
            lanes = [[]]
        if not lanes:
            self._finish(entry)
            return
        entry.digest_pending = first
        for position, lane in enumerate(lanes):
            entry.pending |= {descriptor.id for descriptor in lane}
            self._wait(entry, lane, digest=first and position == 0)

    def _wait(self, entry: _Open, descriptors: list[Descriptor], *, digest: bool) -> None:
        key = tuple(descriptor.id for descriptor in descriptors)
        batch = descriptors[0] if descriptors and descriptors[0].batch else None
        lane = self._lanes.setdefault(key if batch else ("",), _Lane(batch))
        needed = {need for descriptor in descriptors for need in descriptor.needs}
        file = entry.file
        size = file.info.size or 0
        lane.tasks.append(
            FileTask(
                index=entry.index,
                path=file.path,
                media_type=file.info.media_type or "",
                device=file.device,
                inode=file.inode,
                size=size,
                modified_ns=file.modified_ns,
                extractors=list(key),
                sections={
                    need: entry.sections[need].data
                    for need in needed
                    if need in entry.sections and entry.sections[need].data
                },
                digest=digest,
            )
        )
        lane.size += size
        if lane.full:
            self._submit(lane)

    def _dispatch(self, *, everything: bool = False) -> None:
        """Hand over what waits: all of it when nothing more will come, else as workers are free."""
        for lane in list(self._lanes.values()):
            # At the end of a batch smaller chunks keep all workers busy to the last.
            share = math.ceil(len(lane.tasks) / (2 * self._pool.size)) if everything else None
            while lane.tasks and (everything or self._pool.hungry):
                self._submit(lane, share)

    def _submit(self, lane: _Lane, count: int | None = None) -> None:
        tasks, lane.tasks = lane.tasks[:count], lane.tasks[count:] if count else []
        lane.size = sum(task.size for task in lane.tasks)
        batch = lane.batch.id if lane.batch else None
        self._pool.submit(Job(tasks, batch, self._request.timeout), self._answers.put)

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

    def _take(self, entry: _Open, answer: Answer) -> None:
        if isinstance(answer, Digest):
            entry.digest_pending = False
            entry.file.info.digest = answer.digest
            if answer.error is not None:
                entry.file.info.error = answer.error
                self._finish(entry)
                return
        else:
            entry.pending.discard(answer.extractor)
            entry.sections[answer.extractor] = answer.section
            self._announce(entry, answer)
        if not entry.pending and not entry.digest_pending:
            self._next_stage(entry)

    def _announce(self, entry: _Open, answer: Outcome) -> None:
        if self._hooks.wanted("metaextract_section"):
            self._hooks.call(
                "metaextract_section",
                path=entry.file.info.path,
                extractor=answer.extractor,
                section=msgspec.to_builtins(answer.section),
            )

    def _finish(self, entry: _Open) -> None:
        del self._open[entry.index]
        record = assemble(entry.file.info, entry.sections, self._registry.ready)
        if self._hooks.wanted("metaextract_assemble"):
            self._derive(record)
        if self._hooks.wanted("metaextract_publish"):
            self._hooks.call("metaextract_publish", record=msgspec.to_builtins(record))
        self._finished[entry.index] = record

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


def assemble(
    info: FileInfo, sections: Mapping[str, Section], descriptors: Mapping[str, Descriptor]
) -> Record:
    """The record of a file from its sections."""
    ordered = dict(sorted(sections.items()))
    run = [section for section in ordered.values() if section.status != "unavailable"]
    return Record(
        file=info,
        fields=merge(ordered, descriptors),
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
