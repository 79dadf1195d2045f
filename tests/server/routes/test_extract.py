"""Files are sent to a running server, and records come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.server.conftest import SAMPLES

from metaextract_core.assembling import leaves
from metaextract_server.routes.extract import Batch, Extracted

if TYPE_CHECKING:
    from tests.server.conftest import Server

BOUNDARY = "between-the-parts"


def form(*files: tuple[str, bytes]) -> bytes:
    """The body of a form with these files, each a part ``file``."""
    disposition = 'Content-Disposition: form-data; name="file"; filename='
    parts = [
        f'--{BOUNDARY}\r\n{disposition}"{name}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in files
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send(
    server: Server, *files: tuple[str, bytes], to: str = "/api/extract", status: int = 200
) -> Any:
    """The decoded body of the answer."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    response, body = server.ask("POST", to, form(*files), Content_Type=kind)
    assert response.status == status, body
    return json.loads(body)


def sample(name: str) -> tuple[str, bytes]:
    return name, Path(SAMPLES, name).read_bytes()


def test_a_file_of_a_form_has_its_record(filled: Server) -> None:
    found = send(filled, sample("lakeside.jpg"), to="/api/extract?store=false")
    record = msgspec.convert(found, type=Extracted)
    assert record.file.name == "lakeside.jpg"
    assert record.file.media_type == "image/jpeg"
    assert record.fields["camera.make"].value
    assert record.id is None
    assert record.processing_ms > 0
    counted = sum(leaves(section["data"]) for section in found["sections"].values())
    assert record.fields_extracted == counted > 100


def test_a_body_as_it_is_has_the_same_record(filled: Server) -> None:
    name, content = sample("tide.png")
    response, body = filled.ask(
        *("POST", "/api/extract?store=false", content),
        Content_Type="image/png",
        Content_Disposition=f"attachment; filename={name}",
    )
    assert response.status == 200
    raw = msgspec.json.decode(body, type=Extracted)
    in_form = msgspec.convert(
        send(filled, (name, content), to="/api/extract?store=false"), type=Extracted
    )
    assert raw.file == in_form.file
    assert raw.fields == in_form.fields


def test_a_record_is_kept_and_found_again(server: Server) -> None:
    found = send(server, sample("pond.webp"))
    stored = server.get(f"/api/extract/results/{found['id']}")
    assert stored["file"]["path"] == found["file"]["path"]
    assert stored["fields"] == found["fields"]
    assert [hit["id"] for hit in server.get("/api/metadata/search")["hits"]] == [found["id"]]


def test_the_same_file_sent_twice_is_stored_once(server: Server) -> None:
    first, second = (send(server, sample("tide.png")) for _ in range(2))
    assert first["id"] == second["id"]
    assert server.get("/api/metadata/stats")["records"] == 1


def test_extractors_can_be_chosen(filled: Server) -> None:
    found = send(filled, sample("tide.png"), to="/api/extract?store=false&only=pillow")
    assert list(found["sections"]) == ["pillow"]
    found = send(filled, sample("tide.png"), to="/api/extract?store=false&exclude=pillow,digests")
    assert not {"pillow", "digests"} & set(found["sections"])


def test_a_file_that_says_nothing_has_a_record_as_well(filled: Server) -> None:
    found = send(filled, ("empty", b""), to="/api/extract?store=false")
    assert (found["file"]["size"], found["file"]["name"]) == (0, "empty")


def test_a_batch_keeps_equal_names_apart_and_one_bad_file_fails_alone(filled: Server) -> None:
    good = sample("tide.png")
    broken = (good[0], good[1][:40])
    found = send(filled, good, broken, good, to="/api/extract/batch?store=false")
    batch = msgspec.convert(found, type=Batch)
    assert [item.name for item in batch.results] == ["tide.png"] * 3
    assert [item.record.file.size for item in batch.results] == [len(good[1]), 40, len(good[1])]
    assert [batch.results[number].status for number in (0, 2)] == ["ok", "ok"]
    assert batch.succeeded == sum(item.status == "ok" for item in batch.results)
    assert batch.succeeded + batch.failed == 3
    assert batch.results[1].reason or batch.results[1].status == "ok"


@pytest.mark.parametrize(
    ("files", "to"),
    [
        ([], "/api/extract"),
        ([("a", b"1"), ("b", b"2")], "/api/extract"),
        ([], "/api/extract/batch"),
        ([(f"{number}", b"x") for number in range(101)], "/api/extract/batch"),
        ([("a", b"1")], "/api/extract?only=nonsense"),
        ([("a", b"1")], "/api/extract?exclude=nonsense"),
        ([("a", b"1")], "/api/extract?profile=thorough"),
        ([("a", b"1")], "/api/extract?colour=red"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_the_request(
    filled: Server, files: list[tuple[str, bytes]], to: str
) -> None:
    error = send(filled, *files, to=to, status=400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert error["fields"]


def test_f40_another_sites_page_cannot_send_files(filled: Server) -> None:
    response, _ = filled.ask(
        *("POST", "/api/extract", form(sample("tide.png"))),
        Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
        Origin="https://evil.example",
    )
    assert response.status == 403


def test_f34_a_file_that_is_said_to_be_too_large_is_refused_before_it_is_read(
    filled: Server,
) -> None:
    connection = filled.connect()
    connection.putrequest("POST", "/api/extract")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    assert json.loads(response.read())["error"]["code"] == "FILE_TOO_LARGE"
    connection.close()
