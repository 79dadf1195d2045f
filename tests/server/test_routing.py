"""A route as data: what is taken, and how what is wrong is named."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Annotated, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from msgspec import Meta, Struct

from metaextract_server.errors import answer_errors
from metaextract_server.routing import LARGEST_BODY, Call, Nothing, Route, add_routes
from metaextract_server.services import SERVICES, Services


class Colours(Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters of every kind."""

    id: Annotated[int, Meta(ge=1)]
    names: Annotated[list[str], Meta(max_length=5)] = []
    dark: bool = False


class Inner(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a body."""

    size: int


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A body with a part."""

    inner: Inner


async def echo(call: Call[Colours, Nothing]) -> Colours:
    return call.query


async def take(call: Call[Nothing, Body]) -> Body:
    return call.body


ROUTES = (
    Route(method="GET", path="/of/{id}", handler=echo, summary="", query=Colours, answer=Colours),
    Route(
        method="POST", path="/take", handler=take, summary="", body=Body, answer=Body, status=201
    ),
)


@pytest.fixture(scope="module")
def services() -> Any:
    with Services() as opened:
        yield opened


def ask(services: Services, method: str, path: str, **how: Any) -> tuple[int, Any]:
    async def once() -> tuple[int, Any]:
        app = web.Application(middlewares=[answer_errors])
        app[SERVICES] = services
        add_routes(app, ROUTES)
        async with TestClient(TestServer(app)) as client:
            response = await client.request(method, path, **how)
            return response.status, json.loads(await response.read())

    return asyncio.run(once())


def test_parameters_of_path_and_query_come_as_what_they_are(services: Services) -> None:
    status, body = ask(services, "GET", "/of/7?names=red,green&names=blue&dark=true")
    assert status == 200
    assert body == {"id": 7, "names": ["red", "green", "blue"], "dark": True}


def test_a_body_comes_as_what_it_is(services: Services) -> None:
    assert ask(services, "POST", "/take", json={"inner": {"size": 3}}) == (
        201,
        {"inner": {"size": 3}},
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "inner"),
        ({"inner": {"size": "three"}}, "inner.size"),
        ({"inner": {"size": 3, "unit": "m"}}, "inner.unit"),
        ([], "body"),
    ],
)
def test_the_part_of_a_body_that_is_wrong_is_named(
    services: Services, given: Any, field: str
) -> None:
    status, body = ask(services, "POST", "/take", json=given)
    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert [fault["field"] for fault in body["error"]["fields"]] == [field]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"[" * 100_000, b'{"inner": {"size": 1}} {}'],
    ids=lambda raw: str(raw[:9]),
)
def test_a_body_that_is_no_json_is_a_fault_of_the_request(services: Services, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    status, body = ask(services, "POST", "/take", data=raw, headers=headers)
    assert (status, body["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_body_must_say_that_it_is_json(services: Services) -> None:
    status, body = ask(services, "POST", "/take", data=b"{}", headers={"Content-Type": "text/x"})
    assert status == 400
    assert "application/json" in body["error"]["message"]


def test_a_body_that_is_too_large_is_not_read_to_its_end(services: Services) -> None:
    headers = {"Content-Type": "application/json"}
    raw = io.BytesIO(b" " * (LARGEST_BODY + 1))
    status, body = ask(services, "POST", "/take", data=raw, headers=headers)
    assert (status, body["error"]["code"]) == (413, "FILE_TOO_LARGE")
