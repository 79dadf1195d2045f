"""Sections come back from a real Redis server as long as it answers, and never something else."""

from __future__ import annotations

import builtins
import contextlib
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.redis_server import RedisServer, require_redis

from metaextract_core.caching.cache import Cache, open_cache
from metaextract_core.caching.entries import REDIS, Counts, Kept, Memo, Place
from metaextract_core.caching.redis import RedisTier
from metaextract_core.caching.seals import sealed
from metaextract_core.errors import SettingsError
from metaextract_core.record import Section
from metaextract_core.settings import RedisSettings, Settings

MakeTier = Callable[..., RedisTier]
PLACE = Place(b"key", "size", "blake3:1")
SECTION = Section(status="ok", version="1", duration_ms=5.0, data={"Size": 3})
GOOD = sealed(b"key", msgspec.msgpack.encode(SECTION))
MEMO = Memo(
    path=b"/file", stamp=b"stamp", size=3, engine="one", head=b"head", digest="blake3:1", body=b""
)


def name(place: Place = PLACE) -> str:
    return f"metaextract:1:section:{place.extractor}:{place.digest}:{place.key.hex()}"


def kept(place: Place = PLACE, body: bytes = b"body", seconds: float = 0.0) -> Kept:
    return Kept(
        key=place.key,
        extractor=place.extractor,
        version="1",
        digest=place.digest,
        body=body,
        seconds=seconds,
    )


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    require_redis()
    with RedisServer() as server:
        yield server


@pytest.fixture
def server(running: RedisServer) -> RedisServer:
    running.client().flushall()
    return running


@pytest.fixture
def mortal() -> Iterator[RedisServer]:
    """One that a test may stop and kill."""
    require_redis()
    with RedisServer() as server:
        yield server


@pytest.fixture
def make_tier() -> Iterator[MakeTier]:
    made = []

    def make(server: RedisServer, **more: Any) -> RedisTier:
        tier = RedisTier(server.url, RedisSettings(), **{"on_fault": pytest.fail, **more})
        made.append(tier)
        return tier

    yield make
    for tier in made:
        tier.close()


def open_over(server: RedisServer, folder: Path, on_fault: Any = pytest.fail) -> Cache:
    """A cache of a machine of its own."""
    redis = RedisTier(server.url, RedisSettings(), on_fault=on_fault)
    return Cache(folder, size=1 << 20, memory=0, life=3600.0, on_fault=on_fault, redis=redis)


def test_what_one_machine_has_kept_another_finds(server: RedisServer, tmp_path: Path) -> None:
    first, second = open_over(server, tmp_path / "1"), open_over(server, tmp_path / "2")
    first.keep({PLACE: SECTION}, MEMO)
    first.close()
    assert second.knows(3, b"head")
    (section,) = second.sections([PLACE])
    assert section is not None
    assert (section.data, section.cached) == ({"Size": 3}, True)
    second.close()
    counts = second.store.statistics().extractors
    assert counts == {"size": Counts(hits=1, saved_seconds=0.005), REDIS: Counts(hits=1)}
    assert first.store.statistics().extractors[REDIS] == Counts(sets=1)


def test_a_chunk_is_asked_for_and_told_of_in_one_round_trip(
    server: RedisServer, make_tier: MakeTier
) -> None:
    """What a client sends at once, Redis reads at once."""
    tier = make_tier(server)
    places = [Place(b"%d" % number, "size", "blake3:1") for number in range(20)]
    tier.sections(places[:1])  # connected
    watch = server.client()

    def reads() -> int:
        return int(watch.info("stats")["total_reads_processed"])

    before = reads()
    assert tier.add([kept(place) for place in places]) == 20
    assert len(tier.sections(places).bodies) == 20
    assert reads() - before == 3  # with the question for their number


