"""What does not answer is left alone, for longer each time, and tried again by one."""

from __future__ import annotations

from metaextract_core.caching.breaker import Breaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_tries_as_long_as_that_works() -> None:
    breaker = Breaker(Clock())
    assert breaker.allows()
    breaker.worked()
    assert breaker.allows()
    assert breaker.closed


def test_after_a_failure_it_rests_and_then_lets_one_try() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed()
    assert not breaker.closed
    clock.now += 29
    assert not breaker.allows()
    clock.now += 2
    assert breaker.allows()
    assert not breaker.allows()  # the first has not come back yet
    breaker.worked()
    assert breaker.allows()


def test_it_rests_twice_as_long_each_time_up_to_eight_minutes() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    rests = []
    for _ in range(7):
        breaker.failed()
        before = clock.now
        while not breaker.allows():
            clock.now += 1
        rests.append(clock.now - before)
    assert rests == [30, 60, 120, 240, 480, 480, 480]
    breaker.worked()
    breaker.failed()
    clock.now += 31
    assert breaker.allows()


def test_one_that_tries_and_never_comes_back_does_not_stop_the_others_for_ever() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed()
    clock.now += 31
    assert breaker.allows()
    clock.now += 61
    assert breaker.allows()
