"""The one shape in which every failure is answered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from metaextract_core.errors import CatalogueError
from metaextract_server.codes import Code
from metaextract_server.requests import request_id
from metaextract_server.uploads.refusals import UploadRefused

_log = logging.getLogger(__name__)

_CODES: dict[int, Code] = {
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.REQUEST_TIMEOUT: "TIMEOUT",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "FILE_TOO_LARGE",
    HTTPStatus.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
}
_RETRY_SECONDS = 5
"""What a client is told to wait for while the database is away."""


class FieldFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one part of a request.

    Attributes:
        field: its name, or the path to it.
        message: one sentence for people.
    """

    field: str
    message: str


class Error(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong with one request.

    Attributes:
        code: the kind of failure, for programs.
        message: one sentence for people.
        status: the HTTP status of the answer.
        request_id: names this request in the log of the server.
        timestamp: when it failed, in UTC.
        details: further facts, by name.
        fields: the parts of the request that are to blame.
    """

    code: Code
    message: str
    status: int
    request_id: str
    timestamp: datetime
    details: dict[str, Any] = msgspec.field(default_factory=dict)
    fields: list[FieldFault] = msgspec.field(default_factory=list)


class Failure(msgspec.Struct, frozen=True):
    """The body of every answer that is a failure."""

    error: Error


class ApiError(Exception):
    """A request cannot be answered as its client wants.

    Args:
        status: of the answer.
        code: the kind of failure.
        message: one sentence for people.
        details: further facts, by name.
        fields: the parts of the request that are to blame.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        code: Code,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        fields: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code: Code = code
        self.message = message
        self.details = dict(details or {})
        self.fields = list(fields)
        self.headers = dict(headers or {})


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer what a handler raises in the error shape; what is not for clients is logged."""
    try:
        return await handler(request)
    except ApiError as error:
        return _answer(request, error)
    except UploadRefused as error:
        return _answer(
            request, ApiError(error.status, error.code, error.message, details=error.details)
        )
    except web.HTTPError as error:
        code = _CODES.get(error.status, "INTERNAL_ERROR" if error.status >= 500 else None)
        allowed = error.headers.get("Allow")
        return _answer(
            request,
            ApiError(
                error.status,
                code or "VALIDATION_ERROR",
                _message(error, request),
                headers={"Allow": allowed} if allowed else None,
            ),
        )
    except CatalogueError as error:
        _log.error("request %s: %s", request_id(request), error)
        return _answer(
            request,
            ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "The database does not answer; nothing was changed. Try again later.",
                headers={"Retry-After": str(_RETRY_SECONDS)},
            ),
        )
    except Exception:  # noqa: BLE001  # whatever it was, it is logged and the client gets an answer
        _log.exception(
            "request %s: %s %r failed", request_id(request), request.method, request.path
        )
        return _answer(
            request,
            ApiError(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "INTERNAL_ERROR",
                "The server failed to answer; its log has the details under this request id.",
            ),
        )


def _message(exc: web.HTTPError, request: web.Request) -> str:
    if isinstance(exc, web.HTTPNotFound):
        return f"There is nothing at {request.path}."
    if isinstance(exc, web.HTTPMethodNotAllowed):
        return f"{request.path} does not answer {exc.method}."
    return exc.text or exc.reason


def _answer(request: web.Request, error: ApiError) -> web.Response:
    shown = Error(
        code=error.code,
        message=error.message,
        status=error.status,
        request_id=request_id(request),
        timestamp=datetime.now(UTC),
        details=error.details,
        fields=error.fields,
    )
    return web.Response(
        body=msgspec.json.encode(Failure(shown)),
        status=error.status,
        content_type="application/json",
        headers=error.headers,
    )
