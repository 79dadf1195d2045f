from __future__ import annotations

import asyncio
import itertools
import os
import socket
from pathlib import Path

import pytest
from blake3 import blake3
from tests.server.uploads.conftest import (
    CHUNKED,
    END,
    FORM,
    Receiver,
    chunked,
    leave,
    part,
    read_answer,
    serve,
)

from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.receiving import Upload
from metaextract_server.uploads.scratch import Scratch


def digest(content: bytes) -> str:
    return "blake3:" + blake3(content).hexdigest()


def test_a_raw_body_is_a_file(scratch: Scratch) -> None:
    content = os.urandom(3_000_000)

    async def act(receiver: Receiver) -> None:
        head = [
            f"Content-Length: {len(content)}",
            "Content-Type: image/jpeg",
            "Content-Disposition: attachment; filename=a.jpg; filename*=UTF-8''gr%C3%BCn.jpg",
        ]
        status, said = await receiver.post(head, [content])
        assert status == 200
        assert said["files"] == [
            {
                "field": "",
                "name": "gr\xfcn.jpg",
                "size": len(content),
                "digest": digest(content),
                "media_type": "image/jpeg",
                "stored": len(content),
            }
        ]
        assert receiver.files == []

    serve(scratch, act)


def test_an_empty_file_is_a_file_and_no_body_is_none(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post(["Content-Length: 0"], [])
        assert (status, said["files"][0]["digest"]) == (200, digest(b""))
        assert (await receiver.post([], []))[0] == 400

    serve(scratch, act)


def test_a_form_brings_files_and_fields_and_keeps_duplicate_names_apart(scratch: Scratch) -> None:
    large = os.urandom(2_500_000)
    body = (
        part('name="file"; filename="../a"', b"one")
        + part('name="tier"', "fr\xfch".encode())
        + part('name="file"; filename="a"', large, "Content-Type: image/png")
        + END
    )

    async def act(receiver: Receiver) -> None:
        for head, blocks in [
            ([FORM, f"Content-Length: {len(body)}"], [body]),
            ([FORM, CHUNKED], chunked([body[:1000], body[1000:]])),
        ]:
            status, said = await receiver.post(head, blocks)
            assert status == 200
            assert [(f["name"], f["size"], f["digest"]) for f in said["files"]] == [
                ("a", 3, digest(b"one")),
                ("a", len(large), digest(large)),
            ]
            assert said["fields"] == [["tier", "fr\xfch"]]
            assert receiver.files == []

    serve(scratch, act)


def test_a_file_that_is_kept_outlives_its_request(scratch: Scratch, tmp_path: Path) -> None:
    async def keep(upload: Upload) -> None:
        assert {file.path.parent for file in upload.files} == {scratch.folder}
        upload.files[0].keep(tmp_path / "kept")

    async def act(receiver: Receiver) -> None:
        receiver.inside = keep
        body = (
            part('name="a"; filename="a"', b"first")
            + part('name="b"; filename="b"', b"second")
            + END
        )
        reader, writer = await receiver.connect()
        head = f"POST / HTTP/1.1\r\nHost: x\r\n{FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await receiver.ended.wait()
        assert (tmp_path / "kept").read_bytes() == b"first"
        assert receiver.files == []
        await reader.readline()
        await leave(writer)

    serve(scratch, act)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/mixed; boundary=limit", "multipart/form-data", "multipart/form-data; boundary="],
)
def test_what_is_no_form_is_refused(scratch: Scratch, content_type: str) -> None:
    async def act(receiver: Receiver) -> None:
        head = [f"Content-Type: {content_type}", f"Content-Length: {len(END)}"]
        assert (await receiver.post(head, [END]))[0] == 400

    serve(scratch, act)


