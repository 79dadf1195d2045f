"""What every request and every answer has."""

from __future__ import annotations

import uuid
from typing import Final

from aiohttp import web

_ID: Final = web.RequestKey("request id", str)

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What keeps browsers from running, framing or sharing what comes from files of strangers."""


def request_id(request: web.Request) -> str:
    """What names a request, in its answer and in the log."""
    known = request.get(_ID)
    if known is None:
        known = request[_ID] = uuid.uuid4().hex
    return known


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers that protect whoever shows it, and the request's id."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id(request)
