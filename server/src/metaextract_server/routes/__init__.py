"""Every route of the server, by what it is about."""

from __future__ import annotations

from metaextract_server.routes import extract, operation, page, records, uploads
from metaextract_server.routing import Route

ROUTES: tuple[Route, ...] = (
    *page.ROUTES,
    *operation.ROUTES,
    *extract.ROUTES,
    *uploads.ROUTES,
    *records.ROUTES,
)
