"""`metaextract export` turns records into files of other programs, and says what was none."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.core.catalogue.making import record as catalogue_record
from tests.core.cli.catalogued import Catalogued
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.cli import export
from metaextract_core.cli.export import records

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "metaextract_core", "export", *arguments],
            cwd=tmp_path,
            env={**os.environ, "METAEXTRACT_CONFIG": os.devnull},
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def source(tmp_path: Path) -> str:
    """Two records as JSON Lines."""
    path = tmp_path / "records.jsonl"
    path.write_bytes(line(record("/a", **EVERY_TYPE)) + line(record("/b")))
    return str(path)


def line(one: Any) -> bytes:
    return msgspec.json.encode(one) + b"\n"


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_a_table_has_the_columns_that_were_asked_for(run: Run, source: str) -> None:
    done = run("--from", source, "--format", "csv", "--columns", "image.width,camera.make")
    assert (done.returncode, done.stderr) == (0, b"")
    assert rows(done.stdout) == [
        ["file.path", "file.digest", "image.width", "camera.make"],
        ["/a", "blake3:00", "640", "Canon"],
        ["/b", "blake3:00", "", ""],
    ]


def test_a_database_is_written_to_the_file(run: Run, source: str, tmp_path: Path) -> None:
    done = run("--from", source, "--format", "sqlite", "-o", "out.sqlite")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with closing(sqlite3.connect(tmp_path / "out.sqlite")) as connection:
        assert connection.execute("SELECT path FROM records").fetchall() == [("/a",), ("/b",)]


def test_json_lines_come_back_as_they_were(run: Run, source: str) -> None:
    content = Path(source).read_bytes()
    assert run("--from", "-", "--format", "jsonl", given=content).stdout == content


def test_parquet_goes_through_a_pipe(run: Run, source: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    done = run("--from", source, "--format", "parquet")
    assert done.returncode == 0
    assert parquet.read_table(io.BytesIO(done.stdout))["file.path"].to_pylist() == ["/a", "/b"]


def test_a_bad_line_is_told_with_its_number_and_the_others_are_exported(run: Run) -> None:
    given = line(record("/a")) + b"\n{]\n" + line(record("/b"))
    done = run("--from", "-", "--format", "csv", "--columns", "camera.make", given=given)
    assert done.returncode == 1
    assert [row[0] for row in rows(done.stdout)] == ["file.path", "/a", "/b"]
    (said,) = done.stderr.decode().splitlines()
    assert said.startswith("metaextract: standard input, line 3: this is no record: ")


def test_many_bad_lines_are_counted(run: Run) -> None:
    done = run("--from", "-", "--format", "csv", given=b"[\n" * 500)
    said = done.stderr.decode().splitlines()
    assert len(said) == 21
    assert said[-1] == "metaextract: 500 lines in all are no records"


def reasons(content: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    assert list(records(io.BytesIO(content), found.__setitem__)) == []
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"[1]\n",
        b'{"file": 1}\n',
        b'{"file": {"path": "\xff", "name": "x"}}',
        b'{"file": {"path": "\\ud800", "name": "x"}}',
        b"[" * 1_000_000,
        line(record("/a"))[:-10],
        line(record("/a")).replace(b"record/1", b"record/2"),
    ],
)
def test_f49_what_is_no_record_is_a_reason_and_no_exception(content: bytes) -> None:
    assert list(reasons(content)) == [1]


def test_a_line_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    good = line(record("/b"))
    monkeypatch.setattr(export, "MAX_LINE", len(good))
    found: dict[int, str] = {}
    content = b"x" * 10_000 + b"\n" + good
    (one,) = records(io.BytesIO(content), found.__setitem__)
    assert one == record("/b")
    assert list(found) == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "-", "--format", "csv", "camera.make = x"], "leave it or --from out"),
        (["--format", "csv", "camera.mke = x"], "mean camera.make?"),
        (["--from", "nowhere", "--format", "csv"], "cannot read nowhere: No such file"),
        (["--from", "-", "--format", "csv", "--columns", "camera.mke"], "mean camera.make?"),
        (["--from", "-", "--format", "jsonl", "--columns", "camera.make"], "--columns is for"),
        (["--from", "-", "--format", "sqlite", "--bom"], "--bom is for csv"),
        (["--from", "-", "--format", "xlsx"], "xlsx"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(run: Run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_the_records_are_those_of_the_catalogue(catalogued: Catalogued) -> None:
    catalogued.save(
        catalogue_record("/a.jpg", camera__make="Canon"),
        catalogue_record("/b.jpg", camera__make="=1+1"),
        catalogue_record("/c.jpg"),
    )
    columns = ("--columns", "camera.make", "--format", "csv")
    done = catalogued.run("export", "has camera.make", *columns)
    assert (done.returncode, done.stderr) == (0, "")
    found = [(row[0], row[2]) for row in rows(done.stdout.encode())]
    assert found == [("file.path", "camera.make"), ("/a.jpg", "Canon"), ("/b.jpg", "'=1+1")]
    assert len(rows(catalogued.run("export", *columns).stdout.encode())) == 4


@pytest.mark.parametrize("format_", ["csv", "sqlite"])
def test_f27_a_full_disk_is_one_line(run: Run, source: str, format_: str) -> None:
    done = run("--from", source, "--format", format_, "-o", "/dev/full")
    assert done.returncode == 1
    (said,) = done.stderr.decode().splitlines()
    assert "No space left on device" in said
