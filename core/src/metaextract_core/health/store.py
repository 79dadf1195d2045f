"""The counters of all runs, in one SQLite file of the user's state folder.

Any number of processes add to it at once. Counters are never worth a result: a file that cannot be
used costs them, one that is damaged is set aside, and both are said once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field, structs

from metaextract_core.embedded import EmbeddedFile
from metaextract_core.health.tally import Death, Tally
from metaextract_core.settings import HealthSettings

if TYPE_CHECKING:
    from sqlite3 import Connection

Key = tuple[str, str]
"""An extractor's id and version."""

_FORMAT: Final = 1
_MAX_DEATHS: Final = 5000
_SCHEMA: Final = """
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
        self._file = EmbeddedFile(
            folder / "health.sqlite",
            schema=_SCHEMA,
            format_=_FORMAT,
            what="the counters",
            on_fault=on_fault,
        )

    def read(self) -> State:
        """Everything; nothing where there is no file or none that can be read."""
        if not self._file.exists:  # then not even sqlite3 is imported
            return State()
        return self._file.do("BEGIN", _read) or State()

    def add(
        self, tallies: Mapping[Key, Tally], deaths: Sequence[Death], settings: HealthSettings
    ) -> None:
        """Add what has happened since the last call, and quarantine who crashes again and again."""
        self._file.do("BEGIN IMMEDIATE", lambda open_: _add(open_, tallies, deaths, settings))

    def forget(self, extractor: str) -> State:
        """Forget all that is known of an extractor; gives what it was."""
        if not self._file.exists:
            return State()
        return self._file.do("BEGIN IMMEDIATE", lambda open_: _forget(open_, extractor)) or State()


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
