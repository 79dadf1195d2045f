"""Files that wait for workers, grouped so that what is alike is read together."""

from __future__ import annotations

from math import ceil
from typing import Final

from msgspec import Struct, field

from metaextract_core.descriptor import Descriptor
from metaextract_core.inspection import Inspected
from metaextract_core.planning import lanes
from metaextract_core.record import Section
from metaextract_core.workers.messages import FileTask

_CHUNK_FILES: Final = 20
_CHUNK_BYTES: Final = 64 << 20


class Entry(Struct, eq=False):
    """A file that is being worked on.

    Attributes:
        index: its place in the run.
        stages: what comes after the stage that it is in.
        pending: extractors that have not answered yet.
    """

    index: int
    file: Inspected
    sections: dict[str, Section] = field(default_factory=dict)
    stages: list[list[Descriptor]] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    digest_pending: bool = False

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.file.info.size or 0

    def task(self, extractors: list[Descriptor], *, digest: bool) -> FileTask:
        """What a worker is told, with the data that `extractors` say they need."""
        needed = {need for descriptor in extractors for need in descriptor.needs}
        return FileTask(
            index=self.index,
            path=self.file.path,
            media_type=self.file.info.media_type or "",
            device=self.file.device,
            inode=self.file.inode,
            size=self.size,
            modified_ns=self.file.modified_ns,
            extractors=[descriptor.id for descriptor in extractors],
            sections={
                need: self.sections[need].data
                for need in needed
                if need in self.sections and self.sections[need].data
            },
            digest=digest,
        )


class _Group(Struct, eq=False):
    lanes: list[list[Descriptor]]
    entries: list[Entry] = field(default_factory=list)
    size: int = 0


class Groups:
    """Files before their first stage, by media type.

    Files of one type have the same plan, and need the same parts of a parser.
    """

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}

    def __len__(self) -> int:
        return sum(len(group.entries) for group in self._groups.values())

    def add(self, entry: Entry, stage: list[Descriptor]) -> None:
        """Let `entry` wait for `stage`."""
        group = self._groups.setdefault(entry.file.info.media_type or "", _Group(lanes(stage)))
        group.entries.append(entry)
        group.size += entry.size

    def take(
        self, workers: int, *, oldest: bool, share: bool
    ) -> tuple[list[list[Descriptor]], list[Entry]]:
        """The next files to be read, and the lanes that each of them goes through.

        The largest group comes first: what takes long is begun early, and the small ones fill the
        gaps in the end.

        Args:
            workers: how many share the work.
            oldest: take from the group with the file that has waited longest instead.
            share: nothing more will come: leave something for every worker.
        """

        def rank(name: str) -> int:
            group = self._groups[name]
            return -group.entries[0].index if oldest else group.size

        name = max(self._groups, key=rank)
        group = self._groups[name]
        count = self._count(group)
        if share:
            count = min(count, ceil(len(group.entries) / (2 * workers)))
        taken, group.entries = group.entries[:count], group.entries[count:]
        group.size -= sum(entry.size for entry in taken)
        if not group.entries:
            del self._groups[name]
        return group.lanes, taken

    def _count(self, group: _Group) -> int:
        """How many files fit into one chunk; one at least."""
        batches = [descriptor for lane in group.lanes for descriptor in lane if descriptor.batch]
        files = min((descriptor.batch_files for descriptor in batches), default=_CHUNK_FILES)
        room = min((descriptor.batch_bytes for descriptor in batches), default=_CHUNK_BYTES)
        count = 0
        for entry in group.entries[:files]:
            room -= entry.size
            if room < 0 and count:
                break
            count += 1
        return count
