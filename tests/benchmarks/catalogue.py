"""Questions to a catalogue of a million records, each with its index and without.

    python -m tests.benchmarks.catalogue [--records 1000000] [--database sqlite|postgresql ...]
        [--rounds 5] [--output FILE]

For every index of the catalogue there is the question that it is for, asked through the functions
that the command line asks through. A round asks with the index, drops it within a transaction and
asks again, drops all others too and asks once more, and takes the transaction back. The index gains
what it gains over the faster of the two. Before any time is taken, the answers are compared, and
the database's own explanation (EXPLAIN) has to name the index. Records are inserted with all
indexes, and, after these are dropped within the same transaction, with the keys alone.

PostgreSQL is started for this, as Debian configures it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import functools
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Index, event, text
from tests.benchmarks.synthetic_records import CAMERAS, LENSES, PLACES, WORDS, rows
from tests.postgresql_server import PostgreSQLServer

from metaextract_core.catalogue import duplicates, saving, searching, similarity
from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.database import Database, address, upgrade_server
from metaextract_core.catalogue.filters import (
    EVERYTHING,
    And,
    Compare,
    Filter,
    Moment,
    Near,
    Words,
)
from metaextract_core.catalogue.tables import METADATA
from metaextract_core.settings import CatalogueSettings

ACCOUNT = 1
SMALL = 2
"""An account that has one record of a thousand."""
BATCH = 200
LOADED_AT_ONCE = 10_000
NOW = dt.datetime(2026, 1, 1)  # noqa: DTZ001 -- as the tables have it
SETTINGS = CatalogueSettings(timeout=600)

T = TypeVar("T")
Question = Callable[[Connection], Any]


def hits(filter_: Filter, account: int = ACCOUNT, **options: Any) -> Question:
    """A page of what a filter is true of."""
    return lambda connection: searching.search(connection, account, filter_, **options)


def counted(filter_: Filter) -> Question:
    """How much a filter is true of."""
    return lambda connection: searching.count(connection, ACCOUNT, filter_)


def faceted(field: str) -> Question:
    """How the values of a field are spread."""
    return lambda connection: searching.facet(connection, ACCOUNT, EVERYTHING, field)


def day(number: int) -> Moment:
    """A day of May 2015."""
    return Moment(
        f"2015-05-{number:02}T00:00:00.000000", f"2015-05-{number + 1:02}T00:00:00.000000"
    )


WEEK = And((Compare("capture.time", ">=", day(4)), Compare("capture.time", "<=", day(10))))
PHASH = 0x0123_4567_89AB_CDEF
QUESTIONS: dict[str, tuple[str, Question]] = {
    "ix_search_by_capture_time": ("photographs of a week", hits(WEEK, sort="capture.time")),
    "ix_search_by_size": ("the largest 50", hits(EVERYTHING, sort="file.size")),
    "ix_search_by_duration": ("the longest 50", hits(EVERYTHING, sort="media.duration")),
    "ix_search_by_media_type": ("media types counted", faceted("file.media_type")),
    "ix_search_by_make": ("makers counted", faceted("camera.make")),
    "ix_search_by_model": (
        "a camera that is rare, counted",
        counted(Compare("camera.model", "=", CAMERAS[300][1])),
    ),
    "ix_search_by_lens": (
        "a lens that is rare, counted",
        counted(Compare("lens.model", "=", LENSES[400])),
    ),
    "ix_search_by_serial": (
        "one camera by its number",
        hits(Compare("camera.serial", "=", "S00012345")),
    ),
    "ix_search_near": ("within 2 km of a point", hits(Near(*PLACES[10], 2000))),
    "ix_search_by_study": ("a study", hits(Compare("medical.study_uid", "=", "1.2.840.77"))),
    "ix_search_by_series": ("a series", hits(Compare("medical.series_uid", "=", "1.2.840.88"))),
    "ix_filter_by_words": (
        "two words and the beginning of a third",
        counted(Words((WORDS[40], WORDS[700]), (WORDS[3][:4],))),
    ),
    "ix_filter_by_field_text": (
        "a keyword that is rare, counted",
        counted(Compare("document.keywords", "=", WORDS[9000])),
    ),
    "ix_filter_by_field_number": (
        "an f-number, counted",
        counted(Compare("capture.f_number", "=", 1.4)),
    ),
    "ix_filter_by_field_moment": (
        "changed on a day, counted",
        counted(Compare("document.modified", "=", day(5))),
    ),
    "ix_dedupe_by_content": (
        "files of equal content",
        lambda connection: duplicates.equal(connection, ACCOUNT, EVERYTHING, 100),
    ),
    "ix_similar_": (
        "pictures within 7 bits",
        lambda connection: similarity.neighbours(connection, ACCOUNT, PHASH, 7),
    ),
}
"""Index (or the beginning of the names of several) -> what is asked, and the question."""


def main() -> None:
    """Load, ask, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    result: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "records": options.records,
        "rounds": options.rounds,
        "databases": {},
    }
    for kind in options.database:
        with opened(kind) as database:
            result["databases"][kind] = measured(database, options.records, options.rounds)
        if options.output:
            options.output.write_text(json.dumps(result, indent=1) + "\n")


