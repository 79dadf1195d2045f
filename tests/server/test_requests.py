"""Every answer has the headers that protect whoever shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.conftest import Server


@pytest.mark.parametrize("path", ["/livez", "/api/docs", "/no/such/thing"])
def test_f40_nobody_may_frame_an_answer_or_run_it(filled: Server, path: str) -> None:
    headers = filled.ask("GET", path)[0].headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_failure_and_its_headers_name_the_same_request(filled: Server) -> None:
    response, body = filled.ask("GET", "/no/such/thing")
    assert json.loads(body)["error"]["request_id"] == response.headers["X-Request-Id"]


def test_each_request_has_an_id_of_its_own(filled: Server) -> None:
    ids = {filled.ask("GET", "/livez")[0].headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
