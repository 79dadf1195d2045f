"""F25: a server whose database goes away says so, and serves again when it is back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.postgresql_server import PostgreSQLServer, require_postgresql
from tests.server.conftest import SAMPLES, Server, running
from tests.server.routes.test_extract import BOUNDARY, form

from metaextract_core.catalogue.database import address, upgrade_server
from metaextract_core.settings import CatalogueSettings


@pytest.fixture
def database() -> Iterator[PostgreSQLServer]:
    require_postgresql()
    with PostgreSQLServer() as server:
        yield server


@pytest.fixture
def server(database: PostgreSQLServer) -> Iterator[Server]:
    url = database.database()
    upgrade_server(address(url), CatalogueSettings())
    with running(METAEXTRACT_DATABASE_URL=url, METAEXTRACT_CATALOGUE_TIMEOUT="0.5") as found:
        yield found


def send(server: Server, status: int) -> bytes:
    content = (SAMPLES / "tide.png").read_bytes()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    response, body = server.ask(
        "POST", "/api/extract", form(("tide.png", content)), Content_Type=kind
    )
    assert response.status == status, body
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
    return body


def test_f25_a_database_that_goes_away_is_told_and_nothing_is_half_done(
    database: PostgreSQLServer, server: Server
) -> None:
    database.stop()
    assert server.get("/livez") == {"status": "ok"}
    ready = server.get("/readyz", 503)
    assert not ready["ready"]
    assert not ready["checks"]["database"]["ok"]
    error = json.loads(send(server, 503))["error"]
    assert error["code"] == "SERVICE_UNAVAILABLE"
    assert "postgres" not in error["message"], "what the driver says is for the log alone"
    assert server.get("/api/metadata/stats", 503)["error"]["code"] == "SERVICE_UNAVAILABLE"
    database.start()
    assert server.get("/readyz")["ready"]
    assert server.get("/api/metadata/stats")["records"] == 0
    send(server, 200)
    assert server.get("/api/metadata/stats")["records"] == 1
