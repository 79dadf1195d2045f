"""Whether the server is well, and what it can do."""

from __future__ import annotations

import shutil
import time
from importlib.metadata import version
from importlib.resources import as_file, files
from typing import Any, Final, Literal

import msgspec
from aiohttp import web
from msgspec import Struct

from metaextract_core.errors import CatalogueError
from metaextract_core.fields import FIELDS
from metaextract_core.settings import data_folder
from metaextract_server.errors import ApiError
from metaextract_server.routing import Call, Nothing, Route
from metaextract_server.services import Services

_LEAST_DISK: Final = 64 << 20
"""Bytes below which the server says that it is not ready."""


class Alive(Struct):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Check(Struct, kw_only=True):
    """One thing that the server needs.

    Attributes:
        ok: whether it is there.
        detail: what was found, in a few words.
    """

    ok: bool
    detail: str


class Ready(Struct, kw_only=True):
    """Whether requests can be served: all checks are ok."""

    ready: bool
    checks: dict[str, Check]


class Health(Struct, kw_only=True):
    """The server in a few numbers.

    Attributes:
        version: of the server.
        extractors: plugins that read files, by their states.
        records: in the catalogue.
    """

    status: Literal["ok"] = "ok"
    version: str
    extractors: dict[str, int]
    records: int


class ExtractHealth(Struct, kw_only=True):
    """What came of reading a small file that the server brings with it.

    Attributes:
        media_type: as identified.
        fields_extracted: number of canonical fields.
        sections: status of each extractor that ran.
        duration_ms: from the request for the record to the record.
    """

    status: Literal["ok"] = "ok"
    media_type: str
    fields_extracted: int
    sections: dict[str, str]
    duration_ms: float


class Plugin(Struct, kw_only=True):
    """A plugin and its state, as `metaextract plugins check --json` gives it.

    Attributes:
        fix: how to mend it; empty where all is well.
    """

    name: str
    distribution: str
    version: str
    status: str
    code: str | None
    message: str
    fix: str
    media_types: list[str]


class Plugins(Struct, kw_only=True):
    """All plugins, sorted by name, and their numbers by state."""

    summary: dict[str, int]
    plugins: list[Plugin]


class FieldEntry(Struct, kw_only=True):
    """A canonical field; `extractors` are those that are ready and speak of it."""

    name: str
    type: str
    unit: str | None
    meaning: str
    equivalents: str
    extractors: list[str]


class Fields(Struct, kw_only=True):
    """The canonical vocabulary.

    Attributes:
        total: fields of the vocabulary.
        served: those of which at least one extractor that is ready speaks.
    """

    total: int
    served: int
    fields: list[FieldEntry]


async def livez(call: Call[Nothing, Nothing]) -> Alive:
    """A constant, so that no failing dependency gets the server restarted."""
    return Alive()


async def readyz(call: Call[Nothing, Nothing]) -> Any:
    """503 with the same body where a check fails."""
    found = await call.services.run(_ready, call.services)
    status = 200 if found.ready else 503
    return web.Response(
        body=msgspec.json.encode(found), status=status, content_type="application/json"
    )


def _ready(services: Services) -> Ready:
    checks = {"database": _database(services), "disk": _disk(), "extractors": _extractors(services)}
    return Ready(ready=all(check.ok for check in checks.values()), checks=checks)


def _database(services: Services) -> Check:
    try:
        services.catalogue.ping()
    except CatalogueError:
        return Check(ok=False, detail="it does not answer, or its tables are not of this version")
    return Check(ok=True, detail="it answers")


def _disk() -> Check:
    folder = data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Check(ok=free >= _LEAST_DISK, detail=f"{free >> 20} MiB are free")


def _extractors(services: Services) -> Check:
    ready = len(services.kernel.registry.ready)
    return Check(ok=ready > 0, detail=f"{ready} are ready")