@contextlib.contextmanager
def opened(kind: str) -> Iterator[Database]:
    """A new database with nothing in it."""
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{folder}/catalogue.sqlite"
        else:
            url = stack.enter_context(PostgreSQLServer()).database()
            upgrade_server(address(url), SETTINGS)
        for name in ("one", "small"):
            Catalogue(url, settings=SETTINGS, account=name).close()  # makes the account
        database = Database(address(url), SETTINGS)
        stack.callback(database.close)
        yield database


def measured(database: Database, records: int, rounds: int) -> dict[str, Any]:
    """Everything about one database."""
    loaded = load(database, records)
    print(f"{database.name}: {records:,} records in {loaded:.0f} s")
    result: dict[str, Any] = {
        "version": version(database),
        "load_seconds": loaded,
        "questions": {},
    }
    for name, (what, question) in QUESTIONS.items():
        names = [index.name for index in indexes(database) if str(index.name).startswith(name)]
        if not names:
            continue  # SQLite has words in a table of their own
        found = compared(database, [str(one) for one in names], question, rounds)
        result["questions"][name] = {"what": what, **found}
        print(f"{name:28} {found['ratio']:8.1f}  {1e3 * found['with']:9.2f} ms  {what}")
    result["pages"] = pages(database, rounds)
    result["insert"] = inserted(database, records, rounds)
    print(json.dumps({name: result[name] for name in ("pages", "insert")}, indent=1))
    return result


def load(database: Database, records: int) -> float:
    """Put records into the tables; the indexes are made at the end. Seconds."""
    began = time.perf_counter()
    database.do(lambda connection: drop(connection, indexes(database)), write=True)
    for start in range(0, records, LOADED_AT_ONCE):
        found = list(rows(start, min(LOADED_AT_ONCE, records - start)))
        others = [row for number, row in enumerate(found) if number % 1000]
        for account, part in ((SMALL, found[::1000]), (ACCOUNT, others)):
            save = functools.partial(saving.save, account=account, rows=part, now=NOW)
            database.do(save, write=True)
        print(f"\r{start + LOADED_AT_ONCE:,}", end="", flush=True)
    print()
    database.do(lambda connection: make(connection, indexes(database)), write=True)
    analyse(database)
    return time.perf_counter() - began


def analyse(database: Database) -> None:
    """Have the database count, as it does by itself in use."""
    if database.sqlite:
        database.do(saving.analyse, write=True)
        database.engine.dispose()  # a connection reads what was counted when it is opened
        return
    with database.engine.connect() as connection:
        autonomous = connection.execution_options(isolation_level="AUTOCOMMIT")
        autonomous.execute(text("VACUUM ANALYZE"))


def indexes(database: Database) -> list[Index]:
    """All that are no keys."""
    kind = "sqlite" if database.sqlite else "postgresql"
    return [
        index
        for table in METADATA.sorted_tables
        for index in sorted(table.indexes, key=lambda one: str(one.name))
        if not (kind == "sqlite" and index.name == "ix_filter_by_words")
    ]


