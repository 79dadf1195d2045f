"""The database behind a catalogue: a file of the user's, or a PostgreSQL server."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from metaextract_core.catalogue.migrations import REVISIONS, upgrade
from metaextract_core.catalogue.mounts import network_file_system
from metaextract_core.catalogue.sphere import distance
from metaextract_core.errors import CatalogueError
from metaextract_core.settings import CatalogueSettings, data_folder, database_url

_MIGRATING: Final = 0x6D657461
"""The advisory lock that whoever changes the tables of a PostgreSQL database holds."""
_PAUSE: Final = 0.1  # seconds before the second attempt, doubled for each further one
_LONGEST_PAUSE: Final = 5.0
_PASSING: Final = frozenset(
    {"57P01", "57P02", "57P03", "40001", "40P01", "08000", "08003", "08006"}
)
"""States of PostgreSQL that pass: shut down or starting, deadlock, connection lost (appendix A)."""

T = TypeVar("T")


def address(url: str | None = None) -> URL:
    """The address of the database: `url`, or the user's own.

    Raises:
        CatalogueError: it names no database that a catalogue can be in.
    """
    named = url or database_url()
    if named is None:
        return URL.create("sqlite", database=str(data_folder() / "catalogue.sqlite"))
    try:
        found = make_url(named)
        kind = found.get_backend_name()
    except ArgumentError:
        raise CatalogueError(
            "METAEXTRACT_DATABASE_URL: it is no address of a database, such as "
            "postgresql://user@host/name or sqlite:////folder/file"
        ) from None
    if kind == "postgresql":
        return found.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and found.database and found.database != ":memory:":
        return found.set(drivername="sqlite", database=os.path.abspath(found.database))
    raise CatalogueError(f"{shown(found)}: a catalogue is in a SQLite file or in PostgreSQL")


def shown(url: URL) -> str:
    """An address as people may see it: without the password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


class Database:
    """A database whose tables are those of this program. Close it.

    Args:
        url: as `address` gives it.
        settings: of the catalogue.

    Raises:
        CatalogueError: it cannot be used, or its tables are not those of this program.
    """

    def __init__(self, url: URL, settings: CatalogueSettings) -> None:
        self.url = url
        self.name = shown(url)
        self.sqlite = url.get_backend_name() == "sqlite"
        self._settings = settings
        if self.sqlite:
            self._prepare_file(Path(str(url.database)))
        self.engine = _engine(url, settings)
        driver = self.engine.dialect.loaded_dbapi
        # Of what COPY raises SQLAlchemy knows nothing.
        self._errors, self._operational = driver.Error, driver.OperationalError
        try:
            with self.engine.connect() as connection:
                self._check(_revision(connection))
        except DBAPIError as error:
            self.close()
            raise CatalogueError(f"{self.name}: {reason(error)}") from error
        except BaseException:
            self.close()
            raise

    def do(self, action: Callable[[Connection], T], *, write: bool = False) -> T:
        """What `action` gives, in one transaction, which is committed at its end.

        Where the server is gone, or another transaction was in the way, it is tried again until the
        time is up that the settings give: `action` must come to the same when it is done twice.

        Raises:
            CatalogueError: the database cannot be used; nothing of it has happened.
        """
        until = time.monotonic() + self._settings.timeout
        pause = _PAUSE
        while True:
            try:
                with self.engine.connect() as connection:
                    connection.execution_options(write=write)
                    with connection.begin():
                        return action(connection)
            except (DBAPIError, self._errors) as error:
                if not self._passing(error) or time.monotonic() + pause > until:
                    raise CatalogueError(f"{self.name}: {reason(error)}") from error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _passing(self, error: Exception) -> bool:
        """Whether an error may go away by itself; SQLite has waited already."""
        if self.sqlite:
            return False
        original = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(original, "sqlstate", None)
        # Without a state of the server's, the connection to it failed.
        return isinstance(original, self._operational) and (state is None or state in _PASSING)

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()

    def _check(self, revision: str | None) -> None:
        if revision == REVISIONS[-1]:
            return
        if revision is None:
            raise CatalogueError(
                f"{self.name}: there is no catalogue in this database yet; "
                "make one with `metaextract catalogue upgrade`"
            )
        if revision in REVISIONS:
            raise CatalogueError(
                f"{self.name}: this catalogue has an older form ({revision}); back it up, "
                "then change it with `metaextract catalogue upgrade`"
            )
        raise _newer(self.name, revision)

    def _prepare_file(self, file: Path) -> None:
        """Make the file, or bring its tables up to date after a copy."""
        kind = network_file_system(str(file))
        if kind is not None and not self._settings.network:
            raise CatalogueError(
                f"{file}: it lies on a network file system ({kind}), where SQLite's locks often do "
                "not hold; put it elsewhere (METAEXTRACT_DATA_DIR), or allow it with "
                "`network = true` in [catalogue]"
            )
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not file.exists():
                _create(file, self._settings)
                return
            found = _revision_of(file, self._settings)
            if found in REVISIONS[:-1]:
                _upgrade_file(file, self._settings)
            elif found is None:
                raise CatalogueError(f"{file}: this SQLite file is no catalogue")
            elif found != REVISIONS[-1]:
                raise _newer(str(file), found)
        except OSError as error:
            raise CatalogueError(f"{error.filename or file}: {error.strerror}") from error


