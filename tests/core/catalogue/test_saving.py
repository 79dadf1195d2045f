"""Rows of many records go into the tables at once, and whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Connection, func, select
from tests.core.catalogue.making import record

from metaextract_core.catalogue import saving
from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.database import Database, address
from metaextract_core.catalogue.rows import row
from metaextract_core.catalogue.tables import contents, fields, files, records, sections
from metaextract_core.errors import CatalogueError
from metaextract_core.settings import CatalogueSettings

NOW = dt.datetime(2024, 5, 1, 12, 30, 15, 123456)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    Catalogue(url, settings=CatalogueSettings()).close()  # makes the account
    opened = Database(address(url), CatalogueSettings())
    yield opened
    opened.close()


def counts(database: Database) -> list[int]:
    def counted(connection: Connection) -> list[int]:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (contents, files, records, sections, fields)
        ]

    return database.do(counted)


def test_a_thousand_records_are_one_transaction(database: Database) -> None:
    rows = [
        row(record(f"/{n}", digest=f"blake3:{n % 10}", document__keywords=["a", "b\t\\N\n"]))
        for n in range(1200)
    ]
    saved = database.do(lambda found: saving.save(found, 1, rows, NOW), write=True)
    assert (saved.new, saved.changed, saved.unchanged) == (1200, 0, 0)
    assert counts(database) == [10, 1200, 1200, 1200, 2400]
    texts = select(fields.c.text).where(fields.c.record_id == 700).order_by(fields.c.position)
    assert list(database.do(lambda found: found.scalars(texts).all())) == ["a", "b\t\\N\n"]
    made = database.do(lambda found: found.scalar(select(records.c.made).limit(1)))
    assert made == NOW


def test_of_what_fails_in_the_middle_nothing_is_there(database: Database) -> None:
    def half(connection: Connection) -> None:
        saving.save(connection, 1, [row(record("/a"))], NOW)
        bad = row(record("/b"))
        bad.sections.append(dict(bad.sections[0]))  # twice the same key
        saving.save(connection, 1, [bad], NOW)

    with pytest.raises(CatalogueError):
        database.do(half, write=True)
    assert counts(database) == [0, 0, 0, 0, 0]


def test_nothing_is_nothing(database: Database) -> None:
    saved = database.do(lambda found: saving.save(found, 1, [], NOW), write=True)
    assert (saved.new, saved.changed, saved.unchanged) == (0, 0, 0)
    assert database.do(lambda found: saving.forget(found, 1, [], NOW), write=True) == 0


def test_sqlite_counts_again_when_there_are_twice_as_many(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("PostgreSQL counts by itself")
    found = []
    for start, count in ((0, 10), (10, 5), (15, 10)):
        rows = [row(record(f"/{n}")) for n in range(start, start + count)]
        database.do(partial(saving.save, account=1, rows=rows, now=NOW), write=True)
        database.do(saving.analyse, write=True)
        found.append(database.do(saving._analysed))
    assert found == [10, 10, 25]
