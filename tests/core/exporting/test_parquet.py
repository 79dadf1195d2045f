"""Parquet has the values of the records in columns of their types."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.errors import ExportError
from metaextract_core.exporting import parquet
from metaextract_core.exporting.columns import choose
from metaextract_core.exporting.parquet import RowGroups
from metaextract_core.fields import FIELDS
from metaextract_core.record import Record


class Pipe(io.RawIOBase):
    """A stream that knows no place."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += data
        return len(data)


def written(*records: Record, columns: list[str] | None = None) -> Any:
    """The file, opened."""
    library = pytest.importorskip("pyarrow.parquet")
    pipe = Pipe()
    with RowGroups.opened(pipe, choose(columns)) as groups:  # type: ignore[arg-type]  # typeshed: RawIOBase is no IO
        for one in records:
            groups.write(one)
    return library.ParquetFile(io.BytesIO(pipe.content))


def rows(*records: Record, columns: list[str] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = written(*records, columns=columns).read().to_pylist()
    return found


def test_each_value_comes_back_as_its_type() -> None:
    (row,) = rows(record(**EVERY_TYPE))
    said = {name.replace("__", "."): value for name, value in EVERY_TYPE.items()}
    identity = {"file.path": "/a.jpg", "file.digest": "blake3:00"}
    assert {name: value for name, value in row.items() if value is not None} == identity | said


def test_the_types_are_those_of_the_vocabulary() -> None:
    types = {str(kind.type) for kind in written().schema_arrow}
    assert types == {"string", "int64", "double", "bool", "list<element: string>"}
    schema = written().schema_arrow
    assert str(schema.field("capture.time").type) == "string"


def test_columns_say_what_they_mean_and_count() -> None:
    schema = written().schema_arrow
    for name, field in FIELDS.items():
        metadata = schema.field(name).metadata
        assert metadata[b"meaning"].decode() == field.meaning
        assert metadata.get(b"unit", b"").decode() == (field.unit or "")
    assert schema.field("file.path").metadata[b"meaning"]


@given(st.integers() | st.floats(allow_nan=False) | st.booleans() | st.text(st.characters()))
def test_f49_a_column_holds_the_value_or_null_whatever_it_is(value: Any) -> None:
    columns = ["image.width", "gps.altitude", "image.transparency", "camera.make"]
    fields = {name.replace(".", "__"): value for name in columns}
    (row,) = rows(record(**fields), columns=columns)
    assert row["image.width"] in (None, value)
    assert row["gps.altitude"] in (None, value) or isinstance(value, int)
    assert row["image.transparency"] in (None, value)
    if isinstance(value, str):
        expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
        assert row["camera.make"] == expected


def test_an_integer_beyond_64_bits_is_null_and_the_next_one_is_not() -> None:
    found = rows(
        *(record(image__width=n) for n in (1 << 63, (1 << 63) - 1)), columns=["image.width"]
    )
    assert [row["image.width"] for row in found] == [None, (1 << 63) - 1]


def test_groups_of_rows_are_bounded_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS", 4)
    file = written(*(record(f"/{n}") for n in range(10)), columns=[])
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [4, 4, 2]
    assert file.read()["file.path"].to_pylist() == [f"/{n}" for n in range(10)]


def test_groups_of_rows_are_bounded_by_their_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "CHARACTERS", 2000)
    long = [record(document__keywords=["x" * 500, "x" * 500]) for _ in range(4)]
    assert written(*long).metadata.num_row_groups == 2


def test_without_records_it_is_a_table_without_rows() -> None:
    assert rows() == []


def test_without_pyarrow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pip install 'metaextract-core\[parquet\]'"):
        RowGroups(io.BytesIO(), choose())
