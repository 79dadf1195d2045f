"""Whatever a file says of its parts, no more of it is loaded than headers need."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from metaextract_pillow import sparing
from metaextract_pillow.extractor import PillowHeader
from metaextract_pillow.sparing import SparingReader
from metaextract_sdk import Context, ExtractError, FileView

from .conftest import chunk, encode, png


@pytest.fixture
def view(tmp_path: Path) -> Iterator[FileView]:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(200)))
    with path.open("rb") as stream:
        yield FileView(stream.fileno(), path, "image/png")


def test_it_reads_like_any_reader(view: FileView) -> None:
    reader = SparingReader(view)
    assert reader.read(3) == b"\0\1\2"
    reader.seek(-2, 2)
    assert reader.read() == b"\xc6\xc7"
    assert reader.read(1) == b""


def test_what_is_not_there_is_not_counted(view: FileView) -> None:
    reader = SparingReader(view)
    reader.seek(100)
    assert len(reader.read(1 << 40)) == 100


def test_all_reads_together_are_bounded(view: FileView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparing, "MAX_READ", 150)
    reader = SparingReader(view)
    reader.read(100)
    reader.seek(0)
    with pytest.raises(Image.DecompressionBombError):
        reader.read(100)


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (encode(Image.new("RGB", (4, 3)), "WEBP"), "image/webp"),
        (encode(Image.new("RGB", (4, 3)), "AVIF"), "image/avif"),
        (png()[:33] + chunk(b"tEXt", b"Title\0a", 0x7FFFFFFF), "image/png"),
        (struct.pack(">I4s4sI4s", 12, b"jP  ", b"\r\n\x87\n", 0x7FFFFFFF, b"jp2h"), "image/jp2"),
    ],
)
def test_a_file_of_which_pillow_would_load_gigabytes_is_refused(
    context: Context, tmp_path: Path, start: bytes, media_type: str
) -> None:
    path = tmp_path / "large"
    with path.open("w+b") as stream:
        stream.write(start)
        stream.truncate(3 << 30)
        with pytest.raises(ExtractError, match="more than 64 MiB") as caught:
            PillowHeader().extract(FileView(stream.fileno(), path, media_type), context)
    assert caught.value.status == "refused"
