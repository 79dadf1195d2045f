"""Every route of the server, by what it is about."""

from __future__ import annotations

from metaextract_server.routes import operation, records
from metaextract_server.routing import Route

ROUTES: tuple[Route, ...] = (*operation.ROUTES, *records.ROUTES)
