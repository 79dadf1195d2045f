"""The page that takes a file and shows its record."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from aiohttp import web

from metaextract_server.routing import Call, Nothing, Route

_TYPES: Final = {"index.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}


@cache
def _text(name: str) -> str:
    return (files("metaextract_server") / "static" / name).read_text()


async def index(call: Call[Nothing, Nothing]) -> web.Response:
    """All values of a record are put into it as text, never as markup (F20)."""
    return _answer("index.html")


async def style(call: Call[Nothing, Nothing]) -> web.Response:
    """How the page looks."""
    return _answer("page.css")


async def script(call: Call[Nothing, Nothing]) -> web.Response:
    """What the page does."""
    return _answer("page.js")


def _answer(name: str) -> web.Response:
    return web.Response(text=_text(name), content_type=_TYPES[name])


ROUTES: Final = (
    Route(
        method="GET",
        path="/",
        handler=index,
        summary="A page that takes a file and shows its record.",
        media_type="text/html",
    ),
    Route(
        method="GET",
        path="/static/page.css",
        handler=style,
        summary="How the page looks.",
        media_type="text/css",
    ),
    Route(
        method="GET",
        path="/static/page.js",
        handler=script,
        summary="What the page does.",
        media_type="text/javascript",
    ),
)