@pytest.mark.parametrize(
    ("seconds", "hours"), [(0.0, 2), (0.1, 2), (0.11, 3), (1.0, 3), (1.1, 4), (600, 4)]
)
def test_what_took_long_is_kept_longer(
    server: RedisServer, make_tier: MakeTier, seconds: float, hours: int
) -> None:
    """The lives of the contract."""
    make_tier(server).add([kept(seconds=seconds)])
    life = server.client().pttl(name())
    assert hours * 3_600_000 - 60_000 < life <= hours * 3_600_000


@pytest.mark.parametrize(
    "body",
    [
        b"\x80\x04c__builtin__\neval\n.",
        msgspec.msgpack.encode(SECTION),
        GOOD[:-1],
        GOOD + b"\0",
        sealed(b"other", msgspec.msgpack.encode(SECTION)),
        sealed(b"key", b'{"status": "ok"}'),
        bytes(20 << 20),
    ],
)
def test_f23_a_poisoned_body_in_redis_is_a_miss_and_counted(
    server: RedisServer, tmp_path: Path, body: bytes
) -> None:
    server.client().set(name(), body)
    cache = open_over(server, tmp_path)
    assert cache.sections([PLACE]) == [None]
    cache.close()
    assert cache.store.statistics().extractors["size"] == Counts(misses=1, errors=1)


def test_f23_a_key_of_another_kind_is_a_miss_and_the_others_are_found(
    server: RedisServer, make_tier: MakeTier
) -> None:
    tier, other = make_tier(server), Place(b"other", "size", "blake3:1")
    server.client().lpush(name(), "what")
    tier.add([kept(other)])
    assert tier.sections([PLACE, other]) == ({b"other": b"body"}, 1)
    assert tier.usable


def test_forgetting_removes_what_belongs_to_a_content_or_an_extractor(
    server: RedisServer, make_tier: MakeTier
) -> None:
    tier, client = make_tier(server), server.client()
    places = [
        Place(b"%d" % number, extractor, digest)
        for number, (extractor, digest) in enumerate(
            (extractor, digest) for extractor in ("a", "ab") for digest in ("blake3:1", "blake3:12")
        )
    ]
    client.set("another:program", "1")
    tier.add([kept(place) for place in places])
    assert tier.forget(extractors=["a*", "b", "[a]"], digests=["*", "blake3:"]) == 0
    assert tier.forget(extractors=["a"], digests=["blake3:12"]) == 3
    assert client.keys("metaextract:*") == [name(places[2]).encode()]
    assert tier.clear() == 1
    assert client.keys("*") == [b"another:program"]


def test_all_of_very_many_are_removed(server: RedisServer, make_tier: MakeTier) -> None:
    tier = make_tier(server)
    tier.add([kept(Place(b"%d" % number, "size", "blake3:1")) for number in range(2500)])
    assert tier.clear() == 2500


def test_a_file_is_forgotten_by_its_path(server: RedisServer, tmp_path: Path) -> None:
    cache = open_over(server, tmp_path)
    cache.keep({PLACE: SECTION}, MEMO)
    cache.save()
    assert cache.forget(paths=[b"/file"]) == 3  # here a section and a file, there a section
    assert cache.sections([PLACE]) == [None]
    cache.close()


def go(server: RedisServer) -> Callable[[], object]:
    def come_back() -> None:
        server.start()
        server.client().set(name(), b"body")

    server.kill()
    return come_back


def stop(server: RedisServer) -> Callable[[], object]:
    server.signal(signal.SIGSTOP)
    return lambda: server.signal(signal.SIGCONT)


def refuse(server: RedisServer) -> Callable[[], object]:
    client = server.client()
    client.config_set("requirepass", "secret")
    client.client_kill_filter(_type="normal", skipme=True)
    return lambda: client.config_set("requirepass", "")


