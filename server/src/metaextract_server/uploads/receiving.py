"""Files of a request: read within limits, written to scratch files, gone when the request is."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web
from blake3 import blake3
from msgspec import Struct, field

from metaextract_server.uploads.body import check_declared, pieces
from metaextract_server.uploads.framing import Begin, End, Event, Framing, boundary_of
from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.names import disposition, header_text, shown_name
from metaextract_server.uploads.refusals import disk_full, malformed, too_large
from metaextract_server.uploads.scratch import Scratch

_BLOCK: Final = 1 << 20
"""Bytes that are gathered before a thread writes them."""


class Received(Struct, frozen=True, kw_only=True):
    """One file of a request.

    Attributes:
        field: name of its field in the form; empty for a raw body.
        name: what the client calls it, without folders; several files may have the same.
        path: the scratch file with its content.
        size: bytes of it.
        digest: ``blake3:`` and 64 hexadecimal digits, over the whole content.
        media_type: what the client says it is; None where it says nothing.
    """

    field: str
    name: str
    path: Path
    size: int
    digest: str
    media_type: str | None

    def keep(self, to: Path) -> None:
        """Move the content to `to`, on the same file system, so that it outlives the request."""
        os.replace(self.path, to)


class Upload(Struct, kw_only=True):
    """What a request brought, in the order in which it came.

    Attributes:
        files: its files.
        fields: names and values of the plain fields of its form.
    """

    files: list[Received] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)


@asynccontextmanager
async def receive(request: web.Request, scratch: Scratch, limits: Limits) -> AsyncIterator[Upload]:
    """Receive the files of a request: the parts of a form (RFC 7578), or one raw body.

    A raw body is named by its ``Content-Disposition`` (RFC 6266). When the block is left, however
    it is left, every file that was not moved away with `Received.keep` is deleted; the same when
    receiving fails, or the client or the server gives up.

    Raises:
        UploadRefused: the request is not well formed, too large or too slow, its client left, or
            the disk is full.
    """
    spools: list[_Spool] = []
    try:
        if request.content_type.startswith("multipart/"):
            yield await _form(request, scratch, limits, spools)
        else:
            yield await _raw(request, scratch, limits, spools)
    finally:
        for spool in spools:
            spool.discard()


class _Spool:
    """A scratch file that is being written, and digested on the way."""

    def __init__(self, scratch: Scratch, largest: int, begin: Begin) -> None:
        self._scratch: Final = scratch
        self._largest: Final = largest
        self._begin: Final = begin
        self._digest: Final = blake3()
        self._gathered = bytearray()
        self._size = 0
        # A thread may still be writing when its request is cancelled, and must not find its
        # descriptor closed, or worse, given to another file.
        self._lock: Final = threading.Lock()
        self._descriptor: int | None
        try:
            self._descriptor, self._path = scratch.new()
        except OSError as error:
            raise _refusal(error) from error

    async def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._largest:
            raise too_large(self._largest)
        self._gathered += piece
        if len(self._gathered) >= _BLOCK:
            await self._flush()

    async def finish(self) -> Received:
        if self._gathered:
            await self._flush()
        self._close()
        return Received(
            field=self._begin.field,
            name=shown_name(self._begin.filename),
            path=self._path,
            size=self._size,
            digest="blake3:" + self._digest.hexdigest(),
            media_type=self._begin.media_type,
        )

    def discard(self) -> None:
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    async def _flush(self) -> None:
        block, self._gathered = bytes(self._gathered), bytearray()
        await asyncio.to_thread(self._write, block)

    def _write(self, block: bytes) -> None:
        self._digest.update(block)
        self._scratch.require(len(block))
        rest = memoryview(block)
        with self._lock:
            try:
                while rest and self._descriptor is not None:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                raise _refusal(error) from error


def _refusal(error: OSError) -> Exception:
    return disk_full() if error.errno in {errno.ENOSPC, errno.EDQUOT} else error


async def _raw(
    request: web.Request, scratch: Scratch, limits: Limits, spools: list[_Spool]
) -> Upload:
    if not request.body_exists and request.content_length is None:
        raise malformed("There is no file in the request.")
    _check(request, scratch, limits.largest)
    said = disposition(_header(request, "Content-Disposition"))
    media_type = request.headers.get("Content-Type")
    spool = _Spool(scratch, limits.largest, Begin("", said.get("filename"), media_type))
    spools.append(spool)
    async for piece in pieces(request, limits, limits.largest):
        await spool.add(piece)
    return Upload(files=[await spool.finish()])


async def _form(
    request: web.Request, scratch: Scratch, limits: Limits, spools: list[_Spool]
) -> Upload:
    if request.content_type != "multipart/form-data":
        raise malformed("Of multipart bodies, only multipart/form-data is taken.")
    _check(request, scratch, limits.total)
    framing = Framing(boundary_of(_header(request, "Content-Type")), limits)
    form = _Form(scratch, limits, spools)
    async for piece in pieces(request, limits, limits.total):
        for event in framing.feed(piece):
            await form.take(event)
    framing.finish()
    return form.upload


class _Form:
    """Puts the parts of a form where they belong."""

    def __init__(self, scratch: Scratch, limits: Limits, spools: list[_Spool]) -> None:
        self._scratch: Final = scratch
        self._limits: Final = limits
        self._spools: Final = spools
        self._field: str | None = None
        self._value = bytearray()
        self.upload: Final = Upload()

    async def take(self, event: Event) -> None:
        if isinstance(event, Begin):
            self._begin(event)
        elif isinstance(event, End):
            await self._end()
        elif self._field is None:
            await self._spools[-1].add(event)
        else:
            self._value += event
            if len(self._value) > self._limits.field:
                raise malformed("A plain field of the form is too long.")

    def _begin(self, begin: Begin) -> None:
        if begin.filename is None:
            self._field = begin.field
            self._value = bytearray()
        else:
            self._field = None
            self._spools.append(_Spool(self._scratch, self._limits.largest, begin))

    async def _end(self) -> None:
        if self._field is None:
            self.upload.files.append(await self._spools[-1].finish())
        else:
            self.upload.fields.append((self._field, header_text(bytes(self._value))))


def _check(request: web.Request, scratch: Scratch, cap: int) -> None:
    check_declared(request, cap)
    scratch.require(request.content_length or 0)


def _header(request: web.Request, name: str) -> str:
    # aiohttp decodes headers as UTF-8 and keeps what is not as surrogates.
    return header_text(request.headers.get(name, "").encode("utf-8", "surrogateescape"))
