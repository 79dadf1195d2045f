"""The real server, as its users start it, on each database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.postgresql_server import PostgreSQLServer, require_postgresql

from metaextract_core import Catalogue, Kernel, Record
from metaextract_core.catalogue.database import address, upgrade_server
from metaextract_core.settings import CatalogueSettings

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    def connect(self) -> HTTPConnection:
        """A new connection; the time-out only keeps a hanging server from hanging the tests."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def get(self, path: str, status: int = 200) -> Any:
        """The decoded body of an answer of that status."""
        response, body = self.ask("GET", path)
        assert response.status == status, body
        return msgspec.json.decode(body)


@contextmanager
def running(**environment: str) -> Iterator[Server]:
    """A server on a free port of this machine, stopped afterwards."""
    command = [sys.executable, "-W", "error", "-m", "metaextract_server", "--port", "0"]
    variables = {**os.environ, "METAEXTRACT_CONFIG": os.devnull, **environment}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            match = re.fullmatch(r"Listening on http://127\.0\.0\.1:(\d+)\n", line)
            assert match, f"the server said {line!r}"
            yield Server(process, int(match[1]))
            process.terminate()
            process.wait(60)
        finally:
            process.kill()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of this test's own, with nothing in its catalogue."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """What is known of the samples."""
    with Kernel() as kernel:
        return list(kernel.extract(sorted(SAMPLES.glob("*.*")), profile="deep"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> Iterator[Server]:
    """A server that all tests ask, whose catalogue holds the samples; on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('served')}/catalogue.sqlite"
        with _serving(url, records) as found:
            yield found
        return
    require_postgresql()
    with PostgreSQLServer() as postgresql:
        url = postgresql.database()
        upgrade_server(address(url), CatalogueSettings())
        with _serving(url, records) as found:
            yield found


@contextmanager
def _serving(url: str, records: list[Record]) -> Iterator[Server]:
    with Catalogue(url, settings=CatalogueSettings()) as catalogue:
        catalogue.save(records)
    with running(METAEXTRACT_DATABASE_URL=url) as found:
        yield found
