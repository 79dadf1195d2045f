"""MetaExtract's HTTP server: an aiohttp application."""

from metaextract_server.app import create_app

__all__ = ["create_app"]
