"""Each format is written as its readers expect it."""

from __future__ import annotations

import io
import json

import pytest

from metaextract_core.cli.output import FORMATS, open_writer
from metaextract_core.record import FileInfo, Record, Result, Section


def record(name: str) -> Record:
    return Record(
        file=FileInfo(path=f"folder/{name}", name=name, size=3),
        sections={"plain": Section(status="ok", data={"line": "a\nb", "text": "naïve"})},
    )


def written(format_: str, *names: str) -> bytes:
    stream = io.BytesIO()
    with open_writer(stream, format_) as writer:
        for name in names:
            writer.write(Result(record(name)))
    return stream.getvalue()


def test_json_lines_are_one_record_each() -> None:
    lines = written("jsonl", "a", "b").splitlines()
    assert [json.loads(line)["file"]["name"] for line in lines] == ["a", "b"]


def test_a_json_line_is_out_before_the_next_record_comes() -> None:
    buffer = io.BytesIO()
    stream = io.BufferedWriter(_Unclosed(buffer))
    with open_writer(stream, "jsonl") as writer:
        writer.write(Result(record("a")))
        assert json.loads(buffer.getvalue())["file"]["name"] == "a"


class _Unclosed(io.RawIOBase):
    def __init__(self, buffer: io.BytesIO) -> None:
        self._buffer = buffer

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._buffer.write(data)  # type: ignore[arg-type]  # a buffer, as RawIOBase has it


@pytest.mark.parametrize("names", [(), ("a",), ("a", "b", "c")])
def test_json_is_one_array_of_any_length(names: tuple[str, ...]) -> None:
    text = written("json", *names)
    assert [item["file"]["name"] for item in json.loads(text)] == list(names)
    assert text.endswith(b"]\n")


def test_an_array_that_was_not_finished_does_not_pass_for_whole() -> None:
    stream = io.BytesIO()
    with pytest.raises(KeyboardInterrupt), open_writer(stream, "json") as writer:  # noqa: PT012 -- the interruption comes after a record
        writer.write(Result(record("a")))
        raise KeyboardInterrupt
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


def test_a_table_is_utf8_and_leaves_its_stream_open() -> None:
    stream = io.BytesIO()
    with open_writer(stream, "table", everything=True) as writer:
        writer.write(Result(record("ä")))
    assert not stream.closed
    assert "folder/ä" in stream.getvalue().decode()
    assert "naïve" in stream.getvalue().decode()


def test_all_formats_that_are_offered_can_be_written() -> None:
    assert all(b"folder/a" in written(format_, "a") for format_ in FORMATS)
