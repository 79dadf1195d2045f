from __future__ import annotations

import asyncio

from tests.server.uploads.conftest import Receiver, leave, serve

from metaextract_server.uploads.scratch import Scratch


async def drip_until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Send a byte of an endless header every now and then; what the server said meanwhile."""
    closed = asyncio.create_task(reader.read())
    while not closed.done():
        writer.write(b"x")
        await asyncio.wait([closed], timeout=0.02)
    return await closed


def test_f33_slow_headers_are_cut_off(scratch: Scratch) -> None:
    """The tests' patience runs out first if the server's does not."""

    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nX-Slow: ")
        assert await drip_until_closed(reader, writer) == b""
        assert not receiver.began.is_set()
        await leave(writer)

    serve(scratch, act, header_seconds=0.2)


def test_f33_slow_headers_of_a_second_request_are_cut_off(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"POST / HTTP/1.1\r\nX-Slow: ")
        rest = await drip_until_closed(reader, writer)
        assert b"HTTP/1.1" not in rest
        await leave(writer)

    serve(scratch, act, header_seconds=0.2)


def test_f35_a_request_with_ten_thousand_headers_is_a_quick_400(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        head = [f"X-{number}: y" for number in range(10_000)]
        status, _ = await receiver.post([*head, "Content-Length: 0"], [])
        assert status == 400
        assert not receiver.began.is_set()

    serve(scratch, act)
