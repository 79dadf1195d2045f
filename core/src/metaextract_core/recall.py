"""What earlier runs found out, as one run asks for it and adds to it."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from blake3 import blake3
from msgspec import UNSET
from msgspec.structs import replace

from metaextract_core import identify
from metaextract_core.caching.cache import Cache
from metaextract_core.caching.entries import Memo, Place
from metaextract_core.caching.keys import Keys
from metaextract_core.discovery import HOOKS
from metaextract_core.grouping import Entry
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import Inspected, Look, Seen
from metaextract_core.planning import Request
from metaextract_core.record import Record, Section
from metaextract_core.registry import Registry
from metaextract_core.workers.changes import Stamp

_SPEAKING: Final = ("metaextract_identify", "metaextract_plan", "metaextract_assemble")
_HEARING: Final = ("metaextract_section", "metaextract_publish")
_CUT: Final = "MX506"
"""The code of a section that was cut for its size: it would be again."""


class Known(NamedTuple):
    """What earlier runs have found out of one content.

    Attributes:
        sections: by extractor.
        drafts: likewise, those that their extractors first have to make fit for this file.
    """

    sections: dict[str, Section]
    drafts: dict[str, Section]


class Recall:
    """Remembers for one run, or does nothing where there is no cache.

    Args:
        cache: what is shared with other runs.
        registry: the extractors of the run.
        hooks: of the run; where any wants to hear of each section or record, all are made anew.
        request: what is wanted. Where it leaves extractors less time than they want, a part of a
            section may be one that a later run would get whole.
    """

    def __init__(
        self, cache: Cache | None, registry: Registry, hooks: Hooks, request: Request
    ) -> None:
        self.cache = cache
        self._patient = request.timeout is None
        if cache is not None:
            self._engine = _engine(registry)
            # The sources of one that goes on as it was are others by now.
            self._kept = registry.kept
            marks = {name: registry.mark(name) for name in registry.ready}
            self._keys = Keys(registry.ready, marks, registry.tools())
            strangers = hooks.again(*_SPEAKING) - registry.hooks.keys()
            self._whole = not (self._kept or strangers or hooks.again(*_HEARING))
            self._run = self._keys.all() + _asked(request) + self._engine.encode()

    def look(self, path: bytes, named: bytes) -> Seen | None:
        """What is known of a file, if it is as it was.

        Args:
            path: of the file, absolute.
            named: the path as the user gave it, which is in the record.
        """
        if self.cache is None:
            return None
        try:
            status = os.lstat(path)
        except OSError:
            return None  # whoever tries to open it says why
        if not stat.S_ISREG(status.st_mode):
            return None
        memo = self.cache.memo(path, self._engine)
        if memo is not None and _packed(Stamp.of(status)) != memo.stamp:
            memo = None
        whole = memo is not None and self._whole and memo.seal == self._seal(memo, named)
        if self._whole:
            self.cache.count_record(memo if whole else None)
        if memo is None:
            return None
        try:
            look = _look_decoder.decode(memo.body)
        except msgspec.MsgspecError:
            return None
        record = memo.record if whole else b""
        return Seen(status, look, memo.head, memo.digest, record, memo.failed)

    def _seal(self, memo: Memo, named: bytes) -> bytes:
        place = msgspec.msgpack.encode([self._run, memo.path, memo.stamp, named])
        return blake3(place + memo.record).digest(16)

    def may_know(self, entry: Entry, twins: Container[Entry] = ()) -> bool:
        """Whether its digest should be had first, for its content may have been read before.

        Args:
            entry: a file.
            twins: of the files that are being read.
        """
        return self.cache is not None and (
            entry in twins or self.cache.knows(entry.size, entry.file.head)
        )

    def sections(self, entries: Sequence[Entry], *, again: bool = False) -> list[Known]:
        """What is known of the contents of `entries`, as far as their stages ask for it.

        Args:
            entries: of known digests; for others nothing is known.
            again: they were asked about before, and what is not there was counted.
        """
        if self.cache is None:
            return [Known({}, {}) for _ in entries]
        keys = [self._wanted(entry) for entry in entries]
        places = [place for wanted in keys for place, _ in wanted.values()]
        sections = iter(self.cache.sections(places, again=again) if places else ())
        return [
            _known({name: (next(sections), fit) for name, (_, fit) in wanted.items()})
            for wanted in keys
        ]

    def _wanted(self, entry: Entry) -> dict[str, tuple[Place, bool]]:
        """Extractor -> where its section would be, and whether it then has to be made fit."""
        digest = entry.file.info.digest
        if digest is None:
            return {}
        wanted = {found.id: found.needs for stage in entry.stages for found in stage}
        there = wanted.keys() | entry.sections.keys()
        return {
            name: self._place(entry, name, digest)
            for name, needs in wanted.items()
            if there >= {*needs} and not self._keys.kin(name) & self._kept
        }

    def remember(self, entry: Entry, record: Record) -> None:
        """Keep what was found out of a file, where it would be found out again."""
        info = entry.file.info
        if (
            self.cache is None
            or info.digest is None
            or info.error is not UNSET
            # Else a later change may leave no trace in the times.
            or not entry.file.settled
        ):
            return
        fresh = {
            self._place(entry, name, info.digest)[0]: section
            for name, section in entry.sections.items()
            if not section.cached and self._lasts(name, entry)
        }
        memo = _memo(entry.file, self._engine)
        if self._whole and all(self._lasts(name, entry) for name in entry.sections):
            memo = self._with_record(memo, record)
        if fresh or memo.record or not entry.file.recalled:
            self.cache.keep(fresh, memo)

    def _with_record(self, memo: Memo, record: Record) -> Memo:
        """`memo` with the record as it will be said again."""
        sections = record.sections.items()
        later = replace(
            record,
            sections={name: replace(section, cached=True) for name, section in sections},
            sandbox=[],
        )
        memo = replace(
            memo,
            record=_encoder.encode(later),
            seconds=sum(section.duration_ms for section in record.sections.values()) / 1000,
            failed=record.summary.extractors_failed,
        )
        return replace(memo, seal=self._seal(memo, record.file.raw_path))

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
        if section.code is not UNSET:
            return section.status == "partial" and section.code == _CUT
        # What the extractor itself says of the file, having had all the time that it wanted; what
        # is said in its place has no version.
        said = section.status in ("partial", "failed", "refused") and section.version != ""
        return said and self._patient

    def _place(self, entry: Entry, extractor: str, digest: str) -> tuple[Place, bool]:
        file = entry.file
        media_type = file.info.media_type or ""
        key, fit = self._keys.of(extractor, digest, media_type, file.path, _packed(file.stamp))
        return Place(key, extractor, digest), fit


def _known(found: Mapping[str, tuple[Section | None, bool]]) -> Known:
    known = Known({}, {})
    for name, (section, fit) in found.items():
        if section is not None:
            (known.drafts if fit and section.data else known.sections)[name] = section
    return known


def _asked(request: Request) -> bytes:
    return msgspec.msgpack.encode(
        [request.profile, sorted(request.only), sorted(request.exclude), request.timeout]
    )


def _engine(registry: Registry) -> str:
    """Who says what a file is and puts its record together: what another has said is not used."""
    own = []
    for folder in (os.path.dirname(identify.__file__), os.path.dirname(__file__)):
        with os.scandir(folder) as sources:
            own += [
                (source.name, source.stat().st_size, source.stat().st_mtime_ns)
                for source in sources
                if source.name.endswith(".py")
            ]
    hooks = [(name, registry.marks.get((HOOKS, name), "")) for name in registry.hooks]
    return blake3(msgspec.msgpack.encode([sorted(own), sorted(hooks)])).hexdigest(16)


_encoder: Final = msgspec.json.Encoder()
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
