"""Bytes of a request's body, as long as they are within the limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import HttpVersion11, web

from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.refusals import malformed, too_large, too_slow

READ_AT_ONCE: Final = 32 << 10
"""Bytes that are taken from a connection at once while a body is read."""


async def expect(request: web.Request) -> None:
    """The ``expect_handler`` of upload routes: says nothing yet.

    aiohttp's own asks for the body before anything was checked. `pieces` asks once the declared
    length is accepted (RFC 9110 section 10.1.1), so a body that is refused is never sent.
    """


async def pieces(request: web.Request, limits: Limits, cap: int) -> AsyncIterator[bytes]:
    """The body, piece by piece as it comes.

    Args:
        request: whose body nobody has begun to read.
        limits: of time.
        cap: bytes that the body may have. What is read past it, here and in aiohttp's buffers,
            stays under 64 KB, given the runner's settings of `connection.runner_settings`.

    Raises:
        UploadRefused: it has more than `cap` bytes, by its declared length (then nothing is read)
            or in fact; it comes too slowly; it ends early, or its client left.
    """
    check_declared(request, cap)
    # asyncio's selector transports read up to 256 KB at once unless told otherwise; the attribute
    # is theirs alone, so transports of TLS and of other loops stay as they are.
    transport = request.transport
    if transport is not None and hasattr(transport, "max_size"):
        transport.max_size = READ_AT_ONCE
    if request.version == HttpVersion11 and "Expect" in request.headers:
        await _ask_for(request)
    pace = _Pace(limits)
    received = 0
    while piece := await pace.read(request):
        received += len(piece)
        if received > cap:
            raise too_large(cap)
        yield piece
    if request.content_length not in {None, received}:
        raise malformed("The body is not as long as its Content-Length says.")


def check_declared(request: web.Request, cap: int) -> None:
    """Check what the headers say of the body.

    Raises:
        UploadRefused: it is longer than `cap`, compressed, or expected to be waited for otherwise.
    """
    if request.content_length is not None and request.content_length > cap:
        raise too_large(cap)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise malformed("A compressed body is not taken; send the file as it is.")
    if request.headers.get("Expect", "100-continue").lower() != "100-continue":
        raise malformed("Nothing but 100-continue can be expected.")


async def _ask_for(request: web.Request) -> None:
    try:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    except OSError:
        raise malformed("The client left.") from None
    request.writer.output_size = 0  # of the answer itself nothing is written yet


class _Pace:
    """Waits for a client for as long as it keeps up.

    A client has `grace` seconds to spend on being waited for, and earns back with each byte what
    that byte may take, never more than it had. Only waiting counts: while the server writes to its
    disk, no client is to blame.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits: Final = limits
        self._left = limits.grace

    async def read(self, request: web.Request) -> bytes:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(min(self._left, self._limits.idle)):
                piece = await request.content.readany()
        except TimeoutError:
            raise too_slow() from None
        except (OSError, RuntimeError, web.RequestPayloadError):
            # aiohttp's reader says RuntimeError where the connection was lost before it was asked.
            raise malformed("The client left, or broke the framing of its body.") from None
        earned = len(piece) / self._limits.throughput
        self._left = min(self._left - (loop.time() - began) + earned, self._limits.grace)
        return piece
