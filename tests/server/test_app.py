"""What a running server answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.conftest import Server


def test_an_unknown_route_is_not_found(filled: Server) -> None:
    error = filled.get("/no/such/thing", 404)["error"]
    assert (error["code"], error["status"]) == ("NOT_FOUND", 404)
    assert error["message"] == "There is nothing at /no/such/thing."


def test_a_method_that_a_route_does_not_have_comes_with_those_it_has(filled: Server) -> None:
    response, body = filled.ask("POST", "/livez")
    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD"
    error = json.loads(body)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["message"] == "/livez does not answer POST."


@pytest.mark.parametrize(
    "headers", [{"X_Long": "x" * 10_000}, {f"X_{number}": "x" for number in range(200)}]
)
def test_f35_a_head_that_is_too_large_is_refused(filled: Server, headers: dict[str, str]) -> None:
    response, _ = filled.ask("GET", "/livez", None, **headers)
    assert response.status == 400
