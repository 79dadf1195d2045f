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

from metaextract_core.errors import CatalogueError
from metaextract_server.errors import ApiError, FieldFault, answer_errors


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

    app = web.Application(middlewares=[answer_errors])
    app.router.add_get("/fail", fail)
    return app


def test_a_failure_has_the_shape_of_the_contract() -> None:
    error = ApiError(409, "CONFLICT", "It is taken.", headers={"Retry-After": "7"})
    status, headers, body = ask(failing(error), "GET", "/fail")
    assert (status, headers["Content-Type"]) == (409, "application/json")
    assert headers["Retry-After"] == "7"
    assert set(body) == {"error"}
    found = body["error"]
    assert set(found) == {"code", "message", "status", "request_id", "timestamp"}
    assert (found["code"], found["status"], found["message"]) == ("CONFLICT", 409, "It is taken.")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(found["timestamp"])).days == 0


def test_a_failure_may_have_details_and_fields() -> None:
    faults = [FieldFault(field="name", message="It is missing.")]
    error = ApiError(400, "VALIDATION_ERROR", "No.", details={"most": 3}, fields=faults)
    found = ask(failing(error), "GET", "/fail")[2]["error"]
    assert found["details"] == {"most": 3}
    assert found["fields"] == [{"field": "name", "message": "It is missing."}]


def test_two_failures_can_be_told_apart() -> None:
    app = failing(web.HTTPNotFound())
    first, second = (ask(app, "GET", "/fail")[2] for app in (app, failing(web.HTTPNotFound())))
    assert first["error"]["request_id"] != second["error"]["request_id"]


def test_f25_a_database_that_is_away_is_not_the_fault_of_the_request() -> None:
    """And what it says of itself is for the log alone."""
    status, headers, body = ask(failing(CatalogueError("db.internal: gone")), "GET", "/fail")
    assert (status, body["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert int(headers["Retry-After"]) > 0
    assert "db.internal" not in json.dumps(body)


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
