"""What is stored is found, shown and counted; what is asked wrongly is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
import pytest

from metaextract_core import Record

if TYPE_CHECKING:
    from tests.server.conftest import Server


def find(server: Server, name: str) -> int:
    """The id of a sample."""
    (hit,) = server.get(f"/api/metadata/search?filter={quote(f'file.path ~ {name}')}")["hits"]
    assert isinstance(hit["id"], int)
    return hit["id"]


def test_every_record_is_found_page_by_page(filled: Server, records: list[Record]) -> None:
    paths: list[str] = []
    after: str | None = ""
    while after is not None:
        page = filled.get(f"/api/metadata/search?limit=4&after={quote(after)}")
        assert len(page["hits"]) <= 4
        paths += [hit["path"] for hit in page["hits"]]
        after = page["next"]
    assert sorted(paths) == sorted(record.file.path for record in records)


def test_a_filter_says_which(filled: Server) -> None:
    asked = quote("file.media_type = image/jpeg")
    hits = filled.get(f"/api/metadata/search?filter={asked}&sort=file.size")["hits"]
    sizes = [hit["size"] for hit in hits]
    assert len(hits) == 3, "one of them is called holiday.txt"
    assert {hit["media_type"] for hit in hits} == {"image/jpeg"}
    assert sizes == sorted(sizes, reverse=True)


def test_a_stored_record_is_what_was_saved(filled: Server, records: list[Record]) -> None:
    (saved,) = [record for record in records if record.file.name == "lakeside.jpg"]
    found = msgspec.convert(
        filled.get(f"/api/extract/results/{find(filled, 'lakeside')}"), type=Record
    )
    assert found.file == saved.file
    assert found.fields == saved.fields
    assert found.sections.keys() == saved.sections.keys()


def test_a_content_that_is_known_need_not_be_sent(filled: Server, records: list[Record]) -> None:
    hits = filled.get(f"/api/results?digest={records[0].file.digest}")["hits"]
    assert [hit["path"] for hit in hits] == [records[0].file.path]
    assert filled.get(f"/api/results?digest=blake3:{'0' * 64}")["hits"] == []


def test_statistics_count_what_a_filter_is_true_of(filled: Server, records: list[Record]) -> None:
    assert filled.get("/api/metadata/stats")["records"] == len(records)
    asked = quote("file.media_type = image/jpeg")
    found = filled.get(f"/api/metadata/stats?filter={asked}")
    assert found["media_types"] == {"image/jpeg": 3}


def test_similar_pictures_are_others(filled: Server) -> None:
    id_ = find(filled, "lakeside")
    found = filled.get(f"/api/metadata/similar?id={id_}&within=16")["neighbours"]
    distances = [each["distance"] for each in found]
    assert distances
    assert distances == sorted(distances)
    assert all(each["hit"]["id"] != id_ for each in found)


def test_a_file_has_a_history(filled: Server) -> None:
    (version,) = filled.get(f"/api/metadata/history?id={find(filled, 'bell')}")["versions"]
    assert (version["number"], version["until"]) == (1, None)


@pytest.mark.parametrize(
    "path",
    [
        "/api/extract/results/987654321",
        "/api/metadata/history?id=987654321",
        "/api/metadata/similar?id=987654321",
    ],
)
def test_what_is_not_there_is_not_found(filled: Server, path: str) -> None:
    assert filled.get(path, 404)["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/metadata/search?limit=0", "limit"),
        ("/api/metadata/search?limit=many", "limit"),
        ("/api/metadata/search?sort=colour", "sort"),
        ("/api/metadata/search?after=nonsense", "after"),
        ("/api/metadata/search?filter=%28", "filter"),
        ("/api/metadata/search?colour=red", "colour"),
        ("/api/metadata/search?limit=1&limit=2", "limit"),
        ("/api/metadata/stats?filter=size%20%3E", "filter"),
        ("/api/metadata/similar", "id"),
        ("/api/metadata/similar?id=1&within=65", "within"),
        ("/api/metadata/history?id=0", "id"),
        ("/api/extract/results/one", "id"),
        ("/api/results?digest=blake3:12", "digest"),
        ("/api/extract/results/99999999999999999999", "id"),
    ],
)
def test_what_is_asked_wrongly_is_named(filled: Server, path: str, field: str) -> None:
    error = filled.get(path, 400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert [fault["field"] for fault in error["fields"]] == [field]


def test_a_record_without_a_picture_has_no_similar_ones(filled: Server) -> None:
    error = filled.get(f"/api/metadata/similar?id={find(filled, 'bell')}", 400)["error"]
    assert error["fields"][0]["field"] == "id"
