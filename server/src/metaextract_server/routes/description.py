"""The description of the contract, made from the routes themselves."""

from __future__ import annotations

import html
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec
from aiohttp import web

from metaextract_server.openapi import describe
from metaextract_server.routes import ROUTES
from metaextract_server.routing import Call, Nothing, Route


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of this server, itself included."""
    return describe((*ROUTES, *DESCRIPTION), version("metaextract-server"))


async def openapi(call: Call[Nothing, Nothing]) -> web.Response:
    """The same at every request."""
    return web.Response(body=msgspec.json.encode(document()), content_type="application/json")


async def docs(call: Call[Nothing, Nothing]) -> web.Response:
    """A page without a script: the document is short enough to be read as it is."""
    return web.Response(text=_page(), content_type="text/html")


@cache
def _page() -> str:
    parts = []
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            parts.append(_operation(method, path, operation))
    return _PAGE.format(operations="\n".join(parts))


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{html.escape(each['name'])}</code> (in the {each['in']}"
        f"{', required' if each['required'] else ''}) "
        f"{html.escape(each['schema'].get('description', ''))}</li>"
        for each in operation.get("parameters", ())
    )
    answers = "".join(
        f"<li><code>{status}</code> {html.escape(each['description'])}</li>"
        for status, each in operation["responses"].items()
    )
    return (
        f"<section><h2><code>{method.upper()} {html.escape(path)}</code></h2>"
        f"<p>{html.escape(operation['summary'])}</p>"
        f"<ul>{parameters}</ul><h3>Answers</h3><ul>{answers}</ul></section>"
    )


_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>MetaExtract: the HTTP interface</title></head>
<body><main>
<h1>The HTTP interface of MetaExtract</h1>
<p>Made from the server's own types; as <a href="openapi.json">OpenAPI 3.1</a> for programs.</p>
{operations}
</main></body></html>
"""

DESCRIPTION: Final = (
    Route(
        method="GET",
        path="/api/openapi.json",
        handler=openapi,
        summary="This contract as an OpenAPI 3.1 document.",
        answer=dict[str, Any],
    ),
    Route(
        method="GET",
        path="/api/docs",
        handler=docs,
        summary="This contract as a page for people.",
        media_type="text/html",
    ),
)
