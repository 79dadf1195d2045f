"""What an interrupted batch has finished, so that it can go on where it was."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from metaextract_core.embedded import EmbeddedFile

if TYPE_CHECKING:
    from sqlite3 import Connection

_SCHEMA: Final = """
CREATE TABLE batch (plan TEXT, offset INTEGER, files INTEGER, failed INTEGER);
CREATE TABLE finished (path BLOB PRIMARY KEY, times INTEGER, left INTEGER) WITHOUT ROWID;
"""
_EVERY: Final = 1.0
"""Seconds of work that a power cut may cost."""
_PORTION: Final = 4096
"""Files that are noted at once, at most."""


class Done(Struct):
    """How far a batch has come.

    Attributes:
        plan: what was asked for.
        offset: bytes of the output that hold the records of the finished files.
        files: how many these are.
        failed: how many of them could not be read completely.
    """

    plan: str
    offset: int = 0
    files: int = 0
    failed: int = 0


class Manifest:
    """The finished files of one batch, in a SQLite file.

    Args:
        path: of that file; it is made when the first files are noted.
        on_fault: told, once, why it cannot be used; the batch goes on and cannot be resumed.
    """

    def __init__(self, path: Path, on_fault: Callable[[str], None]) -> None:
        self._path = path
        self._file = EmbeddedFile(
            path,
            schema=_SCHEMA,
            format_=1,
            what="the state of this batch",
            on_fault=on_fault,
            keep_open=True,
        )
        self._waiting: list[tuple[bytes, int, bool]] = []
        self._committed = time.monotonic()
        self._broken = False

    def resume(self) -> Done | None:
        """How far an interrupted batch has come; None where there was none."""

        def read(connection: Connection) -> Done | None:
            connection.execute("UPDATE finished SET left = times")
            row = connection.execute("SELECT plan, offset, files, failed FROM batch").fetchone()
            return Done(*row) if row else None

        return self._file.do("BEGIN IMMEDIATE", read) if self._file.exists else None

    def finished(self, path: bytes) -> bool:
        """Whether the output has a record of `path`; asked again, whether it has another one."""
        take = "UPDATE finished SET left = left - 1 WHERE path = ? AND left > 0"
        return bool(
            self._file.do("BEGIN IMMEDIATE", lambda open_: open_.execute(take, (path,)).rowcount)
        )

    def add(self, path: bytes, offset: int, *, failed: bool) -> None:
        """Note that a record has been written.

        Args:
            path: of whose file.
            offset: bytes of the output with it.
            failed: whether the file could not be read completely.
        """
        # In one step, for an interruption may come between any two.
        self._waiting.append((path, offset, failed))

    @property
    def due(self) -> bool:
        """Whether it is time to commit."""
        late = time.monotonic() - self._committed >= _EVERY
        return len(self._waiting) >= _PORTION or (late and bool(self._waiting))

    def commit(self, plan: str) -> None:
        """Keep what was added. The output has to be on the disk before.

        Args:
            plan: what was asked for.
        """
        waiting, self._waiting = self._waiting, []
        self._committed = time.monotonic()

        def commit(connection: Connection) -> bool:
            row = connection.execute("SELECT files, failed FROM batch").fetchone()
            files, failed = row or (0, 0)
            files, failed = files + len(waiting), failed + sum(bad for _, _, bad in waiting)
            connection.execute("DELETE FROM batch")
            batch = (plan, waiting[-1][1], files, failed)
            connection.execute("INSERT INTO batch VALUES (?, ?, ?, ?)", batch)
            connection.executemany(
                "INSERT INTO finished VALUES (?, 1, 0) ON CONFLICT DO UPDATE SET times = times + 1",
                [(path,) for path, _, _ in waiting],
            )
            return True

        # A later offset without these files would have them read twice.
        if waiting and not self._broken:
            self._broken = not self._file.do("BEGIN IMMEDIATE", commit)

    def remove(self) -> None:
        """Forget the batch: it is complete, or begun anew."""
        self._file.close()
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").unlink()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