def upgrade_server(url: URL, settings: CatalogueSettings) -> tuple[str | None, str]:
    """Bring the tables of a PostgreSQL database up to date: the form before and after.

    Raises:
        CatalogueError: the database cannot be used, or its form is newer than this program.
    """
    engine = _engine(url, settings)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
            before = _revision(connection)
            if before is not None and before not in REVISIONS:
                raise _newer(shown(url), before)
            upgrade(connection)
    except DBAPIError as error:
        raise CatalogueError(f"{shown(url)}: {reason(error)}") from error
    finally:
        engine.dispose()
    return before, REVISIONS[-1]


def reason(error: Exception) -> str:
    """What the driver says is wrong, in one line."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(original).split()) or type(original).__name__


def _newer(name: str, revision: str) -> CatalogueError:
    return CatalogueError(
        f"{name}: a newer version of this program has written this catalogue ({revision}); "
        "use that one"
    )


def _engine(url: URL, settings: CatalogueSettings) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            # The driver begins no transactions by itself; `_begin` does.
            connect_args={"timeout": settings.timeout, "isolation_level": None},
        )
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
        return engine
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": max(1, int(settings.timeout)),
                # To compile a query takes longer than any of ours runs.
                "options": "-c jit=off",
            },
            # Documents come and go as JSON text.
            json_serializer=_as_it_is,
            json_deserializer=_as_it_is,
        )
    except ModuleNotFoundError:
        raise CatalogueError(
            f"{shown(url)}: the driver for PostgreSQL is missing; "
            "pip install 'metaextract-core[postgresql]'"
        ) from None


def _as_it_is(value: Any) -> Any:
    return value


def _tune(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.create_function("distance", 4, distance, deterministic=True)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then wants to write fails where another wrote meanwhile.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _revision(connection: Connection) -> str | None:
    """The form of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def _revision_of(file: Path, settings: CatalogueSettings) -> str | None:
    engine = _engine(URL.create("sqlite", database=str(file)), settings)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except DBAPIError as error:
        raise CatalogueError(f"{file}: {reason(error)}") from error
    finally:
        engine.dispose()


def _create(file: Path, settings: CatalogueSettings) -> None:
    """Make the file under another name first: nobody ever sees half of one."""
    with _alone(file.parent), tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        if file.exists():
            return
        new = Path(scratch, "new")
        new.touch(0o600)
        _migrate(new, settings)
        with contextlib.closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        os.rename(new, file)


def _upgrade_file(file: Path, settings: CatalogueSettings) -> None:
    with _alone(file.parent):
        found = _revision_of(file, settings)
        if found == REVISIONS[-1]:
            return  # another process was faster
        _copy(file, file.with_name(f"{file.name}.before-{REVISIONS[-1]}"))
        _migrate(file, settings)


def _migrate(file: Path, settings: CatalogueSettings) -> None:
    engine = _engine(URL.create("sqlite", database=str(file)), settings)
    try:
        with engine.connect() as connection:
            connection.execution_options(write=True)
            with connection.begin():
                upgrade(connection)
    except DBAPIError as error:
        raise CatalogueError(f"{file}: {reason(error)}") from error
    finally:
        engine.dispose()


def _copy(file: Path, to: Path) -> None:
    """A whole copy, which appears under its name when it is complete."""
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        new = Path(scratch, "copy")
        new.touch(0o600)
        with (
            contextlib.closing(sqlite3.connect(file)) as source,
            contextlib.closing(sqlite3.connect(new)) as copy,
        ):
            source.backup(copy)
        os.replace(new, to)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: one process at a time makes or changes the file."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
