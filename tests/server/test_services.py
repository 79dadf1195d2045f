"""Handlers use the kernel and the catalogue in threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from metaextract_core.errors import CatalogueError
from metaextract_server.services import Services


def test_run_leaves_the_loop_to_others() -> None:
    """What runs in a thread waits for something that only the loop can give."""

    async def both(services: Services) -> str:
        told = threading.Event()
        waiting = asyncio.create_task(services.run(told.wait, 60))
        await asyncio.sleep(0)
        told.set()
        return "done" if await waiting else "late"

    with Services() as services:
        assert asyncio.run(both(services)) == "done"


def test_what_a_function_raises_reaches_the_handler() -> None:
    def fail() -> None:
        raise LookupError("nothing")

    with Services() as services, pytest.raises(LookupError, match="nothing"):
        asyncio.run(services.run(fail))


def test_a_database_that_cannot_be_used_is_told_before_anything_listens() -> None:
    with pytest.raises(CatalogueError, match="a catalogue is in a SQLite file or in PostgreSQL"):
        Services(database="mysql://somewhere/name")
