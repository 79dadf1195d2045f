"""Memory holds what was used last, and never more bytes than it may."""

from __future__ import annotations

import collections
import threading

from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.caching.memory import OVERHEAD, Memory

KEYS = st.sampled_from([b"a", b"b", b"c", b"d", b"e"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.binary(max_size=300)),
        st.tuples(st.just("get"), KEYS, st.just(b"")),
    ),
    max_size=60,
)


@given(steps=STEPS, size=st.integers(0, 1500))
def test_it_is_a_list_ordered_by_use_and_cut_to_size(
    steps: list[tuple[str, bytes, bytes]], size: int
) -> None:
    memory, plain = Memory(size), collections.OrderedDict[bytes, bytes]()
    for step, key, body in steps:
        if step == "get":
            assert memory.get_many([key]) == ({key: plain[key]} if key in plain else {})
            if key in plain:
                plain.move_to_end(key)
            continue
        memory.put_many({key: body})
        plain.pop(key, None)
        if len(key) + len(body) + OVERHEAD <= size:
            plain[key] = body
        while sum(len(k) + len(v) + OVERHEAD for k, v in plain.items()) > size:
            plain.popitem(last=False)
        assert len(memory) == len(plain)


def test_cleared_it_holds_nothing_and_has_all_its_room() -> None:
    memory = Memory(2 * (OVERHEAD + 2))
    memory.put_many({b"a": b"1", b"b": b"2"})
    memory.clear()
    assert len(memory) == 0
    memory.put_many({b"c": b"3", b"d": b"4"})
    assert memory.get_many([b"a", b"c", b"d"]) == {b"c": b"3", b"d": b"4"}


def test_many_threads_leave_the_bytes_right() -> None:
    memory = Memory(10 * (OVERHEAD + 10))

    def work(number: int) -> None:
        for turn in range(300):
            memory.put_many({bytes([number, turn % 7]): bytes(turn % 9)})
            memory.get_many([bytes([turn % 4, turn % 7])])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    memory.put_many({bytes([9, number]): bytes(8) for number in range(10)})
    assert len(memory) == 10  # exactly what fits, so nothing was counted twice or forgotten
