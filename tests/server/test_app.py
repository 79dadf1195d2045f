"""What a running server answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.server.conftest import Server


def test_livez_says_that_the_process_answers(server: Server) -> None:
    response, body = server.ask("GET", "/livez")
    assert response.status == 200
    assert response.headers.get_content_type() == "application/json"
    assert json.loads(body) == {"status": "ok"}


def test_a_probe_may_ask_by_head(server: Server) -> None:
    response, body = server.ask("HEAD", "/livez")
    assert (response.status, body) == (200, b"")
