"""A route as data: what it takes, what it answers, and who answers it.

The same declarations make the routes of the application and their description (`openapi`).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args, get_origin

import msgspec
from aiohttp import web
from msgspec import Struct

from metaextract_server.codes import Code
from metaextract_server.errors import ApiError, FieldFault
from metaextract_server.services import SERVICES, Services
from metaextract_server.uploads.body import expect

Q = TypeVar("Q")
B = TypeVar("B")

_UNKNOWN: Final = "Object contains unknown field "
_MISSING: Final = "Object missing required field "
"""How msgspec says what is wrong with an object; the name follows in backticks."""

LARGEST_BODY: Final = 1 << 20
"""Bytes of a JSON body."""


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """Neither parameters nor a body."""


class Call(Struct, Generic[Q, B], frozen=True):
    """One request to a handler.

    Attributes:
        request: as it came.
        services: what to answer it with.
        query: the parameters of path and query.
        body: what came with it.
    """

    request: web.Request
    services: Services
    query: Q
    body: B


class Route(Struct, frozen=True, kw_only=True):
    """A method of a path.

    Attributes:
        method: of HTTP.
        path: with ``{name}`` where a parameter stands.
        handler: gives the answer, a value of the type `answer`, or a whole response.
        summary: one sentence for its callers.
        answer: the type of the body; None where it is no JSON.
        query: the type of the parameters; those that `path` does not name are in the query.
        body: the type of the JSON body.
        status: of an answer that is no failure.
        failures: (status, code) of the failures that its handler can answer.
        media_type: of an answer that is no JSON.
        upload: what comes with it that the handler receives itself: files in a form or as the
            body, or a part of a file as the body.
    """

    method: str
    path: str
    handler: Callable[[Call[Any, Any]], Awaitable[Any]]
    summary: str
    answer: Any = None
    query: type[Struct] = Nothing
    body: type[Struct] = Nothing
    status: int = 200
    failures: tuple[tuple[int, Code], ...] = ()
    media_type: str = "application/json"
    upload: Literal["", "files", "part"] = ""

    @property
    def in_path(self) -> frozenset[str]:
        """Names of the parameters that stand in the path."""
        return frozenset(re.findall(r"\{(\w+)\}", self.path))

    @property
    def all_failures(self) -> list[tuple[int, Code]]:
        """Those of the handler, and of what comes before it."""
        invalid: tuple[tuple[int, Code], ...] = ((400, "VALIDATION_ERROR"),)
        large: tuple[tuple[int, Code], ...] = ()
        if self.body is not Nothing:
            large = ((413, "FILE_TOO_LARGE"),)
        return sorted({*self.failures, *invalid, *large, (500, "INTERNAL_ERROR")})


def add_routes(app: web.Application, routes: Sequence[Route]) -> None:
    """Have `app` answer `routes`."""
    for route in routes:
        taken = expect if route.upload else None
        app.router.add_route(route.method, route.path, _adapter(route), expect_handler=taken)
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, _adapter(route))


def _adapter(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        query = _parameters(request, route.query)
        body = Nothing() if route.body is Nothing else await _body(request, route.body)
        found = await route.handler(Call(request, request.app[SERVICES], query, body))
        if isinstance(found, web.StreamResponse):
            return found
        return web.Response(
            body=msgspec.json.encode(found), status=route.status, content_type=route.media_type
        )

    return answer


def _parameters(request: web.Request, type_: type[Struct]) -> Struct:
    """The parameters of path and query; one that is named twice counts only where it is a list."""
    given: dict[str, Any] = {}
    lists = {
        field.encode_name for field in msgspec.structs.fields(type_) if _origin(field.type) is list
    }
    for name in request.query:
        values = request.query.getall(name)
        if name in lists:
            given[name] = [part for value in values for part in value.split(",") if part]
        elif len(values) > 1:
            raise _invalid([FieldFault(field=name, message="It is given more than once.")])
        else:
            given[name] = values[0]
    try:
        return msgspec.convert({**given, **request.match_info}, type_, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid([_fault(str(error))]) from error


def _origin(type_: Any) -> Any:
    """What a generic type is made of, past what annotates it."""
    origin = get_origin(type_)
    return _origin(get_args(type_)[0]) if origin is Annotated else origin


async def _body(request: web.Request, type_: type[Struct]) -> Struct:
    if request.content_type != "application/json":
        raise ApiError(
            HTTPStatus.BAD_REQUEST,
            "VALIDATION_ERROR",
            "The body must be JSON, and its Content-Type application/json.",
        )
    raw = bytearray()
    async for chunk in request.content.iter_chunked(1 << 16):
        raw += chunk
        if len(raw) > LARGEST_BODY:
            raise ApiError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "FILE_TOO_LARGE",
                f"The body has more than {LARGEST_BODY} bytes.",
            )
    try:
        return msgspec.json.decode(raw, type=type_)
    except msgspec.ValidationError as error:
        raise _invalid([_fault(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(
            HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", f"The body is no JSON: {error}."
        ) from error


def _invalid(faults: list[FieldFault]) -> ApiError:
    names = ", ".join(fault.field for fault in faults)
    return ApiError(
        HTTPStatus.BAD_REQUEST,
        "VALIDATION_ERROR",
        f"This part of the request is not as it should be: {names}.",
        fields=faults,
    )


def _fault(said: str) -> FieldFault:
    """What msgspec says of data, "what - at `$.where`", as a field and a sentence."""
    what, at, place = said.rpartition(" - at `$")
    if not at:
        what, place = said, ""
    where = place.rstrip("`").lstrip(".")
    if what.startswith(_UNKNOWN):
        name = what.removeprefix(_UNKNOWN).strip("`")
        return FieldFault(field=_below(where, name), message="There is no such field here.")
    if what.startswith(_MISSING):
        name = what.removeprefix(_MISSING).strip("`")
        return FieldFault(field=_below(where, name), message="It is missing.")
    return FieldFault(field=where or "body", message=f"{what.rstrip('.')}.")


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
