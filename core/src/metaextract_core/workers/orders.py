"""Orders: jobs in the host, with what is still unanswered of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

import msgspec

from metaextract_core.record import Section
from metaextract_core.workers.flight import Flight
from metaextract_core.workers.messages import Digest, Job, Outcome
from metaextract_core.workers.roots import Identity, Roots, each_alone

_PARTS: Final = 8
"""Of a batch in which a file is to blame. More find it with fewer lost workers and deadlines, and
read more files in small batches."""
Answer = Outcome | Digest
Listener = Callable[[Answer], None]


class Step(msgspec.Struct, frozen=True):
    """What a worker is doing with a file.

    Attributes:
        path: of the file.
        extractor: None while its digest is made.
        done, total: how far it says that it has come, in units of its own; the second is never 0.
    """

    path: bytes
    extractor: str | None
    done: int
    total: int


class Order(msgspec.Struct, eq=False):
    """A job, whom to tell, and what is unanswered: (file index, extractor) pairs and digests.

    `roots` are those of its files, `ahead` all that its run knows of; `tries` counts the workers
    that died over it.
    """

    job: Job
    listener: Listener
    pairs: set[tuple[int, str]]
    digests: set[int]
    roots: dict[Identity, bytes]
    ahead: Roots | None = None
    tries: int = 0

    @classmethod
    def of(
        cls,
        job: Job,
        listener: Listener,
        roots: dict[Identity, bytes] | None = None,
        ahead: Roots | None = None,
    ) -> Order:
        """A new order, wholly unanswered."""
        pairs = {(task.index, extractor) for task in job.files for extractor in task.extractors}
        digests = {task.index for task in job.files if task.digest}
        alone = each_alone(job.files) if roots is None else roots
        return cls(job, listener, pairs, digests, alone, ahead)

    def inputs(self) -> dict[Identity, bytes]:
        """What a worker should be allowed to read to do this order, and those that come next."""
        return self.roots | (self.ahead.known() if self.ahead else {})

    @property
    def open(self) -> bool:
        """Whether anything is unanswered."""
        return bool(self.pairs or self.digests)

    def answer(self, answer: Answer) -> None:
        """Pass an answer on, once, and only if it was asked for."""
        if isinstance(answer, Outcome):
            pair = (answer.index, answer.extractor)
            if pair not in self.pairs:
                return
            self.pairs.discard(pair)
        else:
            mine = {pair for pair in self.pairs if pair[0] == answer.index}
            if answer.index not in self.digests and not (mine and answer.error):
                return
            self.digests.discard(answer.index)
            if answer.error is not None:
                self.pairs -= mine
        self.listener(answer)

    def give_up(self, reason: str) -> None:
        """Answer all that is open as failed."""
        for index in sorted(self.digests):
            self.answer(Digest(index, error=reason))
        for index, extractor in sorted(self.pairs):
            self.answer(Outcome(index, extractor, Section(status="failed", reason=reason)))

    def remaining(self) -> Job:
        """The job without what has been answered."""
        files = []
        for task in self.job.files:
            left = [name for name in task.extractors if (task.index, name) in self.pairs]
            digest = task.index in self.digests
            if left or digest:
                files.append(msgspec.structs.replace(task, extractors=left, digest=digest))
        return msgspec.structs.replace(self.job, files=files)

    def split(self) -> list[Order]:
        """What is open as new orders: a batch in parts, until the file to blame is alone."""
        job = self.remaining()
        size = len(job.files) if job.batch is None else ceil(len(job.files) / _PARTS)
        groups = [job.files[at : at + size] for at in range(0, len(job.files), size)]
        return [
            Order(
                msgspec.structs.replace(job, files=files),
                self.listener,
                {pair for pair in self.pairs if any(pair[0] == task.index for task in files)},
                {task.index for task in files if task.digest},
                self.roots,
                self.ahead,
                self.tries,
            )
            for files in groups
        ]

    def step(self, flight: Flight) -> Step | None:
        """What `flight` says of a file; None where that is nothing, or cannot be true."""
        if not 0 <= flight.done <= flight.total > 0 or flight.file < 0:
            return None
        found = self.suspect(flight)
        paths = [task.path for task in self.job.files if found and task.index == found[0]]
        return Step(paths[0], found[1], flight.done, flight.total) if found and paths else None

    def suspect(self, flight: Flight) -> tuple[int, str | None] | None:
        """The file index and extractor that `flight` accuses; None where it accuses nobody.

        The extractor is None where the file itself was being read; an extractor that was being
        imported is accused with the first file.
        """
        files = self.job.files
        alone = 0 <= flight.file < len(files)
        if flight.extractor < 0:
            return (files[flight.file].index, None) if alone else None
        task = files[flight.file if alone else 0]
        if flight.extractor >= len(task.extractors) or not (alone or flight.importing):
            return None
        return task.index, task.extractors[flight.extractor]


def place(queue: Sequence[Order], priority: int) -> int:
    """Where in `queue` an order of `priority` belongs: behind those that it may not overtake."""
    ahead = len(queue)
    while ahead and queue[ahead - 1].job.priority < priority:
        ahead -= 1
    return ahead