@pytest.mark.parametrize("begin", [go, stop, refuse])
def test_f24_redis_in_trouble_is_left_alone_for_a_while_and_costs_a_miss(
    mortal: RedisServer, make_tier: MakeTier, begin: Callable[[RedisServer], Callable[[], object]]
) -> None:
    """Gone, so slow that it seems so, or with nothing but errors; and after that well again."""
    clock, faults = Clock(), list[str]()
    tier = make_tier(mortal, clock=clock, on_fault=faults.append)
    tier.add([kept()])
    assert tier.sections([PLACE]).bodies
    end = begin(mortal)
    for _ in range(3):
        assert tier.sections([PLACE]) == ({}, 1)
        assert tier.add([kept()]) == 0
        assert not tier.usable
    assert len(faults) == 1
    assert mortal.url in faults[0]
    end()
    assert tier.sections([PLACE]) == ({}, 1)  # it is not asked yet
    clock.now += 31
    assert tier.sections([PLACE]) == ({b"key": b"body"}, 0)
    assert tier.usable
    assert len(faults) == 1


def nonsense() -> Iterator[bytes]:
    yield bytes(range(256)) + b"\r\n"


def too_much() -> Iterator[bytes]:
    yield b"$99999999999\r\n"


def more_than_was_asked() -> Iterator[bytes]:
    yield b"+OK\r\n" * 10


def depths() -> Iterator[bytes]:
    yield b"*1\r\n" * 100_000


def drops() -> Iterator[bytes]:
    """Each comes soon enough, and none is the last."""
    while True:
        yield b"+"
        time.sleep(0.01)


@pytest.mark.parametrize("says", [nonsense, too_much, more_than_was_asked, depths, drops])
def test_f24_what_is_no_redis_server_is_left_out(
    says: Callable[[], Iterator[bytes]],
) -> None:
    require_redis()
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/socket")
        listening.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, contextlib.suppress(OSError):
                        while connection.recv(1 << 16):
                            for part in says():
                                connection.sendall(part)

        threading.Thread(target=serve, daemon=True).start()
        faults = list[str]()
        url = f"unix://{folder}/socket"
        tier = RedisTier(url, RedisSettings(timeout=0.1), on_fault=faults.append)
        assert tier.sections([PLACE]) == ({}, 1)
        tier.close()
        listening.shutdown(socket.SHUT_RDWR)
    (fault,) = faults
    assert len(fault.splitlines()) == 1
    assert len(fault) < 400


def test_a_server_that_is_full_takes_no_more_and_is_left_out(
    mortal: RedisServer, make_tier: MakeTier
) -> None:
    faults = list[str]()
    tier = make_tier(mortal, on_fault=faults.append)
    mortal.client().config_set("maxmemory", "1")
    assert tier.add([kept()]) == 0
    (fault,) = faults
    assert "maxmemory" in fault


def test_health_says_whether_it_answers(mortal: RedisServer, tmp_path: Path) -> None:
    cache = open_over(mortal, tmp_path, on_fault=lambda _: None)
    assert cache.check() == []
    mortal.kill()
    (said,) = cache.check()
    assert "cannot be used" in said
    cache.close()


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "http://localhost",
        "redis://user:pass/word@host",
        "redis://h:port",
        "//",
        "redis://h?word=1",
    ],
)
def test_a_url_that_is_none_is_said_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    require_redis()
    monkeypatch.setenv("METAEXTRACT_REDIS_URL", url)
    with pytest.raises(SettingsError, match="METAEXTRACT_REDIS_URL is not the URL") as caught:
        open_cache(Settings(), pytest.fail)
    assert "word" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    require_redis()
    faults = list[str]()
    url = "redis://user:secret@127.0.0.1:1/0?password=secret"
    tier = RedisTier(url, RedisSettings(), on_fault=faults.append)
    assert tier.sections([PLACE]) == ({}, 1)
    assert "redis://127.0.0.1:1/0" in faults[0]
    assert "secret" not in faults[0]


def test_without_redis_py_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == "redis":
            raise ModuleNotFoundError("No module named 'redis'")
        return real(name, *more)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", import_)
    with pytest.raises(SettingsError, match=r"pip install 'metaextract-core\[redis\]'"):
        RedisTier("redis://localhost", RedisSettings(), on_fault=pytest.fail)
