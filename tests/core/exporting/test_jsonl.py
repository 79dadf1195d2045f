"""JSON Lines hold whole records, and are read as such."""

from __future__ import annotations

import io

import msgspec
from tests.core.exporting.records import EVERY_TYPE, record

from metaextract_core.exporting.jsonl import Lines
from metaextract_core.record import Record


def test_what_is_written_is_read_as_the_same_records() -> None:
    records = [record(**EVERY_TYPE), record("/b\0\u2028\n.jpg")]
    stream = io.BytesIO()
    lines = Lines(stream)
    for one in records:
        lines.write(one)
    written = stream.getvalue().splitlines()
    assert [msgspec.json.decode(line, type=Record) for line in written] == records


def test_f49_half_a_surrogate_pair_breaks_no_line() -> None:
    stream = io.BytesIO()
    Lines(stream).write(record(camera__make="a\0\ud800"))
    (line,) = stream.getvalue().splitlines()
    assert msgspec.json.decode(line, type=Record) == record(camera__make="a\0\ufffd")
