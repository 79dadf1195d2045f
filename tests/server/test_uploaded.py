"""Files that clients sent are theirs: nothing is told of the server's copy."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from blake3 import blake3

from metaextract_core import Kernel
from metaextract_server.uploaded import read
from metaextract_server.uploads.receiving import Received

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as opened:
        yield opened


def received(tmp_path: Path, name: str, content: bytes) -> Received:
    """A file as `receive` gives it."""
    path = tmp_path / "0123456789abcdef"
    path.write_bytes(content)
    digest = f"blake3:{blake3(content).hexdigest()}"
    return Received(
        field="file", name=name, path=path, size=len(content), digest=digest, media_type=None
    )


def test_it_is_read_as_any_other_file(kernel: Kernel, tmp_path: Path) -> None:
    sample = SAMPLES / "lakeside.jpg"
    sent = received(tmp_path, sample.name, sample.read_bytes())
    (record,) = read(kernel, [sent], folder=tmp_path)
    (own,) = kernel.extract([sample])
    assert (record.file.digest, record.file.size) == (sent.digest, sent.size)
    assert not record.failed
    about = {name for name in own.fields if not name.startswith("file.")}
    assert {name: record.fields[name] for name in about} == {
        name: own.fields[name] for name in about
    }


def test_nothing_is_told_of_the_copy(kernel: Kernel, tmp_path: Path) -> None:
    """Neither where it lies, nor when it was made, nor whose it is."""
    sample = SAMPLES / "lakeside.jpg"
    sent = received(tmp_path, "my.jpg", sample.read_bytes())
    (record,) = read(kernel, [sent], folder=tmp_path, profile="deep")
    said = msgspec.json.encode(record).decode()
    assert str(tmp_path) not in said
    assert f'"{getpass.getuser()}"' not in said
    assert "System:" not in said
    assert record.file.modified is None
    assert "filesystem" not in record.sections
    assert "file.modified" not in record.fields


def test_the_path_is_that_of_content_and_name(kernel: Kernel, tmp_path: Path) -> None:
    sent = received(tmp_path, "notes.txt", b"some words\n")
    (record,) = read(kernel, [sent], folder=tmp_path)
    assert record.file.name == "notes.txt"
    assert record.file.path == f"/uploads/{sent.digest.removeprefix('blake3:')}/notes.txt"


def test_a_kind_of_file_may_be_known_by_its_name_alone(kernel: Kernel, tmp_path: Path) -> None:
    (record,) = read(kernel, [received(tmp_path, "a.csv", b"a,b\n1,2\n")], folder=tmp_path)
    assert record.file.media_type == "text/csv"


@pytest.mark.parametrize(
    "name", ["a.j/pg", "a.\n", "a." + "x" * 300, ".", "a.j pg", "-o.\u202egpj"]
)
def test_f14_a_hostile_name_is_a_text_and_never_a_path(
    kernel: Kernel, tmp_path: Path, name: str
) -> None:
    (record,) = read(kernel, [received(tmp_path, name, b"\x89PNG\r\n\x1a\n")], folder=tmp_path)
    assert record.file.name == name
    assert sorted(path.name for path in tmp_path.iterdir() if len(path.name) == 16) == [
        "0123456789abcdef"
    ]


def test_files_of_equal_names_and_contents_are_kept_apart(kernel: Kernel, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
    files = [
        received(tmp_path / "a", "one.txt", b"words"),
        received(tmp_path / "b", "one.txt", b"other words"),
        received(tmp_path / "c", "two.txt", b"words"),
    ]
    records = read(kernel, files, folder=tmp_path)
    assert [record.file.name for record in records] == ["one.txt", "one.txt", "two.txt"]
    assert [record.file.digest for record in records] == [each.digest for each in files]
    assert len({record.file.path for record in records}) == 3


def test_what_is_left_out_must_be_known(kernel: Kernel, tmp_path: Path) -> None:
    sent = received(tmp_path, "a.txt", b"words")
    with pytest.raises(ValueError, match="there is no extractor 'nonsense'"):
        read(kernel, [sent], folder=tmp_path, exclude=["nonsense"])
