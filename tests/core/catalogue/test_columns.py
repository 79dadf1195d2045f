"""Values come out of either database as they went in."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from metaextract_core.catalogue.columns import document
from metaextract_core.catalogue.database import Database, address
from metaextract_core.catalogue.tables import accounts, files, versions
from metaextract_core.settings import CatalogueSettings

NOW = dt.datetime(2024, 5, 1, 12, 0, 0, 123456)
HOSTILE = "a\0b\ud800c\ufdd0\ufdd1%_\\\"'\U0001f600"
DATA = {
    "text": HOSTILE,
    HOSTILE: [HOSTILE, {"deep": [None, True, False]}],
    "integers": [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    "numbers": [0.1, -1e-300, 1e15, 1e16, 1.2345678901234568e17, -3.5e20, 1.7e308],
    "looks like one": '{"a":1e20}',
    "backslash": "\\u0000",
}


@pytest.fixture
def database(url: str) -> Any:
    opened = Database(address(url), CatalogueSettings())
    yield opened
    opened.close()


def test_f49_texts_and_documents_are_the_same_afterwards(database: Database) -> None:
    def write(connection: Any) -> None:
        connection.execute(insert(accounts), {"id": 1, "name": "one", "created": NOW})
        connection.execute(
            insert(files),
            {
                "id": 1,
                "account_id": 1,
                "path_digest": "",
                "path": HOSTILE,
                "first_seen": NOW,
                "seen": NOW,
            },
        )
        version = {"file_id": 1, "number": 1, "made": NOW, "until": NOW, "body": DATA}
        connection.execute(insert(versions), version)

    database.do(write, write=True)
    path, seen = database.do(lambda found: found.execute(select(files.c.path, files.c.seen)).one())
    body = database.do(lambda found: found.execute(select(versions.c.body)).scalar_one())
    assert (path, seen) == (HOSTILE, NOW)
    assert body == DATA
    assert [type(number) for number in body["numbers"]] == [float] * 7


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE)
def test_a_large_number_is_written_so_that_it_is_read_as_one(number: float) -> None:
    """As JSONB keeps numbers: the digits, and how many of them stand behind the point."""
    text = document({"a": [number], "b": number})[6:].partition("]")[0]
    read = float(text)
    assert read == number
    assert "." in text or "e-" in text or math.fabs(number) < 1
