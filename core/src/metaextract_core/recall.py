"""What earlier runs found out, as one run asks for it and adds to it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Final

import msgspec
from blake3 import blake3
from msgspec import UNSET

from metaextract_core import identify
from metaextract_core.caching.cache import Cache
from metaextract_core.caching.entries import Memo
from metaextract_core.caching.keys import Keys
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import HOOKS
from metaextract_core.grouping import Entry
from metaextract_core.inspection import Inspected, Look
from metaextract_core.record import Section
from metaextract_core.registry import Registry
from metaextract_core.twins import Twins
from metaextract_core.workers.changes import Stamp

_CUT: Final = "MX506"
"""The code of a section that was cut for its size: it would be again."""


class Recall:
    """Remembers for one run, or does nothing where there is no cache.

    Args:
        cache: what is shared with other runs.
        registry: the extractors of the run.
        patient: whether extractors had all their time: else a part of a section may be one that a
            later run would get whole.
    """

    def __init__(self, cache: Cache | None, registry: Registry, *, patient: bool = True) -> None:
        self._cache = cache
        self._patient = patient
        if cache is not None:
            self._engine = _engine(registry)
            # The sources of one that goes on as it was are others by now.
            self._kept = registry.kept
            marks = {name: registry.mark(name) for name in registry.ready}
            self._keys = Keys(registry.ready, marks, registry.tools())

    def look(self, path: bytes) -> tuple[os.stat_result, Look, str] | None:
        """The state of the file at `path`, what it is and its digest, if it is as it was."""
        if self._cache is None:
            return None
        try:
            status = os.lstat(path)
        except OSError:
            return None  # whoever tries to open it says why
        if not stat.S_ISREG(status.st_mode):
            return None
        memo = self._cache.memo(path, self._engine)
        if memo is None or _packed(Stamp.of(status)) != memo.stamp:
            return None
        try:
            return status, _look_decoder.decode(memo.body), memo.digest
        except msgspec.MsgspecError:
            return None

    def may_know(self, entry: Entry, twins: Twins) -> bool:
        """Whether its digest should be had first, for its content may have been read before.

        Args:
            entry: a file.
            twins: of the files that are being read.
        """
        return self._cache is not None and (
            entry in twins or self._cache.knows(entry.size, entry.file.head)
        )

    def sections(self, entry: Entry, extractors: Iterable[Descriptor]) -> dict[str, Section]:
        """What `extractors` have said of this content, as far as it is known."""
        digest = entry.file.info.digest
        if self._cache is None or digest is None:
            return {}
        wanted = {found.id: found.needs for found in extractors}
        there = wanted.keys() | entry.sections.keys()
        keys = {
            name: self._key(entry, name, digest)
            for name, needs in wanted.items()
            if there >= {*needs} and not self._keys.kin(name) & self._kept
        }
        return self._cache.sections(keys) if keys else {}

    def remember(self, entry: Entry) -> None:
        """Keep what was found out of a file, where it would be found out again."""
        info = entry.file.info
        if (
            self._cache is None
            or info.digest is None
            or info.error is not UNSET
            # Else a later change may leave no trace in the times.
            or not entry.file.settled
        ):
            return
        fresh = {
            self._key(entry, name, info.digest): (name, section)
            for name, section in entry.sections.items()
            if not section.cached and self._lasts(name, entry)
        }
        if fresh or not entry.file.recalled:
            self._cache.keep(fresh, info.digest, _memo(entry.file, self._engine))

    def _lasts(self, extractor: str, entry: Entry) -> bool:
        """Whether it would say the same again, and so would those whose sections it was given."""
        return all(
            name in entry.sections
            and name not in self._kept
            and self._is_final(entry.sections[name])
            for name in self._keys.kin(extractor)
        )

    def _is_final(self, section: Section) -> bool:
        if section.status in ("ok", "skipped"):
            return section.code is UNSET
        return section.status == "partial" and (
            section.code == _CUT or (section.code is UNSET and self._patient)
        )

    def _key(self, entry: Entry, extractor: str, digest: str) -> bytes:
        file = entry.file
        place = file.path + b"\0" + _packed(file.stamp)
        return self._keys.of(extractor, digest, file.info.media_type or "", place)


def _engine(registry: Registry) -> str:
    """Who says what a file is: what another one has said is not believed."""
    with os.scandir(os.path.dirname(identify.__file__)) as sources:
        own = [
            (source.name, source.stat().st_size, source.stat().st_mtime_ns)
            for source in sources
            if source.name.endswith(".py")
        ]
    hooks = [(name, registry.marks.get((HOOKS, name), "")) for name in registry.hooks]
    return blake3(msgspec.msgpack.encode([sorted(own), sorted(hooks)])).hexdigest(16)


_look_decoder: Final = msgspec.msgpack.Decoder(Look)


def _packed(stamp: Stamp) -> bytes:
    return msgspec.msgpack.encode(stamp)


def _memo(file: Inspected, engine: str) -> Memo:
    return Memo(
        path=file.path,
        stamp=_packed(file.stamp),
        size=file.stamp.size,
        engine=engine,
        head=file.head,
        digest=file.info.digest or "",
        body=msgspec.msgpack.encode(Look.of(file.info)),
    )
