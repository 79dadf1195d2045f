"""Every index of the catalogue is used by the question that it is for, and none stands for another.

How much each gains is measured over a million records (`tests/benchmarks/catalogue.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, text
from tests.benchmarks.catalogue import ACCOUNT, NOW, QUESTIONS, analyse, explained, indexes, opened
from tests.benchmarks.synthetic_records import rows
from tests.postgresql_server import require_postgresql

from metaextract_core.catalogue import saving
from metaextract_core.catalogue.database import Database
from metaextract_core.catalogue.tables import METADATA

RECORDS = 4000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "postgresql":
        require_postgresql()
    with opened(request.param) as found:
        found.do(
            lambda connection: saving.save(connection, ACCOUNT, rows(0, RECORDS), NOW), write=True
        )
        analyse(found)
        if not found.sqlite:
            # So few records are as quickly read one after the other.
            off = text("ALTER DATABASE catalogue0 SET enable_seqscan = off")
            found.do(lambda connection: connection.execute(off), write=True)
        found.engine.dispose()
        yield found


def test_each_index_is_used_by_the_question_that_it_is_for(database: Database) -> None:
    unused = {}
    for index in indexes(database):
        (name,) = [name for name in QUESTIONS if str(index.name).startswith(name)]
        explanation = explained(database, QUESTIONS[name][1])
        if str(index.name) not in explanation:
            unused[index.name] = explanation
    assert unused == {}


def test_each_question_has_its_index() -> None:
    names = [str(index.name) for table in METADATA.sorted_tables for index in table.indexes]
    for name in QUESTIONS:
        assert any(index.startswith(name) for index in names), f"{name}: a question without index"


def _columns(index: Index) -> tuple[str, ...]:
    where = index.dialect_options["sqlite"]["where"]
    return (str(index.table), str(where), *(str(expression) for expression in index.expressions))


def test_no_index_is_the_beginning_of_another() -> None:
    """Nor of a key: these have indexes, too."""
    found = [_columns(index) for table in METADATA.sorted_tables for index in table.indexes]
    keys = [
        (table.name, "None", *(str(column) for column in constraint.columns))
        for table in METADATA.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
    ]
    assert len(found) > 10
    for one, other in permutations([*found, *keys], 2):
        if one in found:
            assert other[: len(one)] != one
