"""The description of all routes, made from what makes the routes (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from metaextract_server.errors import Failure
from metaextract_server.routing import Nothing, Route

_PART = {"required": True, "content": {"application/octet-stream": {}}}
_FILES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "string", "contentMediaType": "*/*"}},
                "required": ["file"],
            }
        },
        "application/octet-stream": {},
    },
}
_REFERENCE = "#/components/schemas/{name}"


def describe(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """An OpenAPI 3.1 document.

    Args:
        routes: what the server answers.
        version: of the server.
    """
    types = [
        Failure,
        *(route.answer for route in routes if route.answer is not None),
        *(route.body for route in routes if route.body is not Nothing),
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, by_type, components
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MetaExtract",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(route: Route, schemas: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {route.media_type: {}}
    if route.answer is not None:
        content = {route.media_type: {"schema": schemas[repr(route.answer)]}}
    answers: dict[str, Any] = {
        str(route.status): {
            "description": HTTPStatus(route.status).phrase,
            "content": content,
        }
    }
    for status in sorted({status for status, _ in route.all_failures}):
        codes = sorted(code for other, code in route.all_failures if other == status)
        answers[str(status)] = {
            "description": ", ".join(codes),
            "content": {"application/json": {"schema": schemas[repr(Failure)]}},
        }
    found: dict[str, Any] = {
        "operationId": f"{route.method} {route.path}",
        "summary": route.summary,
        "responses": answers,
    }
    if parameters := _parameters(route, components):
        found["parameters"] = parameters
    if route.body is not Nothing:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[repr(route.body)]}},
        }
    if route.upload:
        found["requestBody"] = _FILES if route.upload == "files" else _PART
    return found


def _parameters(route: Route, components: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is Nothing:
        return []
    (_,), own = msgspec.json.schema_components([route.query], ref_template=_REFERENCE)
    schema = own.pop(route.query.__name__)
    components.update(own)  # what the parameters refer to
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "path" if name in route.in_path else "query",
            "required": name in route.in_path or name in required,
            "schema": each,
        }
        for name, each in schema["properties"].items()
    ]
