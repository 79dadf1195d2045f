"""The application: its routes and what stands around them."""

from __future__ import annotations

from aiohttp import web

from metaextract_server.errors import answer_errors
from metaextract_server.origins import refuse_foreign
from metaextract_server.requests import add_headers
from metaextract_server.routes import ROUTES
from metaextract_server.routes.description import DESCRIPTION
from metaextract_server.routing import add_routes
from metaextract_server.services import SERVICES, Services


def create_app(services: Services) -> web.Application:
    """A new application with every route, not yet listening."""
    app = web.Application(middlewares=[answer_errors, refuse_foreign])
    app[SERVICES] = services
    app.on_response_prepare.append(add_headers)
    add_routes(app, (*ROUTES, *DESCRIPTION))
    return app
