"""Whether a running server is well, and what it can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from metaextract_core.fields import FIELDS

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


def test_one_that_has_all_it_needs_is_ready(filled: Server) -> None:
    found = filled.get("/readyz")
    assert found["ready"]
    assert {name: check["ok"] for name, check in found["checks"].items()} == {
        "database": True,
        "disk": True,
        "extractors": True,
    }


def test_health_counts_what_is_there(filled: Server) -> None:
    found = filled.get("/api/health")
    plugins = filled.get("/api/plugins")
    assert found["status"] == "ok"
    assert found["records"] == filled.get("/api/metadata/stats")["records"] > 0
    assert found["extractors"] == plugins["summary"]


def test_the_health_of_extraction_is_that_of_a_real_one(filled: Server) -> None:
    for path in ("/api/extract/health", "/api/extract/health/image"):
        found = filled.get(path)
        assert found["media_type"] == "image/png"
        assert found["fields_extracted"] > 3
        assert found["sections"]["pillow"] == "ok"
        assert found["duration_ms"] > 0


def test_plugins_come_with_their_states(filled: Server) -> None:
    found = filled.get("/api/plugins")
    names = [each["name"] for each in found["plugins"]]
    assert names == sorted(names)
    assert sum(found["summary"].values()) == len(names)
    (pillow,) = [each for each in found["plugins"] if each["name"] == "pillow"]
    assert pillow["status"] == "ready"
    assert "image/png" in pillow["media_types"]


def test_the_vocabulary_is_counted_from_the_registry(filled: Server) -> None:
    found = filled.get("/api/fields")
    assert [each["name"] for each in found["fields"]] == list(FIELDS)
    assert found["total"] == len(FIELDS)
    assert found["served"] == sum(1 for each in found["fields"] if each["extractors"])
    speaking = {each["name"]: each["extractors"] for each in found["fields"]}
    assert "pillow" in speaking["image.width"]
