"""The part of the cache that machines share: sections in a Redis server."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from metaextract_core.caching.breaker import Breaker
from metaextract_core.caching.entries import Kept, Place
from metaextract_core.errors import SettingsError
from metaextract_core.settings import RedisSettings

if TYPE_CHECKING:
    import redis

_PREFIX: Final = "metaextract:1:"
"""Before every key. The number is that of the format, and is raised with it."""
_LARGEST: Final = 16 << 20
"""Bytes of a section that are asked for at most; a section has no more than half of that."""
_AT_ONCE: Final = 1000
"""Keys that are removed with one command."""
_SLOW, _SLOWEST = 0.1, 1.0
"""Seconds from which on a section is kept longer, for to make it anew would take long."""
_LEASE: Final = 30_000
"""Milliseconds after which a claim is nobody's, for who had it may have gone."""
_PATIENCE: Final = 4
"""How many times its timeout a whole answer may take."""
_FORMS: Final = "redis://HOST:PORT/NUMBER, rediss://HOST:PORT/NUMBER or unix:///SOCKET"


class Answered(NamedTuple):
    """What Redis said when it was asked for sections.

    Attributes:
        bodies: key -> what is kept there.
        errors: how many questions had no answer that makes sense.
    """

    bodies: dict[bytes, bytes]
    errors: int


