"""Every failure has the one shape."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from metaextract_server import create_app


def ask(app: web.Application, method: str, path: str) -> tuple[int, dict[str, str], Any]:
    """The status, headers and decoded body of one answer of `app`."""

    async def once() -> tuple[int, dict[str, str], Any]:
        async with TestClient(TestServer(app)) as client:
            response = await client.request(method, path)
            return response.status, dict(response.headers), json.loads(await response.read())

    return asyncio.run(once())


def failing(error: Exception) -> web.Application:
    """An application whose route ``/fail`` raises `error`."""

    async def fail(request: web.Request) -> web.Response:
        raise error

    app = create_app()
    app.router.add_get("/fail", fail)
    return app


def test_an_unknown_route_is_not_found() -> None:
    status, headers, body = ask(create_app(), "GET", "/no/such/thing")
    assert status == 404
    assert headers["Content-Type"] == "application/json"
    assert set(body) == {"error"}
    error = body["error"]
    assert set(error) == {"code", "message", "status", "request_id", "timestamp"}
    assert (error["code"], error["status"]) == ("NOT_FOUND", 404)
    assert error["message"] == "There is nothing at /no/such/thing."
    assert abs(datetime.now(UTC) - datetime.fromisoformat(error["timestamp"])).days == 0


def test_two_failures_can_be_told_apart() -> None:
    first, second = (ask(create_app(), "GET", "/nothing")[2] for _ in range(2))
    assert first["error"]["request_id"] != second["error"]["request_id"]


def test_a_method_that_a_route_does_not_have_comes_with_those_it_has() -> None:
    status, headers, body = ask(create_app(), "POST", "/livez")
    assert status == 405
    assert headers["Allow"] == "GET,HEAD"
    assert body["error"]["code"] == "VALIDATION_ERROR"
    assert body["error"]["message"] == "/livez does not answer POST."


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (web.HTTPRequestEntityTooLarge(max_size=1, actual_size=2), "FILE_TOO_LARGE"),
        (web.HTTPServiceUnavailable(text="The database is away."), "SERVICE_UNAVAILABLE"),
        (web.HTTPBadRequest(text="The body is no JSON."), "VALIDATION_ERROR"),
        (web.HTTPBadGateway(), "INTERNAL_ERROR"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_a_handler_raises_keeps_its_status_and_gets_a_code(
    error: web.HTTPError, code: str
) -> None:
    status, _, body = ask(failing(error), "GET", "/fail")
    assert status == body["error"]["status"] == error.status
    assert body["error"]["code"] == code
    assert body["error"]["message"] == error.text


def test_a_fault_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, _, body = ask(failing(RuntimeError("secret")), "GET", "/fail")
    assert status == 500
    assert body["error"]["code"] == "INTERNAL_ERROR"
    assert "secret" not in json.dumps(body)
    assert body["error"]["request_id"] in caplog.text
    assert "RuntimeError: secret" in caplog.text
