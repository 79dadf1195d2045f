"""The real server, as its users start it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse

import pytest


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    def connect(self) -> HTTPConnection:
        """A new connection; the time-out only keeps a hanging server from hanging the tests."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str) -> tuple[HTTPResponse, bytes]:
        connection = self.connect()
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a free port of this machine, stopped afterwards."""
    command = [sys.executable, "-W", "error", "-m", "metaextract_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            match = re.fullmatch(r"Listening on http://127\.0\.0\.1:(\d+)\n", line)
            assert match, f"the server said {line!r}"
            yield Server(process, int(match[1]))
        finally:
            process.kill()
