"""The database has every record, can be asked with SQL, and is sound."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.errors import ExportError
from metaextract_core.exporting.columns import choose
from metaextract_core.exporting.sqlite import APPLICATION_ID, Database
from metaextract_core.fields import FIELDS
from metaextract_core.record import Record

Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Writes records, and gives the rows of a statement."""

    def ask(statement: str, *records: Record, columns: list[str] | None = None) -> list[Any]:
        path = tmp_path / "records.sqlite"
        with Database.made(str(path), choose(columns)) as database:
            for one in records:
                database.write(one)
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            return connection.execute(statement).fetchall()

    return ask


def test_each_scalar_field_is_a_column_of_its_type(ask: Ask) -> None:
    names = [name.replace("__", ".") for name in EVERY_TYPE if name != "document__keywords"]
    selected = ", ".join(f'"{name}"' for name in names)
    (row,) = ask(f"SELECT {selected} FROM records", record(**EVERY_TYPE))  # noqa: S608 -- our own names
    assert list(row) == [value for value in EVERY_TYPE.values() if not isinstance(value, list)]


def test_a_record_says_which_file_it_is_of(ask: Ask) -> None:
    failed = record("/b")
    failed.file.error = "gone"
    found = ask("SELECT id, path, name, digest, size, error FROM records", record(), failed)
    assert found == [
        (1, "/a.jpg", "a.jpg", "blake3:00", 3, None),
        (2, "/b", "b", "blake3:00", 3, "gone"),
    ]


def test_members_of_lists_are_rows_in_their_order(ask: Ask) -> None:
    found = ask("SELECT * FROM members", record(), record(**EVERY_TYPE))
    assert found == [
        (2, "document.keywords", 0, "one"),
        (2, "document.keywords", 1, "two; three"),
    ]


def test_sources_keep_the_type_of_their_value_and_integers_of_any_size(ask: Ask) -> None:
    one = record(**EVERY_TYPE, provenance__revision=1 << 70, own__idea={"a": None})
    found = ask("SELECT field, extractor, tag, value, chosen FROM sources", one)
    value = {field: value for field, _, _, value, _ in found}
    assert {(extractor, tag, chosen) for _, extractor, tag, _, chosen in found} == {("x", "T", 1)}
    assert value["camera.make"] == "Canon"
    assert value["image.width"] == 640
    assert value["capture.f_number"] == 2.8
    assert value["document.keywords"] == '["one","two; three"]'
    assert value["provenance.revision"] == str(1 << 70)
    assert value["own.idea"] == '{"a":null}'


def test_sections_say_how_each_extractor_did(ask: Ask) -> None:
    found = ask("SELECT * FROM sections", record())
    assert found == [(1, "x", "1", "partial", "cut", 1.5)]


def test_the_meaning_of_all_fields_is_in_it(ask: Ask) -> None:
    found = ask("SELECT name, type, unit, meaning FROM fields")
    assert found == [(f.name, f.type, f.unit, f.meaning) for f in FIELDS.values()]


def test_only_chosen_fields_are_columns(ask: Ask) -> None:
    columns = ["camera.make", "document.keywords"]
    found = ask("SELECT name FROM pragma_table_info('records')", columns=columns)
    assert [name for (name,) in found][-2:] == ["error", "camera.make"]


def test_the_format_can_be_recognised(ask: Ask) -> None:
    assert ask("PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask("PRAGMA user_version") == [(1,)]


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("SELECT * FROM records WHERE path = '/a'", "records_by_path"),
        ("SELECT * FROM records WHERE digest = 'blake3:00'", "records_by_digest"),
        ("SELECT * FROM records WHERE media_type = 'image/png'", "records_by_media_type"),
        ("SELECT * FROM sources WHERE record = 7", "sources_by_record"),
        ("SELECT * FROM sources WHERE field = 'camera.make' AND value = 'x'", "sources_by_field"),
        ("SELECT * FROM sections WHERE record = 7", "sections_by_record"),
        ("SELECT * FROM sections WHERE status = 'crashed'", "sections_by_status"),
        ("SELECT * FROM members WHERE record = 7", "members_by_record"),
        (
            "SELECT * FROM members WHERE field = 'document.keywords' AND value = 'a'",
            "members_by_value",
        ),
    ],
)
def test_each_index_serves_its_question(ask: Ask, question: str, index: str) -> None:
    many = [
        record(f"/{n}", camera__make=f"m{n}", document__keywords=[str(n), "a"]) for n in range(50)
    ]
    for number, one in enumerate(many):
        one.file.media_type, one.file.digest = f"image/{number % 7}", f"blake3:{number:02}"
        one.sections["x"].status = "crashed" if number == 0 else "ok"
    plan = ask(f"EXPLAIN QUERY PLAN {question}", *many)
    assert index in plan[0][-1]


@given(value=st.text(st.characters()) | st.integers() | st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_f49_values_come_back_or_are_null(ask: Ask, value: Any) -> None:
    fields = {"camera__make": value, "image__width": value, "image__transparency": value}
    statement = 'SELECT "camera.make", "image.width", "image.transparency" FROM records'
    ((text, integer, truth),) = ask(statement, record(**fields))
    if isinstance(value, str):
        assert text == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
        assert integer is truth is None
    elif isinstance(value, bool):
        assert (text, integer, truth) == (str(value).lower(), None, value)
    else:
        assert (text, truth) == (str(value), None)
        assert integer == (value if abs(value) < 1 << 63 else None)


def test_what_was_there_is_replaced(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_text("no database")
    assert ask("SELECT path FROM records", record()) == [("/a.jpg",)]


def test_where_it_cannot_be_written_the_error_names_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "no folder" / "x")
    with pytest.raises(ExportError, match="no folder"), Database.made(path, choose()):
        pass
