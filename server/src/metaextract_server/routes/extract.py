"""Files are sent, and records come back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, structs

from metaextract_core.catalogue.catalogue import LOCAL
from metaextract_core.record import Record
from metaextract_server.errors import ApiError, FieldFault
from metaextract_server.routing import Call, Nothing, Route
from metaextract_server.services import Services
from metaextract_server.uploaded import read
from metaextract_server.uploads.receiving import Received, receive

_MOST: Final = 100
"""Files in one batch."""

Ids = Annotated[
    list[Annotated[str, Meta(max_length=100)]],
    Meta(max_length=100, description="Ids of extractors, separated by commas."),
]


class How(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How files are read, and whether their records are kept."""

    profile: Literal["fast", "standard", "deep"] = "standard"
    only: Ids = []
    exclude: Ids = []
    store: Annotated[bool, Meta(description="Keep the record in the catalogue.")] = True


class One(How, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for one file, which may be here already."""

    upload: Annotated[
        str, Meta(max_length=32, description="A complete upload, to be read in place of a body.")
    ] = ""


class Extracted(Record, kw_only=True):
    """The record, and what became of the request.

    Attributes:
        id: under which the record is stored; null where it is not.
        fields_extracted: values in the sections that are neither empty nor containers.
        processing_ms: from the last byte of the request to its records.
    """

    id: int | None
    fields_extracted: int
    processing_ms: float


class Item(Struct, kw_only=True):
    """One file of a batch.

    Attributes:
        name: what the client calls it; several may have the same.
        status: ``failed`` where the file could not be read, or an extractor failed on it.
        reason: of a failure; empty where all is well.
    """

    name: str
    status: Literal["ok", "failed"]
    reason: str
    record: Extracted


class Batch(Struct, kw_only=True):
    """The files of a batch, in the order in which they were sent."""

    results: list[Item]
    succeeded: int
    failed: int


async def extract(call: Call[One, Nothing]) -> Extracted:
    """One file: the part ``file`` of a form, the body as it is, or a complete upload."""
    if call.query.upload:
        return await call.services.run(_extract_upload, call.services, call.query)
    async with receive(call.request, call.services.scratch, call.services.limits) as upload:
        if len(upload.files) != 1:
            raise _wrong("file", f"There is one file in a request, not {len(upload.files)}.")
        (found,) = await call.services.run(_extract, call.services, upload.files, call.query)
        return found


async def batch(call: Call[How, Nothing]) -> Batch:
    """Up to 100 files; one that is bad does not fail the others."""
    async with receive(call.request, call.services.scratch, call.services.limits) as upload:
        if not 1 <= len(upload.files) <= _MOST:
            raise _wrong("file", f"There are 1 to {_MOST} files in a batch.")
        found = await call.services.run(_extract, call.services, upload.files, call.query)
    items = [
        Item(
            name=record.file.name,
            status="failed" if record.failed else "ok",
            reason=_reason(record),
            record=record,
        )
        for record in found
    ]
    failed = sum(item.status == "failed" for item in items)
    return Batch(results=items, succeeded=len(items) - failed, failed=failed)


def _extract_upload(services: Services, asked: One) -> Extracted:
    partial = services.partials.state(LOCAL, asked.upload)
    path = services.scratch.folder / secrets.token_hex(16)
    try:
        received = Received(
            field="",
            name=partial.name,
            path=path,
            size=partial.size,
            digest=services.partials.complete(LOCAL, asked.upload, path),
            media_type=None,
        )
        (found,) = _extract(services, [received], asked)
        return found
    finally:
        path.unlink(missing_ok=True)


def _extract(services: Services, files: Sequence[Received], how: How) -> list[Extracted]:
    started = time.monotonic()
    try:
        records = read(
            services.kernel,
            files,
            folder=services.scratch.folder,
            profile=how.profile,
            only=how.only,
            exclude=how.exclude,
        )
    except ValueError as error:
        raise _wrong("only" if how.only else "exclude", f"{error}.") from error
    ids: list[int | None] = [None] * len(records)
    if how.store:
        services.catalogue.save(records)
        ids = [services.catalogue.file_id(record.file.path) for record in records]
    taken = round((time.monotonic() - started) * 1000, 3)
    return [
        Extracted(
            **structs.asdict(record),
            id=id_,
            fields_extracted=record.summary.fields_extracted,
            processing_ms=taken,
        )
        for record, id_ in zip(records, ids, strict=True)
    ]


def _reason(record: Record) -> str:
    if isinstance(record.file.error, str):
        return record.file.error
    failures = [
        f"{name}: {section.status}"
        for name, section in record.sections.items()
        if section.status in ("failed", "timeout", "memory", "crashed")
    ]
    return ", ".join(failures)


def _wrong(field: str, message: str) -> ApiError:
    fault = FieldFault(field=field, message=message)
    return ApiError(400, "VALIDATION_ERROR", message, fields=[fault])


_FAILURES: Final[Any] = (
    (400, "VALIDATION_ERROR"),
    (403, "FORBIDDEN"),
    (408, "TIMEOUT"),
    (413, "FILE_TOO_LARGE"),
    (503, "SERVICE_UNAVAILABLE"),
)

ROUTES: Final = (
    Route(
        method="POST",
        path="/api/extract",
        handler=extract,
        summary="The record of one file: the part `file` of a form, the body, or an upload.",
        query=One,
        answer=Extracted,
        failures=(*_FAILURES, (404, "NOT_FOUND"), (409, "CONFLICT")),
        upload="files",
    ),
    Route(
        method="POST",
        path="/api/extract/batch",
        handler=batch,
        summary="The records of up to 100 files of a form; one bad file does not fail the rest.",
        query=How,
        answer=Batch,
        failures=_FAILURES,
        upload="files",
    ),
)
