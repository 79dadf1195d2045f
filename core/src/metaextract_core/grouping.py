"""Files that wait for workers, grouped so that what is alike is read together."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from msgspec import Struct, field

from metaextract_core.caching.turns import Turn
from metaextract_core.descriptor import Descriptor
from metaextract_core.inspection import Inspected
from metaextract_core.planning import lanes
from metaextract_core.record import Section
from metaextract_core.workers.messages import FileTask, Outcome
from metaextract_core.workers.roots import Root
from metaextract_core.workers.sandbox.policy import Layer

_CHUNK_FILES: Final = 20
_CHUNK_BYTES: Final = 64 << 20


class Entry(Struct, eq=False):
    """A file that is being worked on.

    Attributes:
        index: its place in the run.
        drafts: sections of an equal file elsewhere, which their extractors may make fit.
        stages: what comes after the stage that it is in.
        pending: extractors that have not answered yet.
        root: what workers must be allowed to read to get at it.
        sandbox: the layers that held in every worker that has answered; None before the first.
        unannounced: answers that hooks have not been told of: the digest has not come yet.
        digest_pending: whether the digest has still to come.
        digest_first: whether it has to come before anything else is decided.
        turn: by which other runs know that this one reads it.
        company: the files whose digests were asked for together with that one.
    """

    index: int
    file: Inspected
    sections: dict[str, Section] = field(default_factory=dict)
    drafts: dict[str, Section] = field(default_factory=dict)
    stages: list[list[Descriptor]] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    unannounced: list[Outcome] = field(default_factory=list)
    digest_pending: bool = False
    digest_first: bool = False
    turn: Turn | None = None
    company: list[Entry] = field(default_factory=list)
    root: Root | None = None
    sandbox: list[Layer] | None = None

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.file.info.size or 0

    def has_drafts(self, extractors: list[Descriptor]) -> bool:
        """Whether all of `extractors` only have to make fit what is known."""
        return all(descriptor.id in self.drafts for descriptor in extractors)

    def task(self, extractors: list[Descriptor], *, digest: bool) -> FileTask:
        """What a worker is told, with the data that `extractors` say they need.

        Args:
            extractors: who shall read it.
            digest: whether to ask for the digest as well, if that is not known.
        """
        needed = {need for descriptor in extractors for need in descriptor.needs}
        return FileTask(
            index=self.index,
            path=self.file.path,
            media_type=self.file.info.media_type or "",
            device=self.file.device,
            inode=self.file.inode,
            size=self.size,
            modified_ns=self.file.modified_ns,
            changed_ns=self.file.changed_ns,
            extractors=[descriptor.id for descriptor in extractors],
            sections={
                need: self.sections[need].data
                for need in needed
                if need in self.sections and self.sections[need].data
            },
            digest=digest and self.digest_pending,
            elsewhere={
                descriptor.id: self.drafts[descriptor.id].data
                for descriptor in extractors
                if descriptor.id in self.drafts
            },
        )


class _Group(Struct, eq=False):
    lanes: list[list[Descriptor]]
    entries: list[Entry] = field(default_factory=list)
    size: int = 0

    @property
    def plan(self) -> list[list[str]]:
        return [[descriptor.id for descriptor in lane] for lane in self.lanes]


_Name = tuple[str, tuple[str, ...]]
"""Of a group: the media type, and the extractors of the stage."""


class Groups:
    """Files before a stage, by media type.

    Files of one type mostly have the same plan, and need the same parts of a parser.
    """

    def __init__(self) -> None:
        self._groups: dict[_Name, _Group] = {}
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def add(self, entry: Entry, stage: list[Descriptor]) -> None:
        """Let `entry` wait for `stage`."""
        name = (entry.file.info.media_type or "", tuple(found.id for found in stage))
        group = self._groups.setdefault(name, _Group(lanes(stage)))
        group.entries.append(entry)
        group.size += entry.size
        self._waiting += 1

    def take(
        self, workers: int, *, oldest: bool, share: bool, cut: Callable[[int], int] = int
    ) -> tuple[list[list[Descriptor]], list[Entry]]:
        """The next files to be read, and the lanes that each of them goes through.

        The largest group comes first: what takes long is begun early, and the small ones fill the
        gaps in the end. A chunk that one group does not fill goes on with the next of equal plan.

        Args:
            workers: how many share the work.
            oldest: begin with the group of the file that has waited longest instead.
            share: nothing more will come: leave something for every worker.
            cut: how many files or bytes to take where that many might be taken.
        """

        def rank(name: _Name) -> int:
            group = self._groups[name]
            return -group.entries[0].index if oldest else group.size

        names = sorted(self._groups, key=rank, reverse=True)
        first = self._groups[names[0]]
        plan = first.plan
        files, room = map(cut, _limits(first.lanes))
        if share:
            files = min(files, ceil(self._waiting / (2 * workers)))
        taken: list[Entry] = []
        for name in names:
            group = self._groups[name]
            if group.plan == plan:
                part = _fitting(group.entries, files - len(taken), room, alone=not taken)
                taken += part
                room -= self._remove(name, len(part))
            if len(taken) == files or room <= 0:
                break
        return first.lanes, taken

    def _remove(self, name: _Name, count: int) -> int:
        """Take the first files out of a group; their size."""
        group = self._groups[name]
        size = sum(entry.size for entry in group.entries[:count])
        del group.entries[:count]
        group.size -= size
        self._waiting -= count
        if not group.entries:
            del self._groups[name]
        return size


def _limits(stage: list[list[Descriptor]]) -> tuple[int, int]:
    """How many files and bytes one chunk may have."""
    batches = [descriptor for lane in stage for descriptor in lane if descriptor.batch]
    return (
        min((descriptor.batch_files for descriptor in batches), default=_CHUNK_FILES),
        min((descriptor.batch_bytes for descriptor in batches), default=_CHUNK_BYTES),
    )


def _fitting(entries: list[Entry], files: int, room: int, *, alone: bool) -> list[Entry]:
    """As many of `entries` as fit; the first one in any case if it may go `alone`."""
    fitting: list[Entry] = []
    for entry in entries[:files]:
        room -= entry.size
        if room < 0 and not (alone and not fitting):
            break
        fitting.append(entry)
    return fitting
