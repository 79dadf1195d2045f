"""A catalogue in each of the databases, both real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgresql_server import PostgreSQLServer, require_postgresql

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.database import address, upgrade_server
from metaextract_core.settings import CatalogueSettings


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    require_postgresql()
    with PostgreSQLServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which there is nothing."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/catalogue.sqlite"
    server: PostgreSQLServer = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def url(empty: str) -> str:
    """The URL of a database in which a catalogue can be opened."""
    if empty.startswith("postgresql"):
        upgrade_server(address(empty), CatalogueSettings())
    return empty


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    with Catalogue(url, settings=CatalogueSettings()) as opened:
        yield opened
