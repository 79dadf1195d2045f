from __future__ import annotations

import asyncio
import itertools

import pytest
from tests.server.uploads.conftest import (
    CHUNKED,
    Receiver,
    chunked,
    leave,
    read_answer,
    serve,
)

from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.scratch import Scratch

SLACK = 64 << 10
SLOW = Limits(throughput=1000, grace=0.2, idle=30)


def test_f33_a_body_that_drips_is_cut_off(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        answer = asyncio.create_task(read_answer(reader))
        while not answer.done():
            writer.write(b"x")
            await asyncio.wait([answer], timeout=0.02)
        status, said = await answer
        assert (status, said["code"]) == (408, "TIMEOUT")
        assert receiver.bytes_read < 1000
        assert receiver.files == []
        await leave(writer)

    serve(scratch, act, SLOW)


def test_f33_a_client_that_sends_nothing_is_cut_off_however_much_it_had_sent(
    scratch: Scratch,
) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post(["Content-Length: 100000"], [b"x" * 50_000])
        assert (status, said["code"]) == (408, "TIMEOUT")
        assert receiver.bytes_read == 50_000

    serve(scratch, act, Limits(idle=0.2))


def test_a_client_that_keeps_up_may_take_longer_than_the_grace(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
        began = asyncio.get_running_loop().time()
        for _ in range(12):
            writer.write(b"x" * 5000)
            await asyncio.sleep(0.05)
        status, _ = await read_answer(reader)
        assert status == 200
        assert asyncio.get_running_loop().time() - began > SLOW.grace * 2
        await leave(writer)

    # A machine that stalls may delay a piece, but not by the seconds that each one earns.
    serve(scratch, act, Limits(throughput=1000, grace=0.25, idle=30))


def test_f34_a_body_that_says_it_is_too_large_is_refused_unread(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post(["Content-Length: 1001"], [])
        assert (status, said["code"]) == (413, "FILE_TOO_LARGE")
        assert receiver.bytes_read == 0

    serve(scratch, act, Limits(largest=1000))


@pytest.mark.parametrize("cap", [1 << 20, 3 << 20])
def test_f34_an_endless_body_is_read_to_its_cap_and_no_further(scratch: Scratch, cap: int) -> None:
    async def act(receiver: Receiver) -> None:
        endless = chunked(itertools.repeat(b"x" * 65536, 1000))
        status, said = await receiver.post([CHUNKED], endless)
        assert (status, said["code"]) == (413, "FILE_TOO_LARGE")
        assert cap < receiver.bytes_read < cap + SLACK
        assert receiver.files == []

    serve(scratch, act, Limits(largest=cap))


def test_f34_bytes_past_the_declared_length_are_no_part_of_the_file(scratch: Scratch) -> None:
    """They are taken for a next request, which they are not (RFC 9112 section 6.3)."""

    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc and more\r\n\r\n")
        status, said = await read_answer(reader)
        # aiohttp may see that the next request is none before it hands over the first.
        assert status == 400 or said["files"][0]["size"] == 3
        await leave(writer)
        assert receiver.files == []

    serve(scratch, act)


@pytest.mark.parametrize(
    "lies",
    [
        ["Content-Length: 3", CHUNKED],
        ["Content-Length: 3", "Content-Length: 4"],
        ["Content-Length: -1"],
        ["Content-Length: 0x3"],
    ],
)
def test_f34_lengths_that_contradict_are_400(scratch: Scratch, lies: list[str]) -> None:
    async def act(receiver: Receiver) -> None:
        status, _ = await receiver.post(lies, [b"abc"])
        assert status == 400
        assert receiver.files == []

    serve(scratch, act)


def test_broken_chunks_are_400(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        status, _ = await receiver.post([CHUNKED], [b"5\r\nabcde\r\nnot a length\r\n"])
        assert status == 400
        assert receiver.files == []

    serve(scratch, act)


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "Expect: a miracle"])
def test_what_is_not_understood_is_refused_unread(scratch: Scratch, header: str) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post(["Content-Length: 3", header], [])
        assert (status, said["code"]) == (400, "VALIDATION_ERROR")

    serve(scratch, act)


def test_a_client_that_waits_is_asked_for_its_body_only_if_that_is_taken(
    scratch: Scratch,
) -> None:
    async def act(receiver: Receiver) -> None:
        status, _ = await receiver.post(["Expect: 100-continue", "Content-Length: 11"], [])
        assert status == 413
        reader, writer = await receiver.connect()
        writer.write(
            b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"abc")
        assert (await read_answer(reader))[0] == 200
        await leave(writer)

    serve(scratch, act, Limits(largest=10))
