"""A small application that receives uploads, on a real socket of this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from metaextract_server.uploads.body import expect
from metaextract_server.uploads.connection import runner_settings
from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.receiving import Upload, receive
from metaextract_server.uploads.refusals import UploadRefused
from metaextract_server.uploads.scratch import Scratch

PATIENCE = 30.0
"""Seconds; only keeps a hang from hanging the tests."""

Answer = tuple[int, dict[str, Any]]


class Receiver:
    """The application, and what went on in it."""

    def __init__(self, scratch: Scratch, limits: Limits) -> None:
        self.scratch = scratch
        self.limits = limits
        self.port = 0
        self.bytes_read = 0
        self.began = asyncio.Event()
        self.ended = asyncio.Event()
        self.inside: Callable[[Upload], Coroutine[Any, Any, None]] | None = None

    @property
    def files(self) -> list[Path]:
        return sorted(self.scratch.folder.iterdir())

    async def handle(self, request: web.Request) -> web.Response:
        self.began.set()
        try:
            async with receive(request, self.scratch, self.limits) as upload:
                if self.inside is not None:
                    await self.inside(upload)
                return web.json_response(
                    {
                        "files": [
                            {
                                "field": file.field,
                                "name": file.name,
                                "size": file.size,
                                "digest": file.digest,
                                "media_type": file.media_type,
                                "stored": file.path.stat().st_size,
                            }
                            for file in upload.files
                        ],
                        "fields": upload.fields,
                    }
                )
        except UploadRefused as refused:
            return web.json_response(
                {"code": refused.code, "message": refused.message}, status=refused.status
            )
        finally:
            self.bytes_read = request.content.total_bytes
            self.ended.set()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def post(self, head: Iterable[str], body: Iterable[bytes]) -> Answer:
        """Send a request until the server has heard enough, and read its answer."""
        reader, writer = await self.connect()
        try:
            return await exchange(reader, writer, head, body)
        finally:
            await leave(writer)


async def exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    head: Iterable[str],
    body: Iterable[bytes],
) -> Answer:
    writer.write("\r\n".join(["POST / HTTP/1.1", "Host: x", *head, "", ""]).encode())
    answer = asyncio.create_task(read_answer(reader))
    for block in body:
        if answer.done():
            break
        with suppress(ConnectionError):
            writer.write(block)
            await writer.drain()
        await asyncio.sleep(0)
    return await answer


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    body = await reader.readexactly(int(fields.get("content-length", "0")))
    is_json = fields.get("content-type", "").startswith("application/json")
    return int(lines[0].split()[1]), json.loads(body) if is_json else {}


async def leave(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


Serve = Callable[[Callable[[Receiver], Coroutine[Any, Any, None]]], None]


@asynccontextmanager
async def serving(
    scratch: Scratch, limits: Limits, header_seconds: float
) -> AsyncIterator[Receiver]:
    receiver = Receiver(scratch, limits)
    app = web.Application()
    app.router.add_post("/", receiver.handle, expect_handler=expect)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=0.1, **runner_settings(header_seconds)
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        receiver.port = runner.addresses[0][1]
        yield receiver
    finally:
        await runner.cleanup()


def serve(
    scratch: Scratch,
    act: Callable[[Receiver], Coroutine[Any, Any, None]],
    limits: Limits | None = None,
    header_seconds: float = PATIENCE,
) -> None:
    """Run `act` against a receiver."""

    async def run() -> None:
        async with (
            asyncio.timeout(PATIENCE),
            serving(scratch, limits or Limits(), header_seconds) as receiver,
        ):
            await act(receiver)

    asyncio.run(run())


def chunked(blocks: Iterable[bytes]) -> Iterable[bytes]:
    """Blocks in chunks of the transfer coding (RFC 9112 section 7.1)."""
    for block in blocks:
        yield b"%x\r\n%b\r\n" % (len(block), block)
    yield b"0\r\n\r\n"


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    """One part of a form whose boundary is "limit"."""
    lines = [f"Content-Disposition: form-data; {disposition}", *headers, "", ""]
    return b"--limit\r\n" + "\r\n".join(lines).encode() + content + b"\r\n"


FORM = "Content-Type: multipart/form-data; boundary=limit"
END = b"--limit--\r\n"
CHUNKED = "Transfer-Encoding: chunked"


@pytest.fixture
def scratch(tmp_path: Path) -> Iterable[Scratch]:
    with Scratch(tmp_path / "scratch", reserve=0) as opened:
        yield opened
