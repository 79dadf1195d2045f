"""The counters of all runs, in one SQLite file of the user's state folder.

Any number of processes add to it at once. Counters are never worth a result: a file that cannot be
used costs them, one that is damaged is set aside, and both are said once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from msgspec import Struct, field, structs

from metaextract_core.health.tally import Death, Tally
from metaextract_core.settings import HealthSettings

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")
Key = tuple[str, str]
"""An extractor's id and version."""

_FORMAT: Final = 1
_PATIENCE: Final = 10.0  # seconds that one process waits for another's transaction
_MAX_DEATHS: Final = 5000
_SCHEMA: Final = f"""
PRAGMA journal_mode = WAL;
PRAGMA user_version = {_FORMAT};
CREATE TABLE tally (
    extractor TEXT, version TEXT, seconds REAL, size INTEGER, peak_memory INTEGER, last_good REAL,
    PRIMARY KEY (extractor, version)
);
CREATE TABLE outcome (
    extractor TEXT, version TEXT, status TEXT, code TEXT, count INTEGER,
    PRIMARY KEY (extractor, version, status, code)
);
CREATE TABLE death (
    extractor TEXT, version TEXT, digest TEXT, size INTEGER, status TEXT, code TEXT, reason TEXT,
    seconds REAL, at REAL, times INTEGER,
    PRIMARY KEY (extractor, version, digest)
);
CREATE TABLE quarantine (
    extractor TEXT, version TEXT, reason TEXT,
    PRIMARY KEY (extractor, version)
);
"""
_ADD_TALLY: Final = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    seconds = seconds + excluded.seconds, size = size + excluded.size,
    peak_memory = max(peak_memory, excluded.peak_memory),
    last_good = max(last_good, excluded.last_good)
"""
_ADD_OUTCOME: Final = """
INSERT INTO outcome VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = count + excluded.count
"""
_ADD_DEATH: Final = """
INSERT INTO death VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET
    status = excluded.status, code = excluded.code, reason = excluded.reason,
    seconds = excluded.seconds, at = excluded.at, times = times + 1
"""
_STREAK: Final = """
SELECT count(*), group_concat(DISTINCT code) FROM death
    LEFT JOIN tally USING (extractor, version)
    WHERE extractor = ? AND version = ? AND code != 'MX512'
    AND at > coalesce(last_good, 0) AND at > ?
"""


class State(Struct):
    """What the file holds.

    Attributes:
        quarantined: extractor and version -> why, in one sentence.
    """

    tallies: dict[Key, Tally] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)
    quarantined: dict[Key, str] = field(default_factory=dict)


class Store:
    """The file in `folder`; `on_fault` is told, once, what is wrong with it."""

    def __init__(self, folder: Path, on_fault: Callable[[str], None]) -> None:
        self._folder = folder
        self._path = folder / "health.sqlite"
        self._tell = on_fault
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._inode = 0

    def read(self) -> State:
        """Everything; nothing where there is no file or none that can be read."""
        if not os.path.exists(self._path):  # then not even sqlite3 is imported
            return State()
        return self._with("BEGIN", _read) or State()

    def add(
        self, tallies: Mapping[Key, Tally], deaths: Sequence[Death], settings: HealthSettings
    ) -> None:
        """Add what has happened since the last call, and quarantine who crashes again and again."""
        self._with("BEGIN IMMEDIATE", lambda open_: _add(open_, tallies, deaths, settings))

    def forget(self, extractor: str) -> State:
        """Forget all that is known of an extractor; gives what it was."""
        if not os.path.exists(self._path):
            return State()
        return self._with("BEGIN IMMEDIATE", lambda open_: _forget(open_, extractor)) or State()

    def _with(self, begin: str, action: Callable[[Connection], T]) -> T | None:
        """What `action` gives, in one transaction; None where the file cannot be used."""
        import sqlite3

        for _ in range(2):
            try:
                with self._lock, self._opened() as connection:
                    connection.execute(begin)
                    with connection:
                        return action(connection)
            except (OSError, sqlite3.OperationalError, _Newer) as error:
                self._say(f"{self._path}: the counters cannot be used: {error}")
                return None
            except sqlite3.DatabaseError as error:
                try:
                    self._set_aside(str(error))
                except OSError as reason:
                    self._say(f"{self._path}: {error}; it cannot be set aside: {reason.strerror}")
                    return None
        return None

    def _say(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Connection]:
        import sqlite3

        if not os.path.exists(self._path):
            self._create()
        self._inode = os.stat(self._path).st_ino
        address = f"file:{quote(os.fsencode(self._path))}?mode=rw"
        connection = sqlite3.connect(address, timeout=_PATIENCE, isolation_level=None, uri=True)
        with contextlib.closing(connection):
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > _FORMAT:
                raise _Newer("a newer version of this program has written them")
            if found < _FORMAT:
                raise sqlite3.DatabaseError("it is not ours")
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection

    def _create(self) -> None:
        """Make an empty file under another name first: nobody ever sees half of one."""
        import sqlite3

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            self._alone(),
            tempfile.TemporaryDirectory(dir=self._folder) as scratch,
        ):
            if os.path.exists(self._path):
                return
            new = Path(scratch, "new")
            new.touch(0o600)
            with contextlib.closing(sqlite3.connect(new)) as connection:
                connection.executescript(_SCHEMA)
            os.replace(new, self._path)

    def _set_aside(self, reason: str) -> None:
        with self._alone():
            if not os.path.exists(self._path) or os.stat(self._path).st_ino != self._inode:
                return  # another process was faster
            aside = self._path.with_suffix(".damaged")
            os.replace(self._path, aside)
            for suffix in ("-wal", "-shm"):  # they would be taken for those of the next file
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        self._say(f"{self._path}: damaged ({reason}); set aside as {aside.name}, counting afresh")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock: one process at a time makes the file or sets it aside."""
        fd = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


