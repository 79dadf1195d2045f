"""One SQLite file in a folder of the user's, which any number of processes use at once.

What is kept there is never worth a result: a file that cannot be used costs what it holds, one that
is damaged is set aside and begun anew, and both are said once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

_PATIENCE: Final = 10.0  # seconds that one process waits for another's transaction


class EmbeddedFile:
    """A file that is made when it is first used.

    Args:
        path: where it lies; its folder is made if need be.
        schema: the statements that make the tables of an empty file.
        format_: the number of that schema; a file with a later one is left alone.
        what: what it holds, for messages.
        on_fault: told, once, what is wrong with it.
        keep_open: whether to go on with one connection; opening takes a third of a millisecond.
    """

    def __init__(
        self,
        path: Path,
        *,
        schema: str,
        format_: int,
        what: str,
        on_fault: Callable[[str], None],
        keep_open: bool = False,
    ) -> None:
        self._path = path
        self._schema = f"PRAGMA journal_mode = WAL; PRAGMA user_version = {format_};\n{schema}"
        self._format = format_
        self._what = what
        self._tell = on_fault
        self._told: set[str] = set()
        self._keep_open = keep_open
        self._lock = threading.Lock()
        self._identity = (0, 0, 0)
        self._connection: Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return os.path.exists(self._path)

    def do(self, begin: str, action: Callable[[Connection], T]) -> T | None:
        """What `action` gives, in one transaction; None where the file cannot be used.

        Args:
            begin: the statement that begins the transaction.
            action: may be called a second time, on a new file, where the first turns out damaged.
        """
        import sqlite3  # here, because a start without a file needs it not

        for _ in range(2):
            try:
                with self._lock, self._opened() as connection:
                    connection.execute(begin)
                    with connection:
                        return action(connection)
            except (OSError, sqlite3.OperationalError, _Newer) as error:
                self._say(f"{self._path}: {self._what} cannot be used: {error}")
                return None
            except (sqlite3.DatabaseError, _Older) as error:
                wrong = "an older version" if isinstance(error, _Older) else f"damaged ({error})"
                try:
                    self._set_aside(wrong)
                except OSError as reason:
                    self._say(f"{self._path}: {wrong}; it cannot be set aside: {reason.strerror}")
                    return None
        return None

    def close(self) -> None:
        """Let go of the file; from now on each use opens it, and lets go of it again."""
        with self._lock:
            self._keep_open = False
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _say(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Connection]:
        if not self.exists:
            self._let_go()
            self._create()
        status = os.stat(self._path)
        # A connection must not be carried over a fork (sqlite.org/howtocorrupt.html, 2.6).
        identity = (status.st_dev, status.st_ino, os.getpid())
        if self._connection is None or identity != self._identity:
            self._let_go()
            self._identity = identity
            self._connection = self._connect()
        try:
            yield self._connection
        except BaseException:
            self._let_go()
            raise
        if not self._keep_open:
            self._let_go()

    def _connect(self) -> Connection:
        import sqlite3

        address = f"file:{quote(os.fsencode(self._path))}?mode=rw"
        connection = sqlite3.connect(
            address, timeout=_PATIENCE, isolation_level=None, uri=True, check_same_thread=False
        )
        try:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > self._format:
                raise _Newer("a newer version of this program has written them")
            if found == 0:
                raise sqlite3.DatabaseError("it is not ours")
            if found < self._format:
                raise _Older
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _create(self) -> None:
        """Make an empty file under another name first: nobody ever sees half of one."""
        import sqlite3

        folder = self._path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            self._alone(),
            tempfile.TemporaryDirectory(dir=folder) as scratch,
        ):
            if self.exists:
                return
            new = Path(scratch, "new")
            new.touch(0o600)
            with contextlib.closing(sqlite3.connect(new)) as connection:
                connection.executescript(self._schema)
            self._drop_companions()
            os.replace(new, self._path)

    def _set_aside(self, reason: str) -> None:
        with self._alone():
            if not self.exists or os.stat(self._path).st_ino != self._identity[1]:
                return  # another process was faster
            aside = self._path.with_suffix(".damaged")
            os.replace(self._path, aside)
            self._drop_companions()
        self._say(f"{self._path}: {reason}; set aside as {aside.name}, begun afresh")

    def _drop_companions(self) -> None:
        """Remove what SQLite keeps beside a file: it would be taken for that of the next one."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock: one process at a time makes the file or sets it aside."""
        fd = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


class _Newer(Exception):
    """The file has a later format."""


class _Older(Exception):
    """The file has an earlier format."""