def test_f34_an_endless_preamble_is_a_quick_400(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        endless = chunked(itertools.repeat(b"\r\n" * 5000, 10_000))
        status, said = await receiver.post([FORM, CHUNKED], endless)
        assert (status, said["code"]) == (400, "VALIDATION_ERROR")
        assert receiver.bytes_read < 300_000  # what may come at once with the headers

    serve(scratch, act)


def test_f34_one_file_of_a_form_that_is_too_large_is_413(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        blocks = [
            part('name="a"; filename="a"', b"good"),
            part('name="b"; filename="b"', b"x" * (1 << 20))[:-2],
            *[b"x" * 65536] * 500,
        ]
        status, said = await receiver.post([FORM, CHUNKED], chunked(blocks))
        assert (status, said["code"]) == (413, "FILE_TOO_LARGE")
        assert receiver.bytes_read < (1 << 20) + 1000 + (64 << 10)
        assert receiver.files == []

    serve(scratch, act, Limits(largest=1 << 20))


def test_f34_a_form_that_is_too_large_as_a_whole_is_413(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        blocks = [part('name="a"; filename="a"', b"x" * 65536)] * 100
        status, said = await receiver.post([FORM, CHUNKED], chunked(blocks))
        assert (status, said["code"]) == (413, "FILE_TOO_LARGE")
        assert receiver.bytes_read < (1 << 20) + (64 << 10)
        assert receiver.files == []

    serve(scratch, act, Limits(total=1 << 20))


@pytest.mark.parametrize(
    "blocks",
    [
        [part('name="a"', b"")] * 10_000,
        [part('name="a"; filename="b"', b"")] * 10_000,
        [part(f'name="{"a" * 5_000_000}"', b"")],
        [part(f'name="a"; filename="{"a" * 5_000_000}"', b"")],
        [part('name="a"', b"", *[f"X-{number}: y" for number in range(10_000)])],
        [part('name="a"', b"x" * 5_000_000)],
    ],
    ids=["fields", "files", "field name", "file name", "headers", "field"],
)
def test_f35_forms_that_are_all_framing_are_a_quick_400(
    scratch: Scratch, blocks: list[bytes]
) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post([FORM, CHUNKED], chunked([*blocks, END]))
        assert (status, said["code"]) == (400, "VALIDATION_ERROR")
        assert receiver.bytes_read < 400_000
        assert receiver.files == []

    serve(scratch, act)


@pytest.mark.parametrize("abort", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize(
    ("content_type", "start"),
    [("image/png", b""), (FORM.split(": ")[1], part('name="a"; filename="a"', b"x")[:-2])],
    ids=["raw", "form"],
)
def test_f36_a_client_that_leaves_leaves_nothing(
    scratch: Scratch, content_type: str, start: bytes, abort: bool
) -> None:
    async def act(receiver: Receiver) -> None:
        _, writer = await receiver.connect()
        head = f"Host: x\r\nContent-Type: {content_type}\r\nContent-Length: 8000000\r\n\r\n"
        writer.write(b"POST / HTTP/1.1\r\n" + head.encode() + start + b"x" * 4_000_000)
        await writer.drain()
        await receiver.began.wait()
        while not any(file.stat().st_size for file in receiver.files):  # noqa: ASYNC110 -- a file tells nobody that it grows
            await asyncio.sleep(0.001)
        if abort:
            writer.transport.abort()
        else:
            await leave(writer)
        await receiver.ended.wait()
        assert receiver.files == []

    serve(scratch, act)


def test_f36_a_server_that_stops_leaves_nothing(scratch: Scratch) -> None:
    clients: list[socket.socket] = []

    async def act(receiver: Receiver) -> None:
        clients.append(socket.create_connection(("127.0.0.1", receiver.port)))
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n"
        await asyncio.to_thread(clients[0].sendall, head + b"x" * 4_000_000)
        while not any(file.stat().st_size for file in receiver.files):  # noqa: ASYNC110 -- a file tells nobody that it grows
            await asyncio.sleep(0.001)

    serve(scratch, act)
    clients[0].close()
    assert list(scratch.folder.iterdir()) == []


def test_a_handler_that_fails_leaves_nothing(scratch: Scratch) -> None:
    async def fail(upload: Upload) -> None:
        assert upload.files[0].path.read_bytes() == b"abc"
        raise asyncio.CancelledError

    async def act(receiver: Receiver) -> None:
        receiver.inside = fail
        reader, writer = await receiver.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        await receiver.ended.wait()
        assert receiver.files == []
        assert await reader.read() == b""
        await leave(writer)

    serve(scratch, act)


class Full(Scratch):
    """A scratch folder on a full disk: the kernel's own, ``/dev/full``."""

    full = True

    def new(self) -> tuple[int, Path]:
        descriptor, path = super().new()
        if self.full:
            os.close(descriptor)
            descriptor = os.open("/dev/full", os.O_WRONLY)
        return descriptor, path


def test_f27_a_full_disk_is_503_leaves_nothing_and_heals(tmp_path: Path) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post(["Content-Length: 3"], [b"abc"])
        assert (status, said["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert receiver.files == []
        scratch.full = False
        assert (await receiver.post(["Content-Length: 3"], [b"abc"]))[0] == 200

    with Full(tmp_path / "s", reserve=0) as scratch:
        serve(scratch, act)


def test_f27_a_body_that_would_touch_the_reserve_is_refused_unread(tmp_path: Path) -> None:
    async def act(receiver: Receiver) -> None:
        status, said = await receiver.post([f"Content-Length: {1 << 60}"], [])
        assert (status, said["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert receiver.bytes_read == 0

    with Scratch(tmp_path / "s", reserve=0) as scratch:
        serve(scratch, act, Limits(largest=1 << 61))


def test_two_uploads_at_once_do_not_mix(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        contents = [os.urandom(2_000_000) for _ in range(4)]
        answers = await asyncio.gather(
            *(receiver.post(["Content-Length: 2000000"], [content]) for content in contents)
        )
        assert [said["files"][0]["digest"] for _, said in answers] == [
            digest(content) for content in contents
        ]

    serve(scratch, act)


def test_the_connection_of_a_good_upload_serves_the_next(scratch: Scratch) -> None:
    async def act(receiver: Receiver) -> None:
        reader, writer = await receiver.connect()
        for content in (b"abc", b"defg"):
            head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n"
            writer.write(head.encode() + content)
            assert (await read_answer(reader))[1]["files"][0]["digest"] == digest(content)
        await leave(writer)

    serve(scratch, act)
