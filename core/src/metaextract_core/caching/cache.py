"""The cache of one kernel: memory over a file over Redis, with what is on its way there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from metaextract_core.caching.entries import RECORDS, REDIS, Counts, Kept, Memo, Place
from metaextract_core.caching.memory import Memory
from metaextract_core.caching.seals import opened, sealed
from metaextract_core.caching.store import Store
from metaextract_core.caching.turns import Turn, Turns
from metaextract_core.record import Section
from metaextract_core.settings import Settings, cache_folder, redis_url

if TYPE_CHECKING:
    from metaextract_core.caching.redis import RedisTier

_FILES: Final = 64  # files after which what was kept is written
_BYTES: Final = 8 << 20  # bytes of sections, likewise
_PAUSE: Final = 1.0  # seconds, likewise: others may be waiting for it
_USES: Final = 4096  # keys and paths that were asked for, likewise


def open_cache(settings: Settings, on_fault: Callable[[str], None]) -> Cache:
    """The user's own cache, and the Redis server behind it if there is one.

    Args:
        settings: how much of it, and for how long.
        on_fault: told, once each, what is wrong with its file and with the server.

    Raises:
        SettingsError: the server is not named as it should be, or redis-py is not installed.
    """
    redis = None
    if (url := redis_url()) is not None:
        from metaextract_core.caching.redis import RedisTier  # here, for most users have none

        redis = RedisTier(url, settings.redis, on_fault=on_fault)
    return Cache(
        cache_folder(),
        size=settings.cache.size,
        memory=settings.cache.memory,
        life=settings.cache.life,
        on_fault=on_fault,
        redis=redis,
    )


class Cache:
    """What earlier runs found out; any number of threads and processes may share it.

    Args:
        folder: where the file lies.
        size: bytes of sections that the file may hold.
        memory: bytes of sections that are held in memory as well.
        life: seconds for which a section is kept that nobody asks for.
        on_fault: told, once, what is wrong with the file; a fault costs the cache and no more.
        redis: asked for what the file has not, and told what is new.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int,
        memory: int,
        life: float,
        on_fault: Callable[[str], None],
        redis: RedisTier | None = None,
    ) -> None:
        self.redis = redis
        self.turns = Turns(folder, redis)
        self.store = Store(folder, size=size, life=life, on_fault=on_fault)
        self._memory = Memory(memory)
        self._lock = threading.Lock()
        self._kept: dict[bytes, Kept] = {}
        self._memos: dict[bytes, Memo] = {}
        self._counts: dict[str, Counts] = {}
        self._used: set[bytes] = set()
        self._ended: list[Turn] = []
        self._bytes = 0
        self._saved = time.monotonic()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Section)

    def sections(self, wanted: Sequence[Place], *, again: bool = False) -> list[Section | None]:
        """The sections that are kept there, marked as cached; None where there is none.

        Args:
            wanted: of one file or of several, which are looked for at once.
            again: those that are not there were asked for and counted before.
        """
        keys = {place.key for place in wanted}
        bodies = self._memory.get_many(keys)
        with self._lock:
            for key in keys - bodies.keys():
                if key in self._kept:
                    bodies[key] = self._kept[key].body
        missing = [key for key in keys if key not in bodies]
        if missing:
            stored = self.store.sections(missing)
            self._memory.put_many(stored)
            bodies |= stored
        bodies |= self._shared([place for place in wanted if place.key not in bodies], again)
        found = [self._read(place, bodies.get(place.key), again) for place in wanted]
        with self._lock:
            self._used.update(
                place.key for place, section in zip(wanted, found, strict=True) if section
            )
            full = len(self._used) >= _USES
        if full:
            self.save()
        return found

    def _shared(self, missing: Sequence[Place], again: bool) -> dict[bytes, bytes]:
        """What Redis has of it, which is then held in memory."""
        if self.redis is None or not missing:
            return {}
        bodies, errors = self.redis.sections(missing)
        self._memory.put_many(bodies)
        with self._lock:
            counts = self._counts.setdefault(REDIS, Counts())
            counts.hits += len(bodies)
            counts.misses += 0 if again else len(missing) - len(bodies)
            counts.errors += errors
        return bodies

    def _read(self, place: Place, body: bytes | None, again: bool) -> Section | None:
        """A section from its body, counted; None where there is none or it cannot be read."""
        section, error = None, False
        if body is not None:
            try:
                section = self._decoder.decode(opened(place.key, body))
            except (ValueError, msgspec.MsgspecError):
                error = True
            else:
                section.cached = True
        with self._lock:
            counts = self._counts.setdefault(place.extractor, Counts())
            counts.errors += error
            if section is None:
                counts.misses += not again
            else:
                counts.hits += 1
                counts.saved_seconds += section.duration_ms / 1000
        return section

    def memo(self, path: bytes, engine: str) -> Memo | None:
        """What is known of the file that was last seen at `path`."""
        with self._lock:
            found = self._memos.get(path)
            self._used.add(path)
        if found is not None and found.engine == engine:
            return found
        return self.store.memos([path], engine).get(path)

    def count_record(self, memo: Memo | None) -> None:
        """Note that the record of a file was asked for.

        Args:
            memo: in which it was; None where it was not there.
        """
        with self._lock:
            counts = self._counts.setdefault(RECORDS, Counts())
            if memo is None:
                counts.misses += 1
            else:
                counts.hits += 1
                counts.saved_seconds += memo.seconds

    def knows(self, size: int, head: bytes) -> bool:
        """Whether sections of some file of `size` bytes that begins like this may be there."""
        if self.redis is not None and self.redis.usable:
            return True  # others may have read it
        with self._lock:
            if any((memo.size, memo.head) == (size, head) for memo in self._memos.values()):
                return True
        return self.store.knows(size, head)

    def keep(self, sections: Mapping[Place, Section], memo: Memo) -> None:
        """Keep what was found out of one file, in memory now and in the file before long.

        Args:
            sections: of its content.
            memo: of the file.
        """
        kept = [
            Kept(
                key=place.key,
                extractor=place.extractor,
                version=section.version,
                digest=place.digest,
                body=sealed(place.key, self._encoder.encode(section)),
                seconds=section.duration_ms / 1000,
            )
            for place, section in sections.items()
        ]
        self._memory.put_many({item.key: item.body for item in kept})
        with self._lock:
            self._kept.update({item.key: item for item in kept})
            self._memos[memo.path] = memo
            for item in kept:
                self._counts.setdefault(item.extractor, Counts()).sets += 1
            if memo.record:
                self._counts.setdefault(RECORDS, Counts()).sets += 1
            self._bytes += sum(len(item.body) for item in kept) + len(memo.record)
            full = len(self._memos) >= _FILES or self._bytes >= _BYTES
            late = time.monotonic() - self._saved >= _PAUSE
        if full or late:
            self.save()

    def end(self, turn: Turn) -> None:
        """Leave a content to others, as soon as all that was kept so far is written."""
        with self._lock:
            self._ended.append(turn)

    def save(self) -> None:
        """Write what has not been written yet."""
        with self._lock:
            kept, memos, counts, used = self._kept, self._memos, self._counts, self._used
            self._kept, self._memos, self._counts, self._used = {}, {}, {}, set()
            ended, self._ended = self._ended, []
            self._bytes = 0
            self._saved = time.monotonic()
        if self.redis is not None and kept:
            taken = self.redis.add(kept.values())
            told = counts.setdefault(REDIS, Counts())
            told.sets, told.errors = told.sets + taken, told.errors + len(kept) - taken
        if kept or memos or counts:
            self.store.add(kept.values(), memos.values(), counts, used)
        self.turns.end(ended)

    def forget(
        self,
        *,
        digests: Collection[str] = (),
        extractors: Collection[str] = (),
        paths: Collection[bytes] = (),
    ) -> int:
        """Remove what belongs to any of these; how many sections and files that were."""
        self.save()
        self._memory.clear()
        digests = {*digests, *self.store.digests(paths)}
        gone = self.store.forget(digests=digests, extractors=extractors, paths=paths)
        if self.redis is not None:
            gone += self.redis.forget(digests=digests, extractors=extractors)
        return gone

    def clear(self) -> int:
        """Remove everything; how many sections and files that were."""
        self.save()
        self._memory.clear()
        return self.store.clear() + (self.redis.clear() if self.redis is not None else 0)

    def check(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        return self.store.check() + (self.redis.check() if self.redis is not None else [])

    def close(self) -> None:
        """Write what is left, and let go of the file and of Redis."""
        self.save()
        self.store.close()
        self.turns.close()
        if self.redis is not None:
            self.redis.close()
