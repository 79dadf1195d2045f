"""What handlers work with: the kernel, the catalogue, and the threads in which these are used."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

from aiohttp import web

from metaextract_core import Catalogue, Kernel
from metaextract_core.settings import Settings, data_folder, load_settings
from metaextract_server.uploads.limits import Limits
from metaextract_server.uploads.resumable import Partials
from metaextract_server.uploads.scratch import Scratch

P = ParamSpec("P")
T = TypeVar("T")

_THREADS: Final = 32
"""Requests that wait for kernel or database at once; further ones wait for their turn."""


class Services:
    """Opened before the server listens, closed after its last answer.

    Its parts are synchronous; handlers use them through `run`, so that none blocks the others.

    Args:
        settings: the configuration; the user's own if None.
        database: the URL of the database; the user's own if None.
        kernel: one that is there already; it is not closed.

    Raises:
        MetaExtractError: the configuration or the database cannot be used.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        database: str | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.settings = settings if settings is not None else load_settings()
        self.catalogue = Catalogue(database, settings=self.settings.catalogue)
        self._own = kernel is None
        try:
            self.kernel = kernel if kernel is not None else Kernel(self.settings)
            self.scratch = Scratch(
                data_folder() / "scratch", reserve=self.settings.server.scratch_reserve
            )
        except BaseException:
            self.catalogue.close()
            raise
        largest = self.settings.server.largest_upload
        self.limits = Limits(largest=largest, total=largest + (64 << 20))
        self.partials = Partials(data_folder() / "uploads", largest=largest)
        self._threads = concurrent.futures.ThreadPoolExecutor(_THREADS, "request")

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` gives, from a thread of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way, and let go of everything."""
        self._threads.shutdown()
        self.scratch.close()
        if self._own:
            self.kernel.close()
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


SERVICES: Final = web.AppKey("services", Services)
