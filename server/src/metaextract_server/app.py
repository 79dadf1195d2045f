"""The application: its routes and what stands around them."""

from __future__ import annotations

from aiohttp import web

from metaextract_server.errors import answer_errors


def create_app() -> web.Application:
    """A new application with every route, not yet listening."""
    app = web.Application(middlewares=[answer_errors])
    app.router.add_get("/livez", livez)
    return app


async def livez(request: web.Request) -> web.Response:
    """The process answers. A constant, so that no failing dependency gets the server restarted."""
    return web.json_response({"status": "ok"})
