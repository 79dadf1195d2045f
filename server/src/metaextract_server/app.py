"""The application: its routes and what stands around them."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from metaextract_server.errors import answer_errors
from metaextract_server.origins import refuse_foreign
from metaextract_server.requests import add_headers
from metaextract_server.routes import ROUTES
from metaextract_server.routes.description import DESCRIPTION
from metaextract_server.routing import add_routes
from metaextract_server.services import SERVICES, Services

HANDLER_LIMITS: Final[dict[str, Any]] = {
    "max_line_size": 8190,
    "max_field_size": 8190,
    "max_headers": 128,
}
"""Of one request's head: what is longer is answered 400 by aiohttp before anything of ours."""


def create_app(services: Services) -> web.Application:
    """A new application with every route, not yet listening."""
    app = web.Application(middlewares=[answer_errors, refuse_foreign], handler_args=HANDLER_LIMITS)
    app[SERVICES] = services
    app.on_response_prepare.append(add_headers)
    add_routes(app, (*ROUTES, *DESCRIPTION))
    return app