class RedisTier:
    """Sections in the Redis server at `url`. Whatever happens to it costs what it holds, no more.

    Redis drops a section when its life is over, and the longest unused where its own limit is
    reached and its policy says so.

    Args:
        url: in one of the forms that redis-py knows.
        settings: how long to wait for it, and how long it keeps what.
        on_fault: told, once, what is wrong with it.
        clock: seconds that never go backwards.

    Raises:
        SettingsError: `url` is none, or redis-py is not installed.
    """

    def __init__(
        self,
        url: str,
        settings: RedisSettings,
        *,
        on_fault: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = _connect(url, settings.timeout)
        self._where = _without_secrets(url)
        self._settings = settings
        self._tell: Callable[[str], None] | None = on_fault
        self._breaker = Breaker(clock)

    @property
    def usable(self) -> bool:
        """Whether it answered when it was asked last, or was never asked."""
        return self._breaker.closed

    def sections(self, places: Collection[Place]) -> Answered:
        """What is kept at `places`, in one round trip."""
        asked = [*places]

        def ask(pipeline: redis.client.Pipeline) -> None:
            for place in asked:
                pipeline.getrange(_name(place), 0, _LARGEST - 1)

        answers = self._do(ask) if asked else []
        if answers is None:
            return Answered({}, len(asked))
        bodies = {
            place.key: answer
            for place, answer in zip(asked, answers, strict=True)
            if isinstance(answer, bytes) and answer
        }
        return Answered(bodies, sum(not isinstance(answer, bytes) for answer in answers))

    def add(self, sections: Collection[Kept]) -> int:
        """Keep these, in one round trip; how many it has taken."""

        def ask(pipeline: redis.client.Pipeline) -> None:
            for kept in sections:
                if len(kept.body) <= _LARGEST:
                    pipeline.set(_name(kept.place), kept.body, px=self._life(kept.seconds))

        answers = self._do(ask) if sections else []
        return sum(answer is True for answer in answers or ())

    def _life(self, seconds: float) -> int:
        """Milliseconds for which to keep a section that took `seconds`."""
        lives = self._settings
        if seconds > _SLOWEST:
            return int(lives.life_slowest * 1000)
        return int((lives.life_slow if seconds > _SLOW else lives.life) * 1000)

    def claim(self, names: Collection[bytes]) -> set[bytes]:
        """Those of `names` that no other machine has claimed within the last 30 seconds.

        All of them where Redis does not answer: then two may do the same.
        """
        asked = [*names]

        def ask(pipeline: redis.client.Pipeline) -> None:
            for name in asked:
                pipeline.set(_claim(name), b"", nx=True, px=_LEASE)

        answers = self._do(ask) if asked else []
        if answers is None:
            return {*asked}
        return {name for name, answer in zip(asked, answers, strict=True) if answer is not None}

    def release(self, names: Collection[bytes]) -> None:
        """Leave `names` to others."""
        if names:
            self._do(lambda pipeline: pipeline.unlink(*map(_claim, names)))

    def forget(self, *, digests: Collection[str] = (), extractors: Collection[str] = ()) -> int:
        """Remove the sections that belong to any of these; how many that were.

        Redis is searched for them, which takes it about a second for a million keys, in steps
        between which it serves others.
        """
        patterns = [f"section:*:{_literal(digest)}:*" for digest in digests]
        patterns += [f"section:{_literal(extractor)}:*" for extractor in extractors]
        return sum(self._remove(pattern) for pattern in patterns)

    def clear(self) -> int:
        """Remove all sections, those that other machines have kept as well; how many."""
        return self._remove("section:*")

    def _remove(self, pattern: str) -> int:
        found: list[bytes] = []
        cursor = 0
        while True:
            answer = self._do(lambda pipeline: self._scan(pipeline, cursor, pattern))  # noqa: B023 -- called at once
            if answer is None or not isinstance(answer[0], (list, tuple)):
                break
            cursor, names = answer[0]
            found += names
            if cursor == 0:
                break
        gone = 0
        for some in _parts(list(dict.fromkeys(found))):
            answer = self._do(lambda pipeline: pipeline.unlink(*some))  # noqa: B023 -- called at once
            gone += answer[0] if answer and isinstance(answer[0], int) else 0
        return gone

    def _scan(self, pipeline: redis.client.Pipeline, cursor: int, pattern: str) -> None:
        pipeline.scan(cursor, match=_PREFIX + pattern, count=_AT_ONCE)

    def check(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        found: list[str] = []
        self._tell = found.append
        self._do(lambda pipeline: pipeline.ping())
        return found

    def _do(self, ask: Callable[[redis.client.Pipeline], object]) -> list[Any] | None:
        """The answers to all that `ask` wants, in one round trip; None if there were none."""
        if not self._breaker.allows():
            return None
        try:
            with self._client.pipeline(transaction=False) as pipeline, self._limited():
                ask(pipeline)
                answers = pipeline.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001 -- what redis-py makes of nonsense is anybody's guess
            self._fail(error)
            return None
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        # What one key holds is no reason to leave the others alone.
        if general := [error for error in errors if not str(error).startswith("WRONGTYPE")]:
            self._fail(general[0])
            return None
        self._breaker.worked()
        return answers

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        """Hang up when it takes too long: redis-py waits anew for each piece of an answer."""
        done, late = threading.Event(), threading.Event()

        def watch() -> None:
            while not done.wait(_PATIENCE * self._settings.timeout):
                late.set()
                self._client.connection_pool.disconnect(inuse_connections=True)

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                raise TimeoutError("its answer took too long") from error
            raise
        finally:
            done.set()
            watching.join()

    def _fail(self, error: Exception) -> None:
        self._breaker.failed()
        tell, self._tell = self._tell, None
        if tell is not None:
            why = " ".join(repr(str(error))[1:-1].split())[:200] or type(error).__name__
            tell(f"the Redis server at {self._where} cannot be used and is left out: {why}")

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()


def _connect(url: str, timeout: float) -> redis.Redis:
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as Lost
        from redis.retry import Retry
    except ModuleNotFoundError:
        raise SettingsError(
            "METAEXTRACT_REDIS_URL is set, but redis-py is not installed; install it with"
            " `pip install 'metaextract-core[redis]'`, or unset the variable"
        ) from None
    try:
        client = redis.Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # Once more, for a server that was started anew since it was asked last.
            retry=Retry(NoBackoff(), 1, supported_errors=(Lost,)),
        )
        client.connection_pool.make_connection()  # which says whether it knows all options
    except (ValueError, TypeError):
        # What it says of a password with a slash in it is that password.
        raise SettingsError(
            f"METAEXTRACT_REDIS_URL is not the URL of a Redis server; it has the form {_FORMS}"
        ) from None
    return client


def _without_secrets(url: str) -> str:
    """`url` as it may be shown: without user, password and options."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _name(place: Place) -> str:
    return f"{_PREFIX}section:{place.extractor}:{place.digest}:{place.key.hex()}"


def _claim(name: bytes) -> str:
    return f"{_PREFIX}claim:{name.hex()}"


def _literal(text: str) -> str:
    r"""`text` in a pattern of Redis, where ``* ? [ ] \`` have a meaning."""
    return re.sub(r"([*?\[\]\\^-])", r"\\\1", text)


def _parts(names: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