class _Newer(Exception):
    """The file has a later format."""


def _read(connection: Connection) -> State:
    state = State()
    for extractor, version, *facts in connection.execute("SELECT * FROM tally"):
        state.tallies[extractor, version] = Tally(
            seconds=facts[0], size=facts[1], peak_memory=facts[2], last_good=facts[3]
        )
    for extractor, version, status, code, count in connection.execute("SELECT * FROM outcome"):
        if (extractor, version) in state.tallies:
            state.tallies[extractor, version].outcomes[status, code] = count
    deaths = connection.execute("SELECT * FROM death")
    names = [column[0] for column in deaths.description]
    state.deaths = [Death(**dict(zip(names, row, strict=True))) for row in deaths]
    for extractor, version, reason in connection.execute("SELECT * FROM quarantine"):
        state.quarantined[extractor, version] = reason
    return state


def _add(
    connection: Connection,
    tallies: Mapping[Key, Tally],
    deaths: Sequence[Death],
    settings: HealthSettings,
) -> None:
    connection.executemany(
        _ADD_TALLY,
        [
            (*key, tally.seconds, tally.size, tally.peak_memory, tally.last_good)
            for key, tally in tallies.items()
        ],
    )
    connection.executemany(
        _ADD_OUTCOME,
        [
            (*key, *kind, count)
            for key, tally in tallies.items()
            for kind, count in tally.outcomes.items()
        ],
    )
    if deaths:
        connection.executemany(_ADD_DEATH, [structs.astuple(death)[:-1] for death in deaths])
        _quarantine(connection, {(death.extractor, death.version) for death in deaths}, settings)
        _tidy(connection, settings)


def _quarantine(connection: Connection, keys: set[Key], settings: HealthSettings) -> None:
    """Quarantine those that were lost over enough different files since their last good run."""
    if not settings.quarantine_after:
        return
    for key in keys:
        since = time.time() - settings.window
        files, codes = connection.execute(_STREAK, (*key, since)).fetchone()
        if files >= settings.quarantine_after:
            codes = " and ".join(sorted(codes.split(",")))
            reason = f"it ended its worker over {files} different files in a row ({codes})"
            connection.execute("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?)", (*key, reason))


def _tidy(connection: Connection, settings: HealthSettings) -> None:
    """Drop deaths that are no longer of interest, and the oldest where there are too many."""
    until = time.time() - max(settings.window, settings.remember)
    connection.execute("DELETE FROM death WHERE at < ?", (until,))
    connection.execute(
        "DELETE FROM death WHERE rowid NOT IN (SELECT rowid FROM death ORDER BY at DESC LIMIT ?)",
        (_MAX_DEATHS,),
    )


def _forget(connection: Connection, extractor: str) -> State:
    state = _read(connection)
    for table in ("tally", "outcome", "death", "quarantine"):
        connection.execute(f"DELETE FROM {table} WHERE extractor = ?", (extractor,))  # noqa: S608 -- our own names
    return State(
        {key: tally for key, tally in state.tallies.items() if key[0] == extractor},
        [death for death in state.deaths if death.extractor == extractor],
        {key: why for key, why in state.quarantined.items() if key[0] == extractor},
    )
