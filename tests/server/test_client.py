"""The client in Python against a running server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from blake3 import blake3
from tests.server.conftest import SAMPLES

from metaextract_core import Record
from metaextract_server import client as module
from metaextract_server.client import Client, RequestFailed

if TYPE_CHECKING:
    from tests.server.conftest import Server

T = TypeVar("T")


def ask(server: Server, action: Callable[[Client], Awaitable[T]]) -> T:
    async def once() -> T:
        async with Client(f"http://127.0.0.1:{server.port}/") as client:
            return await action(client)

    return asyncio.run(once())


def test_a_file_has_its_record_and_is_found_again(server: Server) -> None:
    async def act(client: Client) -> None:
        sent = await client.extract(SAMPLES / "lakeside.jpg", profile="fast")
        assert sent.id is not None
        stored = await client.record(sent.id)
        assert stored.fields == sent.fields
        assert [hit.id async for hit in client.search("file.media_type = image/jpeg")] == [sent.id]
        assert [hit.id for hit in await client.known(str(sent.file.digest))] == [sent.id]
        assert (await client.history(sent.id)).versions[0].number == 1
        assert (await client.statistics()).records == 1
        assert (await client.health()).records == 1

    ask(server, act)


@pytest.mark.parametrize("name", ["a name.txt", "Zürich 'é\".txt", "100%.txt", "a;b=c.txt"])
def test_f14_names_arrive_as_they_are(filled: Server, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("words")
    found = ask(filled, lambda client: client.extract(file, store=False, only=["digests"]))
    assert found.file.name == name
    assert list(found.sections) == ["digests"]


def test_a_large_file_is_sent_in_parts(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PART", 1000)
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 17)
    found = ask(server, lambda client: client.upload(file, exclude=["exiftool"]))
    assert found.file.digest == f"blake3:{blake3(file.read_bytes()).hexdigest()}"
    assert "exiftool" not in found.sections


def test_an_upload_goes_on_where_it_was_interrupted(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PART", 1000)
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 17)

    async def act(client: Client) -> None:
        begun = await client.begin_upload("large.bin", file.stat().st_size)
        with pytest.raises(RequestFailed, match="CONFLICT"):
            await client._ask("POST", "/api/extract", Record, query={"upload": begun.id})
        found = await client.upload(file, id=begun.id)
        assert found.file.size == file.stat().st_size

    ask(server, act)


def test_what_the_server_refuses_is_an_exception_that_says_why(filled: Server) -> None:
    with pytest.raises(RequestFailed, match="NOT_FOUND: There is no record 987654321") as caught:
        ask(filled, lambda client: client.record(987654321))
    assert caught.value.error.status == 404


def test_it_knows_what_the_server_can(filled: Server) -> None:
    async def act(client: Client) -> None:
        assert "pillow" in [each.name for each in (await client.plugins()).plugins]
        assert (await client.fields()).served > 100
        (hit,) = [hit async for hit in client.search("file.path ~ lakeside", limit=1)]
        assert (await client.similar(hit.id, within=16)).neighbours

    ask(filled, act)


def test_outside_of_its_block_it_asks_nothing() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(Client("http://127.0.0.1:1").health())