def make(connection: Connection, found: list[Index]) -> None:
    """Make indexes."""
    for index in found:
        index.create(connection)


def drop(connection: Connection, found: list[Index]) -> None:
    """Remove indexes."""
    for index in found:
        connection.execute(text(f"DROP INDEX IF EXISTS {index.name}"))


def compared(
    database: Database, names: list[str], question: Question, rounds: int
) -> dict[str, Any]:
    """Seconds with indexes and without, and the explanation that names them."""
    found = [index for index in indexes(database) if index.name in names]
    expected = database.do(question)
    explanation = explained(database, question)
    missing = [name for name in names if name not in explanation]
    assert not missing, f"{missing} is not used:\n{explanation}"
    times: dict[str, list[float]] = {"with": [], "without": [], "keys alone": []}
    with database.engine.connect() as connection:
        for _ in range(rounds):
            with connection.begin():
                seconds, _ = timed(lambda: question(connection))
            times["with"].append(seconds)
            connection.execution_options(write=True)
            transaction = connection.begin()
            for kind, dropped in (("without", found), ("keys alone", indexes(database))):
                drop(connection, dropped)
                seconds, answer = timed(lambda: question(connection))
                assert answer == expected, "another answer without the index"
                times[kind].append(seconds)
            transaction.rollback()
            connection.execution_options(write=False)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        **medians,
        # Without its index a database may take one that is worse than none.
        "ratio": min(medians["without"], medians["keys alone"]) / medians["with"],
        "answers": len(expected) if isinstance(expected, list) else 1,
        "explanation": explanation.splitlines(),
        "times": times,
    }


def timed(action: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


def explained(database: Database, question: Question) -> str:
    """What the database says of how it finds the answer."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        database.do(question)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    word = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        return "\n".join(
            str(row[-1])
            for statement, parameters in statements
            for row in connection.exec_driver_sql(f"{word} {statement}", parameters)
        )


def pages(database: Database, rounds: int) -> dict[str, Any]:
    """Seconds for the first page of everything by time, and for the 10,000th."""
    last = None
    with database.engine.connect() as connection:

        def ask(after: str | None, limit: int) -> searching.Page:
            return searching.search(
                connection, ACCOUNT, EVERYTHING, sort="capture.time", limit=limit, after=after
            )

        for _ in range(50):
            last = ask(last, LOADED_AT_ONCE).next
            if last is None:
                break
        assert last is not None, "too few records for 10,000 pages"
        times: dict[str, list[float]] = {"first": [], "10,000th": []}
        for _ in range(4 * rounds):
            times["first"].append(timed(lambda: ask(None, 50))[0])
            times["10,000th"].append(timed(lambda: ask(last, 50))[0])
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {**medians, "ratio": medians["10,000th"] / medians["first"], "times": times}


def inserted(database: Database, records: int, rounds: int) -> dict[str, Any]:
    """Seconds for a batch of new records, but for its commit, with all indexes and keys alone."""
    times: dict[str, list[float]] = {"with": [], "without": []}
    with database.engine.connect() as connection:
        connection.execution_options(write=True)
        for number in range(2 * rounds):
            for kind, measured_times in times.items():
                batch = list(rows(records + number * BATCH, BATCH))
                transaction = connection.begin()
                if kind == "without":
                    drop(connection, indexes(database))
                    if database.sqlite:
                        connection.execute(text("DROP TRIGGER record_words_insert"))
                save = functools.partial(saving.save, connection, ACCOUNT, batch, NOW)
                measured_times.append(timed(save)[0])
                transaction.rollback()
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["with"] / medians["without"]
    return {**medians, "batch": BATCH, "ratio": ratio, "times": times}


def version(database: Database) -> str:
    """Of the database itself."""
    query = "SELECT sqlite_version()" if database.sqlite else "SHOW server_version"
    with database.engine.connect() as connection:
        return str(connection.exec_driver_sql(query).scalar())


if __name__ == "__main__":
    main()
