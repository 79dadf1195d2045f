"""The one shape in which every failure is answered."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from aiohttp import web

_log = logging.getLogger(__name__)

_CODES: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "FILE_TOO_LARGE",
    HTTPStatus.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
}


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong with one request.

    Attributes:
        code: the kind of failure, for programs.
        message: one sentence for people.
        status: the HTTP status of the answer.
        request_id: names this request in the log of the server.
        timestamp: when it failed, in UTC.
    """

    code: str
    message: str
    status: int
    request_id: str
    timestamp: datetime


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer what a handler raises in the error shape; what is not for clients is logged."""
    request_id = uuid.uuid4().hex
    try:
        return await handler(request)
    except web.HTTPError as exc:
        allowed = exc.headers.get("Allow")
        return _answer(
            exc.status, _message(exc, request), request_id, {"Allow": allowed} if allowed else None
        )
    except Exception:  # noqa: BLE001  # whatever it was, it is logged and the client gets an answer
        _log.exception("request %s: %s %r failed", request_id, request.method, request.path)
        return _answer(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The server failed to answer; its log has the details under this request id.",
            request_id,
        )


def _message(exc: web.HTTPError, request: web.Request) -> str:
    if isinstance(exc, web.HTTPNotFound):
        return f"There is nothing at {request.path}."
    if isinstance(exc, web.HTTPMethodNotAllowed):
        return f"{request.path} does not answer {exc.method}."
    return exc.text or exc.reason


def _answer(
    status: int, message: str, request_id: str, headers: dict[str, str] | None = None
) -> web.Response:
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    error = Error(
        code=_CODES.get(status, "INTERNAL_ERROR" if ours else "VALIDATION_ERROR"),
        message=message,
        status=status,
        request_id=request_id,
        timestamp=datetime.now(UTC),
    )
    return web.Response(
        body=msgspec.json.encode({"error": error}),
        status=status,
        content_type="application/json",
        headers=headers,
    )
