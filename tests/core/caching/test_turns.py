"""Of those who may read the same content one begins, and the others when it has ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.redis_server import RedisServer, require_redis

from metaextract_core.caching.redis import RedisTier
from metaextract_core.caching.turns import Turn, Turns
from metaextract_core.settings import RedisSettings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no locks that the system frees")
UNKNOWN = Turn(b"kind")
KNOWN = Turn(b"kind", "blake3:1")
OTHER = Turn(b"kind", "blake3:2")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Turns, Turns]]:
    """As two processes have them."""
    one, other = Turns(tmp_path, None), Turns(tmp_path, None)
    yield one, other
    one.close()
    other.close()


def test_of_known_contents_each_is_begun_once(two: tuple[Turns, Turns]) -> None:
    one, other = two
    assert one.begin([KNOWN]) == [True]
    assert other.begin([KNOWN, OTHER]) == [False, True]
    one.end([KNOWN])
    assert other.begin([KNOWN]) == [True]


def test_one_that_may_be_anything_of_its_kind_keeps_out_the_others(
    two: tuple[Turns, Turns],
) -> None:
    one, other = two
    assert one.begin([UNKNOWN]) == [True]
    assert other.begin([UNKNOWN, KNOWN, Turn(b"another")]) == [False, False, True]
    one.end([UNKNOWN])
    assert other.begin([KNOWN]) == [True]
    assert one.begin([UNKNOWN]) == [False]


def test_once_its_digest_is_known_only_the_same_content_waits(two: tuple[Turns, Turns]) -> None:
    one, other = two
    one.begin([UNKNOWN])
    now = one.learn(UNKNOWN, KNOWN.digest)
    assert now == KNOWN
    assert other.begin([UNKNOWN, KNOWN, OTHER]) == [False, False, True]
    one.end([now])
    assert other.begin([KNOWN]) == [True]


def test_a_content_that_is_anothers_stays_so_when_who_learnt_of_it_ends(
    two: tuple[Turns, Turns],
) -> None:
    one, other = two
    one.begin([UNKNOWN])
    other._claims.take(KNOWN.name)
    now = one.learn(UNKNOWN, KNOWN.digest)
    one.end([now])
    assert one.begin([KNOWN]) == [False]
    assert one.begin([OTHER]) == [True]


def test_one_process_does_not_give_away_what_its_other_run_reads(tmp_path: Path) -> None:
    turns = Turns(tmp_path, None)
    turns.begin([UNKNOWN])
    turns._claims.take(KNOWN.name)
    turns.end([turns.learn(UNKNOWN, KNOWN.digest)])
    assert turns.begin([KNOWN]) == [False]
    turns.close()


def test_nothing_is_left_of_those_that_have_ended(two: tuple[Turns, Turns]) -> None:
    one, other = two
    for turn in (UNKNOWN, KNOWN, OTHER):
        assert one.begin([turn]) == [True]
        one.end([turn])
        assert other.begin([UNKNOWN]) == [True]
        other.end([UNKNOWN])


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    require_redis()
    with RedisServer() as server:
        yield server


@pytest.fixture
def machines(server: RedisServer, tmp_path: Path) -> Iterator[tuple[Turns, Turns]]:
    """Two folders, and one Redis."""
    server.client().flushall()
    tiers = [RedisTier(server.url, RedisSettings(), on_fault=pytest.fail) for _ in range(2)]
    one, other = (Turns(tmp_path / str(number), tier) for number, tier in enumerate(tiers))
    yield one, other
    one.close()
    other.close()
    for tier in tiers:
        tier.close()


def test_another_machine_waits_as_well(machines: tuple[Turns, Turns]) -> None:
    one, other = machines
    assert one.begin([KNOWN]) == [True]
    assert other.begin([KNOWN, OTHER]) == [False, True]
    assert other.begin([KNOWN]) == [False]  # that it was refused has changed nothing
    assert other.begin([UNKNOWN]) == [False]  # it shares the kind
    other.end([OTHER])
    one.end([KNOWN])
    assert other.begin([KNOWN]) == [True]


def test_a_claim_in_redis_ends_by_itself(
    machines: tuple[Turns, Turns], server: RedisServer
) -> None:
    """Nobody waits for ever for a machine that has gone."""
    one, _ = machines
    one.begin([KNOWN])
    (claim,) = server.client().keys("metaextract:1:claim:*")
    assert 0 < server.client().pttl(claim) <= 30_000


def test_f24_without_an_answer_from_redis_everybody_may_begin(tmp_path: Path) -> None:
    require_redis()
    url = f"unix://{tmp_path}/nobody"
    tiers = [RedisTier(url, RedisSettings(), on_fault=lambda _: None) for _ in range(2)]
    both = [Turns(tmp_path / str(number), tier) for number, tier in enumerate(tiers)]
    assert [turns.begin([KNOWN]) for turns in both] == [[True], [True]]
    for turns, tier in zip(both, tiers, strict=True):
        turns.close()
        tier.close()