async def health(call: Call[Nothing, Nothing]) -> Health:
    """Asks the database, so it fails when that does."""
    services = call.services
    return Health(
        version=version("metaextract-server"),
        extractors=_states(services),
        records=await services.run(services.catalogue.count),
    )


async def extract_health(call: Call[Nothing, Nothing]) -> ExtractHealth:
    """A real extraction, past every cache."""
    return await call.services.run(_read_builtin, call.services)


def _read_builtin(services: Services) -> ExtractHealth:
    started = time.monotonic()
    with as_file(files("metaextract_server") / "builtin" / "tide.png") as path:
        (record,) = services.kernel.extract([path])
    if record.failed or not record.summary.fields_extracted:
        raise ApiError(
            503,
            "SERVICE_UNAVAILABLE",
            "A picture that the server brings with it could not be read.",
            details={name: each.status for name, each in record.sections.items()},
        )
    return ExtractHealth(
        media_type=str(record.file.media_type),
        fields_extracted=record.summary.fields_extracted,
        sections={name: each.status for name, each in record.sections.items()},
        duration_ms=round((time.monotonic() - started) * 1000, 3),
    )


def _states(services: Services) -> dict[str, int]:
    found: dict[str, int] = {}
    for verdict in services.kernel.registry.verdicts:
        found[verdict.status] = found.get(verdict.status, 0) + 1
    return found


async def plugins(call: Call[Nothing, Nothing]) -> Plugins:
    """The registry, with states and how to mend what is broken."""
    verdicts = sorted(call.services.kernel.registry.verdicts, key=lambda each: each.name)
    return Plugins(
        summary=_states(call.services),
        plugins=[
            Plugin(
                name=each.name,
                distribution=each.distribution,
                version=each.version,
                status=each.status,
                code=each.code,
                message=each.message,
                fix=each.fix,
                media_types=list(each.descriptor.media_types) if each.descriptor else [],
            )
            for each in verdicts
        ],
    )


async def fields(call: Call[Nothing, Nothing]) -> Fields:
    """Counted from the registry as it is now."""
    speaking: dict[str, set[str]] = {}
    for name, descriptor in call.services.kernel.registry.ready.items():
        for field in descriptor.crosswalk.values():
            speaking.setdefault(field, set()).add(name)
    entries = [
        FieldEntry(
            name=each.name,
            type=each.type,
            unit=each.unit,
            meaning=each.meaning,
            equivalents=each.equivalents,
            extractors=sorted(speaking.get(each.name, ())),
        )
        for each in FIELDS.values()
    ]
    served = sum(1 for each in entries if each.extractors)
    return Fields(total=len(entries), served=served, fields=entries)


ROUTES: Final = (
    Route(
        method="GET",
        path="/livez",
        handler=livez,
        summary="Whether the process answers.",
        answer=Alive,
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=readyz,
        summary="Whether requests can be served; 503 where something that is needed is away.",
        answer=Ready,
    ),
    Route(
        method="GET",
        path="/api/health",
        handler=health,
        summary="The server in a few numbers.",
        answer=Health,
        failures=((503, "SERVICE_UNAVAILABLE"),),
    ),
    Route(
        method="GET",
        path="/api/extract/health",
        handler=extract_health,
        summary="A real extraction of a small built-in file, timed.",
        answer=ExtractHealth,
        failures=((503, "SERVICE_UNAVAILABLE"),),
    ),
    Route(
        method="GET",
        path="/api/extract/health/image",
        handler=extract_health,
        summary="A real extraction of a small built-in picture, timed.",
        answer=ExtractHealth,
        failures=((503, "SERVICE_UNAVAILABLE"),),
    ),
    Route(
        method="GET",
        path="/api/plugins",
        handler=plugins,
        summary="Every plugin with its state, and how to mend it.",
        answer=Plugins,
    ),
    Route(
        method="GET",
        path="/api/fields",
        handler=fields,
        summary="The canonical vocabulary, and which extractors speak of each field.",
        answer=Fields,
    ),
)
