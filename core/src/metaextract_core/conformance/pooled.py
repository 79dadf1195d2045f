"""Has an extractor read in workers, and tells what is seen of it from there."""

from __future__ import annotations

import os
import queue
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Section
from metaextract_core.workers.messages import Digest, FileTask, Job
from metaextract_core.workers.orders import Answer
from metaextract_core.workers.pool import Pool
from metaextract_sdk.conformance.evidence import Fault, Reading, Subject, Trace

_PATIENCE: Final = 10.0
"""Seconds that one small file may take, whatever the extractor itself allows."""
_BY_CODE: Final[dict[str, Fault]] = {"MX501": "raised", "MX505": "no data"}
_BY_STATUS: Final[dict[str, Fault]] = {
    "timeout": "timeout",
    "memory": "memory",
    "crashed": "crashed",
}


class PooledReader:
    """Has one extractor read one subject after another.

    Args:
        pool: whose workers run it.
        another: a second pool, of other processes, for what is read again.
        extractor: who reads.
        ready: all extractors that may run, by id, for those that it needs.
        media_type: what a subject is taken for where the extractor does not read its type.
    """

    def __init__(
        self,
        pool: Pool,
        another: Pool,
        extractor: Descriptor,
        ready: Mapping[str, Descriptor],
        media_types: Mapping[int, str],
    ) -> None:
        self._pool = pool
        self._another = another
        self._extractor = extractor
        self._ready = ready
        self._media_types = media_types

    def __call__(self, path: Path, subject: Subject) -> Reading:
        """What is seen while the extractor reads the file at `path`."""
        pool = self._another if subject.kind == "again" else self._pool
        # Looking at the whole process takes longer than reading a small file.
        watch = subject.kind in ("sample", "again", "damaged")
        section, traces = self._ask(pool, self._extractor, path, subject, watch=watch)
        fault = _BY_STATUS.get(section.status) or _BY_CODE.get(str(section.code), "")
        return Reading(
            subject=subject,
            status=section.status,
            data=section.data,
            reason=section.reason if isinstance(section.reason, str) else "",
            fault=fault,
            traces=traces,
        )

    def _ask(
        self, pool: Pool, extractor: Descriptor, path: Path, subject: Subject, *, watch: bool
    ) -> tuple[Section, dict[Trace, str]]:
        sections: dict[str, dict[str, object]] = {}
        for need in extractor.needs:
            section, _ = self._ask(pool, self._ready[need], path, subject, watch=False)
            if section.data:
                sections[need] = section.data
        status = path.lstat()
        task = FileTask(
            index=0,
            path=os.fsencode(path),
            media_type=self._media_types[subject.sample],
            device=status.st_dev,
            inode=status.st_ino,
            size=status.st_size,
            modified_ns=status.st_mtime_ns,
            extractors=[extractor.id],
            sections=sections,
        )
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        batch = extractor.id if extractor.batch else None
        pool.submit(Job([task], batch, _PATIENCE, watch=watch), answers.put)
        answer = answers.get()
        if isinstance(answer, Digest):
            return Section(status="crashed", version="", reason=str(answer.error)), {}
        return answer.section, answer.traces
