"""The migrations end where the tables are, from wherever they begin."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import metaextract_core.catalogue.catalogue  # noqa: F401 -- its queries declare the indexes
from metaextract_core.catalogue.database import Database, address
from metaextract_core.catalogue.migrations import REVISIONS
from metaextract_core.catalogue.tables import METADATA
from metaextract_core.settings import CatalogueSettings


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
