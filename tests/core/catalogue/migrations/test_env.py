"""The migrations end where the tables are, from wherever they begin."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, insert, inspect, text
from tests.core.catalogue.making import field, record

from metaextract_core.catalogue import saving
from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.database import Database, _engine, address, upgrade_server
from metaextract_core.catalogue.filters import Compare, Words
from metaextract_core.catalogue.migrations import REVISIONS, upgrade
from metaextract_core.catalogue.rows import path_digest, row
from metaextract_core.catalogue.tables import METADATA, accounts
from metaextract_core.errors import CatalogueError
from metaextract_core.settings import CatalogueSettings

SETTINGS = CatalogueSettings()


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    database = Database(address(url), CatalogueSettings())
    with database.engine.connect() as opened:
        yield opened
    database.close()


def test_each_step_is_known_in_its_order() -> None:
    folder = Path(str(importlib.import_module("metaextract_core.catalogue.migrations").__file__))
    steps = sorted((folder.parent / "versions").glob("[0-9]*.py"))
    assert [step.stem.partition("_")[0] for step in steps] == list(REVISIONS)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_a_new_database_has_the_tables_of_this_program(connection: Connection) -> None:
    """Indexes of expressions are compared below: SQLAlchemy cannot read them from SQLite."""

    def ours(name: str | None, kind: Any, *_: object) -> bool:
        # FTS5 keeps what it knows in tables of its own.
        return not (kind == "table" and str(name).startswith("record_words"))

    options = {"include_name": ours, "compare_type": True, "compare_server_default": True}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    assert [one for one in found if "ix_similar" not in str(one)] == []


def test_every_index_of_the_tables_is_in_the_database(connection: Connection) -> None:
    declared = {index.name for table in METADATA.sorted_tables for index in table.indexes}
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix%'"
        declared.discard("ix_filter_by_words")
    else:
        query = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix%'"
    assert set(connection.execute(text(query)).scalars()) == declared
    assert inspect(connection).has_table("records")


def test_every_rule_of_a_table_is_in_the_database(connection: Connection) -> None:
    declared = {
        constraint.name
        for table in METADATA.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    inspector = inspect(connection)
    found = {
        check["name"]
        for table in METADATA.sorted_tables
        for check in inspector.get_check_constraints(table.name)
    }
    assert found == declared != set()


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_f44_an_earlier_form_with_records_in_it_is_brought_up_to_date(
    empty: str, revision: str
) -> None:
    """SQLite by itself, after a copy; PostgreSQL when it is told to, and not before."""
    engine = _engine(address(empty), SETTINGS)
    with engine.begin() as connection:
        upgrade(connection, revision)
        fill(connection)
    engine.dispose()

    if empty.startswith("postgresql"):
        with pytest.raises(CatalogueError, match=f"older form .{revision}.*catalogue upgrade"):
            Catalogue(empty, settings=SETTINGS)
        assert upgrade_server(address(empty), SETTINGS) == (revision, REVISIONS[-1])
        assert upgrade_server(address(empty), SETTINGS) == (REVISIONS[-1], REVISIONS[-1])
    with Catalogue(empty, settings=SETTINGS) as catalogue:
        assert list(catalogue.records()) == [one for one in OLD if one.file.path == "/b.jpg"]
        assert catalogue.record("/a.jpg", 1) == OLD[0]
        assert catalogue.count(Words(("old",))) == 1
        assert catalogue.count(Compare("document.keywords", "=", "kept")) == 1
        assert catalogue.save(OLD).new == 1
    if empty.startswith("sqlite"):
        copy = Path(f"{empty.removeprefix('sqlite:///')}.before-{REVISIONS[-1]}")
        assert copy.stat().st_mode & 0o077 == 0
        with contextlib.closing(sqlite3.connect(copy)) as before:
            (found,) = before.execute("SELECT version_num FROM alembic_version").fetchone()
            assert found == revision
            assert before.execute("SELECT count(*) FROM records").fetchone() == (1,)


OLD = [record("/a.jpg", document__title="gone"), record("/b.jpg", document__title="old")]
OLD[1].fields["document.keywords"] = field("document.keywords", ["kept"])


def fill(connection: Connection) -> None:
    """Two files, of which one is gone, with statements that every form has understood."""
    now = dt.datetime(2024, 5, 1)
    connection.execute(insert(accounts).values(id=1, name="local", created=now))
    saving.save(connection, 1, [row(one) for one in OLD], now)
    saving.forget(connection, 1, [path_digest(b"/a.jpg")], now)
