"""Requests that a page of another site has a browser send are refused (F40)."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from metaextract_server.errors import ApiError

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@web.middleware
async def refuse_foreign(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Serve this machine alone, and let no other site's page change anything.

    A name that is not this machine's, in ``Host``, is how a page reaches a server behind its
    visitor's back (DNS rebinding). Browsers say in ``Origin`` and ``Sec-Fetch-Site`` (Fetch
    Standard; Fetch Metadata Request Headers) which page sends a request; programs need not.
    """
    if not _ours(request.host):
        raise _forbidden(f"This server does not answer to the name {request.host!r}.")
    if request.method not in _SAFE:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none")
        if (origin is not None and urlsplit(origin).netloc != request.host) or site in (
            "cross-site",
            "same-site",
        ):
            raise _forbidden("Pages of other sites may not send this request.")
    return await handler(request)


def _ours(host: str) -> bool:
    """Whether a ``Host`` header names this machine's loopback."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _forbidden(message: str) -> ApiError:
    return ApiError(403, "FORBIDDEN", message)
