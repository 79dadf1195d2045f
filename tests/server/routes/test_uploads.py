"""Large files are sent in parts to a running server, and go on where they were interrupted."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
from blake3 import blake3
from tests.server.conftest import SAMPLES

if TYPE_CHECKING:
    from tests.server.conftest import Server

CONTENT = (SAMPLES / "lakeside.jpg").read_bytes()
DIGEST = f"blake3:{blake3(CONTENT).hexdigest()}"


def ask(
    server: Server, method: str, path: str, status: int, body: bytes | None = None, **headers: str
) -> Any:
    response, raw = server.ask(method, path, body, **headers)
    assert response.status == status, raw
    return json.loads(raw)


def begin(server: Server, status: int = 201, **wanted: Any) -> Any:
    body = json.dumps({"name": "lakeside.jpg", "size": len(CONTENT), **wanted}).encode()
    return ask(server, "POST", "/api/uploads", status, body, Content_Type="application/json")


def put(server: Server, upload: str, start: int, stop: int, status: int = 200) -> Any:
    said = f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    path = f"/api/uploads/{upload}"
    return ask(server, "PUT", path, status, CONTENT[start:stop], Content_Range=said)


def test_a_file_in_parts_has_the_record_of_the_whole(server: Server) -> None:
    upload = begin(server, digest=DIGEST)["id"]
    assert put(server, upload, 0, 10_000)["received"] == 10_000
    assert server.get(f"/api/uploads/{upload}")["received"] == 10_000
    assert put(server, upload, 10_000, len(CONTENT))["received"] == len(CONTENT)
    record = ask(server, "POST", f"/api/extract?upload={upload}", 200)
    assert (record["file"]["name"], record["file"]["digest"]) == ("lakeside.jpg", DIGEST)
    assert server.get(f"/api/uploads/{upload}", 404)["error"]["code"] == "NOT_FOUND"
    (hit,) = server.get(f"/api/results?digest={DIGEST}")["hits"]
    assert hit["id"] == record["id"]


def test_f36_what_came_before_a_break_is_kept(server: Server) -> None:
    """The client leaves in the middle of a part, and goes on from where the server is."""
    upload = begin(server)["id"]
    head = (
        f"PUT /api/uploads/{upload} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Length: {len(CONTENT)}\r\n"
        f"Content-Range: bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(head.encode() + CONTENT[:20_000])
    deadline = time.monotonic() + 60
    while (received := server.get(f"/api/uploads/{upload}")["received"]) == 0:
        assert time.monotonic() < deadline, "the server does not notice that the client left"
    assert received == 20_000
    assert put_once_it_is_free(server, upload, received)["received"] == len(CONTENT)


def put_once_it_is_free(server: Server, upload: str, start: int) -> Any:
    """Send the rest; while the request that broke off is still ending, the server says 409."""
    said = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
    deadline = time.monotonic() + 60
    while True:
        response, raw = server.ask(
            "PUT", f"/api/uploads/{upload}", CONTENT[start:], Content_Range=said
        )
        if response.status != 409:
            assert response.status == 200, raw
            return json.loads(raw)
        assert time.monotonic() < deadline, raw


def test_a_part_that_starts_elsewhere_says_where_to_go_on(server: Server) -> None:
    upload = begin(server)["id"]
    put(server, upload, 0, 1000)
    error = put(server, upload, 2000, 3000, status=409)["error"]
    assert error["code"] == "CONFLICT"
    assert error["details"] == {"received": 1000}


def test_what_is_not_complete_is_not_read(server: Server) -> None:
    upload = begin(server)["id"]
    put(server, upload, 0, 1000)
    error = ask(server, "POST", f"/api/extract?upload={upload}", 409)["error"]
    assert error["code"] == "CONFLICT"
    assert server.get(f"/api/uploads/{upload}")["received"] == 1000


def test_what_has_another_digest_than_was_said_is_dropped(server: Server) -> None:
    upload = begin(server, digest="blake3:" + "0" * 64)["id"]
    put(server, upload, 0, len(CONTENT))
    error = ask(server, "POST", f"/api/extract?upload={upload}", 400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert server.get(f"/api/uploads/{upload}", 404)


def test_f34_more_than_may_be_is_refused_when_it_begins(server: Server) -> None:
    assert begin(server, 413, size=1 << 50)["error"]["code"] == "FILE_TOO_LARGE"


def test_there_are_so_many_unfinished_uploads_and_no_more(server: Server) -> None:
    for _ in range(10):
        begin(server)
    assert begin(server, 429)["error"]["code"] == "QUOTA_EXCEEDED"


@pytest.mark.parametrize("said", ["", "bytes */5", "bytes 3-2/5", "bytes 0-9/5", "items 0-1/2"])
def test_a_range_that_is_none_is_a_fault_of_the_request(filled: Server, said: str) -> None:
    path = f"/api/uploads/{'0' * 32}"
    error = ask(filled, "PUT", path, 400, b"ab", Content_Range=said)["error"]
    assert error["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("upload", ["0" * 31, "..%2f..%2fetc", "G" * 32])
def test_f14_an_id_is_never_a_path(filled: Server, upload: str) -> None:
    assert filled.get(f"/api/uploads/{upload}", 400)["error"]["fields"][0]["field"] == "id"


def test_an_upload_that_is_not_there_is_not_found(filled: Server) -> None:
    missing = "0" * 32
    assert filled.get(f"/api/uploads/{missing}", 404)["error"]["code"] == "NOT_FOUND"
    assert ask(filled, "POST", f"/api/extract?upload={missing}", 404)
    content_range = "bytes 0-1/2"
    assert ask(filled, "PUT", f"/api/uploads/{missing}", 404, b"ab", Content_Range=content_range)
