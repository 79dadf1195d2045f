"""Whatever the format, a file appears when it is complete, and a stream gets the same bytes."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.exporting import FORMATS, Format, choose, open_exporter

each_format = pytest.mark.parametrize("format_", FORMATS)


@pytest.fixture(autouse=True)
def needed(request: pytest.FixtureRequest) -> None:
    if "parquet" in request.node.name:
        pytest.importorskip("pyarrow")


def on_a_stream(format_: Format, *, bom: bool = False) -> bytes:
    stream = io.BytesIO()
    with open_exporter(format_, stream, bom=bom) as exporter:
        exporter.write(record(**EVERY_TYPE))
    return stream.getvalue()


@each_format
def test_the_file_appears_when_it_is_complete(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / "out"
    with open_exporter(format_, str(path)) as exporter:
        exporter.write(record(**EVERY_TYPE))
        assert not path.exists()
    assert path.read_bytes() == on_a_stream(format_)
    assert os.listdir(tmp_path) == ["out"]


@each_format
def test_where_it_is_interrupted_the_old_file_stays_and_nothing_beside_it(
    tmp_path: Path, format_: Format
) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with contextlib.suppress(KeyboardInterrupt), open_exporter(format_, str(path)) as exporter:
        exporter.write(record())
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


@each_format
def test_a_fifo_takes_what_it_is_given(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with open_exporter(format_, str(path)) as exporter:
        exporter.write(record(**EVERY_TYPE))
    reader.join()
    assert got == [on_a_stream(format_)]
    assert path.is_fifo()


@each_format
def test_without_records_the_file_is_whole_as_well(tmp_path: Path, format_: Format) -> None:
    with open_exporter(format_, str(tmp_path / "out"), columns=choose(["camera.make"])):
        pass
    assert (tmp_path / "out").exists()


def test_the_byte_order_mark_is_passed_on() -> None:
    assert on_a_stream("csv", bom=True) == b"\xef\xbb\xbf" + on_a_stream("csv")


def test_no_library_is_imported_before_its_format_is_asked_for() -> None:
    program = (
        "import sys, metaextract_core.cli.export\n"
        "print([name for name in ('pyarrow', 'sqlite3', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
