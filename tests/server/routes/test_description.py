"""The description, the routes and what they answer agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from metaextract_server.routes import ROUTES
from metaextract_server.routes.description import DESCRIPTION, document

if TYPE_CHECKING:
    from tests.server.conftest import Server

ALL = (*ROUTES, *DESCRIPTION)


def test_it_is_served_as_it_is_made(filled: Server) -> None:
    assert filled.get("/api/openapi.json") == msgspec.to_builtins(document())


def test_it_has_every_route_and_nothing_else() -> None:
    described = {
        (method.upper(), path)
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert described == {(route.method, route.path) for route in ALL}


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))


def references(value: Any) -> set[str]:
    """Everything that is referred to."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_whatever_it_refers_to_is_there() -> None:
    described = document()
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references(described) <= known


@pytest.mark.parametrize(
    "path",
    [
        route.path
        for route in ALL
        if route.answer is not None and not route.in_path and route.method == "GET"
    ],
)
def test_answers_are_of_the_type_that_is_described(filled: Server, path: str) -> None:
    (route,) = [route for route in ALL if route.path == path]
    needed = {"/api/metadata/history": "?id=1", "/api/metadata/similar": "?id=1&within=0"}
    needed["/api/results"] = f"?digest=blake3:{'0' * 64}"
    response, body = filled.ask("GET", path + needed.get(path, ""))
    documented = {route.status, *(status for status, _ in route.all_failures)}
    assert response.status in documented
    if response.status == route.status:
        msgspec.json.decode(body, type=route.answer)


def test_people_find_every_route_on_the_page(filled: Server) -> None:
    response, body = filled.ask("GET", "/api/docs")
    assert response.headers.get_content_type() == "text/html"
    shown = re.findall(r"<h2><code>(\w+) (.*?)</code></h2>", body.decode())
    assert sorted(shown) == sorted((route.method, route.path) for route in ALL)
