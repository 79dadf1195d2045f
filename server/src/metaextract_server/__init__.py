"""MetaExtract's HTTP server: an aiohttp application."""

from metaextract_server.app import create_app
from metaextract_server.services import Services

__all__ = ["Services", "create_app"]
