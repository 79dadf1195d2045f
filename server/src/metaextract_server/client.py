"""A client of the server in Python: typed answers, and failures as exceptions."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator, Collection, Mapping
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from metaextract_core.catalogue.searching import Hit
from metaextract_core.catalogue.statistics import Statistics
from metaextract_core.record import Record
from metaextract_server.errors import Error, Failure
from metaextract_server.routes.extract import Extracted
from metaextract_server.routes.operation import Fields, Health, Plugins
from metaextract_server.routes.records import Found, History, Neighbours
from metaextract_server.routes.uploads import State

T = TypeVar("T")

_PART: Final = 8 << 20
"""Bytes of a file that are sent at once, and so are sent again after a break."""


class RequestFailed(Exception):
    """The server refused a request, or failed to answer it.

    Attributes:
        error: what it says.
    """

    def __init__(self, error: Error) -> None:
        super().__init__(f"{error.code}: {error.message}")
        self.error = error


class Client:
    """What a server answers. Use it in an ``async with`` statement.

    Every method raises `RequestFailed` where the server answers with a failure, and
    `aiohttp.ClientError` where it does not answer.

    Args:
        url: of the server, such as ``http://127.0.0.1:8000``.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A file may take as long as its extractors may; the server has the limits.
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def extract(
        self,
        file: str | os.PathLike[str],
        *,
        profile: str = "standard",
        only: Collection[str] = (),
        exclude: Collection[str] = (),
        store: bool = True,
    ) -> Extracted:
        """Send a file and have it read; `upload` does so in parts."""
        path = Path(file)
        query = _how(profile, only, exclude, store=store)
        name = quote(path.name.encode(errors="surrogateescape"))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Type": "application/octet-stream",
        }
        with await asyncio.to_thread(path.open, "rb") as stream:
            return await self._ask(
                "POST", "/api/extract", Extracted, query=query, data=stream, headers=headers
            )

    async def upload(
        self,
        file: str | os.PathLike[str],
        *,
        profile: str = "standard",
        only: Collection[str] = (),
        exclude: Collection[str] = (),
        store: bool = True,
        id: str | None = None,
    ) -> Extracted:
        """Send a large file in parts and have it read.

        Args:
            file: to send.
            profile: as for `extract`.
            only: as for `extract`.
            exclude: as for `extract`.
            store: as for `extract`.
            id: of an upload of the same file that was begun before and goes on now.
        """
        path = Path(file)
        with await asyncio.to_thread(path.open, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            state = await (self.upload_state(id) if id else self.begin_upload(path.name, size))
            while state.received < size:
                stream.seek(state.received)
                part = await asyncio.to_thread(stream.read, _PART)
                end = state.received + len(part) - 1
                state = await self._ask(
                    "PUT",
                    f"/api/uploads/{state.id}",
                    State,
                    data=io.BytesIO(part),
                    headers={"Content-Range": f"bytes {state.received}-{end}/{size}"},
                )
        query = {**_how(profile, only, exclude, store=store), "upload": state.id}
        return await self._ask("POST", "/api/extract", Extracted, query=query)

    async def begin_upload(self, name: str, size: int, digest: str | None = None) -> State:
        """Begin to send a file of `size` bytes; its id is what `upload` goes on with."""
        wanted = {"name": name, "size": size, "digest": digest}
        return await self._ask("POST", "/api/uploads", State, json=wanted)

    async def upload_state(self, id: str) -> State:
        """How much of an upload the server has."""
        return await self._ask("GET", f"/api/uploads/{id}", State)

    async def known(self, digest: str) -> list[Hit]:
        """The stored records of a content (``blake3:...``), which need not be sent again."""
        return (await self._ask("GET", "/api/results", Found, query={"digest": digest})).hits

    async def search(self, filter: str = "", *, limit: int = 200) -> AsyncIterator[Hit]:
        """Everything that a filter is true of, page by page, the latest first."""
        after: str | None = ""
        while after is not None:
            query = {"filter": filter, "limit": str(limit), "after": after}
            page = await self._ask("GET", "/api/metadata/search", Found, query=query)
            for hit in page.hits:
                yield hit
            after = page.next

    async def record(self, id: int) -> Record:
        """A stored record, whole."""
        return await self._ask("GET", f"/api/extract/results/{id}", Record)

    async def similar(self, id: int, within: int = 10) -> Neighbours:
        """Pictures that look like a stored one, the nearest first."""
        query = {"id": str(id), "within": str(within)}
        return await self._ask("GET", "/api/metadata/similar", Neighbours, query=query)

    async def history(self, id: int) -> History:
        """What was known of a file over time."""
        return await self._ask("GET", "/api/metadata/history", History, query={"id": str(id)})

    async def statistics(self, filter: str = "") -> Statistics:
        """What a filter is true of, in numbers."""
        return await self._ask("GET", "/api/metadata/stats", Statistics, query={"filter": filter})

    async def health(self) -> Health:
        """The server in a few numbers."""
        return await self._ask("GET", "/api/health", Health)

    async def plugins(self) -> Plugins:
        """Every plugin with its state."""
        return await self._ask("GET", "/api/plugins", Plugins)

    async def fields(self) -> Fields:
        """The canonical vocabulary, and who speaks of it."""
        return await self._ask("GET", "/api/fields", Fields)

    async def _ask(
        self,
        method: str,
        path: str,
        type_: type[T],
        *,
        query: Mapping[str, str] | None = None,
        **how: Any,
    ) -> T:
        if self._session is None:
            raise RuntimeError("a Client is used in an `async with` statement")
        async with self._session.request(method, self._url + path, params=query, **how) as response:
            body = await response.read()
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise RequestFailed(msgspec.json.decode(body, type=Failure).error)
        return msgspec.json.decode(body, type=type_)


def _how(
    profile: str, only: Collection[str], exclude: Collection[str], *, store: bool
) -> dict[str, str]:
    found = {"profile": profile, "store": str(store).lower()}
    for name, ids in (("only", only), ("exclude", exclude)):
        if ids:
            found[name] = ",".join(sorted(ids))
    return found
