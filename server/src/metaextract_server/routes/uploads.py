"""Large files are sent in parts, and go on where they were interrupted."""

from __future__ import annotations

from typing import Annotated, Any, Final

from aiohttp import web
from msgspec import Meta, Struct

from metaextract_core.catalogue.catalogue import LOCAL
from metaextract_server.routing import Call, Nothing, Route
from metaextract_server.services import Services
from metaextract_server.uploads.body import pieces
from metaextract_server.uploads.resumable import ContentRange, Partial, Target, parse_range

_LIFE: Final = 86_400.0
"""Seconds after which an upload is dropped to which nothing is added."""
_BLOCK: Final = 1 << 20
"""Bytes that are gathered before a thread writes them."""

UploadId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$", description="Names an upload.")]


class ById(Struct, frozen=True, forbid_unknown_fields=True):
    """One upload."""

    id: UploadId


class Begin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that will be sent.

    Attributes:
        name: what the client calls it.
        size: bytes of the whole file.
        digest: ``blake3:`` and 64 hexadecimal digits; what comes must have it, where it is given.
    """

    name: Annotated[str, Meta(max_length=4096)]
    size: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
    digest: Annotated[str, Meta(pattern=r"^blake3:[0-9a-f]{64}$")] | None = None


class State(Struct, kw_only=True):
    """How far an upload is; the next part starts at `received`."""

    id: str
    name: str
    size: int
    received: int


async def begin(call: Call[Nothing, Begin]) -> State:
    """Those that nobody goes on with are dropped on this occasion."""
    return _state(await call.services.run(_begin, call.services, call.body))


def _begin(services: Services, wanted: Begin) -> Partial:
    services.partials.expire(_LIFE)
    return services.partials.create(LOCAL, wanted.size, wanted.name, wanted.digest)


async def append(call: Call[ById, Nothing]) -> State:
    """What came before a break is kept; `received` of the upload says how much that is."""
    part = parse_range(call.request.headers.get("Content-Range", ""))
    services, upload = call.services, call.query.id
    held = services.partials.appending(LOCAL, upload, part)
    target = await services.run(held.__enter__)
    try:
        await _write(call.request, services, target, part)
    except BaseException as error:
        await services.run(held.__exit__, type(error), error, error.__traceback__)
        raise
    await services.run(held.__exit__, None, None, None)
    return _state(await services.run(services.partials.state, LOCAL, upload))


async def _write(
    request: web.Request, services: Services, target: Target, part: ContentRange
) -> None:
    gathered = bytearray()
    try:
        async for piece in pieces(request, services.limits, part.end + 1 - part.start):
            gathered += piece
            if len(gathered) >= _BLOCK:
                block, gathered = bytes(gathered), bytearray()
                await services.run(target.write, block)
    finally:
        await services.run(target.write, bytes(gathered))


async def state(call: Call[ById, Nothing]) -> State:
    """Asked after a break, to know where to go on."""
    return _state(await call.services.run(call.services.partials.state, LOCAL, call.query.id))


def _state(partial: Partial) -> State:
    return State(id=partial.id, name=partial.name, size=partial.size, received=partial.received)


_FAILURES: Final[Any] = (
    (403, "FORBIDDEN"),
    (404, "NOT_FOUND"),
    (408, "TIMEOUT"),
    (409, "CONFLICT"),
    (413, "FILE_TOO_LARGE"),
    (503, "SERVICE_UNAVAILABLE"),
)

ROUTES: Final = (
    Route(
        method="POST",
        path="/api/uploads",
        handler=begin,
        summary="Begin an upload that may be interrupted; `upload` of /api/extract has it read.",
        body=Begin,
        answer=State,
        status=201,
        failures=(
            (403, "FORBIDDEN"),
            (413, "FILE_TOO_LARGE"),
            (429, "QUOTA_EXCEEDED"),
            (503, "SERVICE_UNAVAILABLE"),
        ),
    ),
    Route(
        method="PUT",
        path="/api/uploads/{id}",
        handler=append,
        summary="Send the next bytes; Content-Range says which: `bytes START-END/TOTAL`.",
        query=ById,
        answer=State,
        failures=_FAILURES,
        upload="part",
    ),
    Route(
        method="GET",
        path="/api/uploads/{id}",
        handler=state,
        summary="How far an upload is.",
        query=ById,
        answer=State,
        failures=((404, "NOT_FOUND"),),
    ),
)
