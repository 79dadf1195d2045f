"""The records that are stored: found, shown and counted."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from metaextract_core.catalogue.catalogue import Version
from metaextract_core.catalogue.language import FilterError
from metaextract_core.catalogue.rows import signed
from metaextract_core.catalogue.searching import Hit
from metaextract_core.catalogue.statistics import Statistics
from metaextract_core.errors import CursorError
from metaextract_core.record import Record
from metaextract_server.errors import ApiError, FieldFault
from metaextract_server.routing import Call, Nothing, Route
from metaextract_server.services import Services

Id = Annotated[int, Meta(ge=1, le=(1 << 63) - 1, description="Names a stored record.")]
FilterText = Annotated[
    str, Meta(max_length=4000, description="In the language of docs/search.md; empty for all.")
]
Limit = Annotated[int, Meta(ge=1, le=200, description="Hits on a page.")]


class ById(Struct, frozen=True, forbid_unknown_fields=True):
    """One stored record."""

    id: Id


class Search(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for, and which page of it."""

    filter: FilterText = ""
    sort: Literal["saved", "capture.time", "file.size", "media.duration"] = "saved"
    descending: bool = True
    limit: Limit = 50
    after: Annotated[str, Meta(max_length=4000, description="`next` of the page before.")] = ""


class Similar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture that others are compared with, and how far they may be from it."""

    id: Id
    within: Annotated[int, Meta(ge=0, le=16, description="Bits of 64 that may differ.")] = 10
    limit: Limit = 50


class Some(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which records are counted."""

    filter: FilterText = ""


class ByDigest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a file."""

    digest: Annotated[
        str,
        Meta(pattern=r"^blake3:[0-9a-f]{64}$", description="`blake3:` and 64 hexadecimal digits."),
    ]


class Found(Struct, kw_only=True):
    """A page of hits; `next` is where the next one begins, null after the last."""

    hits: list[Hit]
    next: str | None


class Neighbour(Struct, kw_only=True):
    """A picture that looks alike; `distance` is the number of bits in which the hashes differ."""

    distance: int
    hit: Hit


class Neighbours(Struct, kw_only=True):
    """The nearest first."""

    neighbours: list[Neighbour]


class History(Struct, kw_only=True):
    """What was known of a file over time, the latest first."""

    versions: list[Version]


async def search(call: Call[Search, Nothing]) -> Found:
    """A page of the account's records."""
    asked = call.query
    try:
        page = await call.services.run(
            call.services.catalogue.search,
            asked.filter,
            sort=asked.sort,
            descending=asked.descending,
            limit=asked.limit,
            after=asked.after or None,
        )
    except FilterError as error:
        raise _wrong("filter", error.reason) from error
    except CursorError as error:
        raise _wrong("after", str(error)) from error
    return Found(hits=[_shown(hit) for hit in page.hits], next=page.next)


async def by_digest(call: Call[ByDigest, Nothing]) -> Found:
    """What is known of a content already, so that it need not be sent."""
    page = await call.services.run(
        call.services.catalogue.search, f"file.digest = {call.query.digest}", limit=200
    )
    return Found(hits=[_shown(hit) for hit in page.hits], next=page.next)


async def similar(call: Call[Similar, Nothing]) -> Neighbours:
    """Pictures whose perceptual hash is near that of a stored one."""
    found = await call.services.run(_similar, call.services, call.query)
    if found is None:
        raise _nothing_there(call.query.id)
    return found


def _similar(services: Services, asked: Similar) -> Neighbours | None:
    catalogue = services.catalogue
    record = catalogue.record_of(asked.id)
    if record is None:
        return None
    phash = signed(record.fields.get("image.phash"))
    if phash is None:
        raise _wrong("id", "no perceptual hash of this record is known; only pictures have one")
    near = catalogue.similar(phash, asked.within)
    hits = {hit.record: hit for hit in catalogue.hits([key for _, key in near])}
    return Neighbours(
        neighbours=[
            Neighbour(distance=distance, hit=_shown(hits[key]))
            for distance, key in near
            if key in hits and hits[key].id != asked.id
        ][: asked.limit]
    )


async def statistics(call: Call[Some, Nothing]) -> Statistics:
    """Counts over the account's records."""
    try:
        return await call.services.run(call.services.catalogue.statistics, call.query.filter)
    except FilterError as error:
        raise _wrong("filter", error.reason) from error


async def history(call: Call[ById, Nothing]) -> History:
    """What was known of one file."""
    versions = await call.services.run(call.services.catalogue.history_of, call.query.id)
    if not versions:
        raise _nothing_there(call.query.id)
    return History(versions=versions)


async def result(call: Call[ById, Nothing]) -> Record:
    """A stored record as a whole."""
    record = await call.services.run(call.services.catalogue.record_of, call.query.id)
    if record is None:
        raise _nothing_there(call.query.id)
    return record


def _shown(hit: Hit) -> Hit:
    """With a path that JSON can hold: bytes that are not UTF-8 are shown as U+FFFD."""
    hit.path = hit.path.encode(errors="surrogateescape").decode(errors="replace")
    return hit


def _nothing_there(id_: int) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"There is no record {id_}.")


def _wrong(field: str, message: str) -> ApiError:
    fault = FieldFault(field=field, message=message)
    return ApiError(400, "VALIDATION_ERROR", f"{field}: {message}", fields=[fault])


_NOT_FOUND: Final[Any] = (404, "NOT_FOUND")
_AWAY: Final[Any] = (503, "SERVICE_UNAVAILABLE")

ROUTES: Final = (
    Route(
        method="GET",
        path="/api/metadata/search",
        handler=search,
        summary="The account's records that a filter is true of, page by page.",
        query=Search,
        answer=Found,
        failures=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/metadata/similar",
        handler=similar,
        summary="Pictures that look like a stored one, the nearest first.",
        query=Similar,
        answer=Neighbours,
        failures=(_NOT_FOUND, _AWAY),
    ),
    Route(
        method="GET",
        path="/api/metadata/stats",
        handler=statistics,
        summary="What the account's records are, in numbers.",
        query=Some,
        answer=Statistics,
        failures=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/metadata/history",
        handler=history,
        summary="What was known of a file over time.",
        query=ById,
        answer=History,
        failures=(_NOT_FOUND, _AWAY),
    ),
    Route(
        method="GET",
        path="/api/results",
        handler=by_digest,
        summary="Stored records of a content; where there is one, it need not be sent again.",
        query=ByDigest,
        answer=Found,
        failures=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/extract/results/{id}",
        handler=result,
        summary="A stored record, whole.",
        query=ById,
        answer=Record,
        failures=(_NOT_FOUND, _AWAY),
    ),
)
