"""PNG's texts before and behind the pixels, which stay undecoded: those of `png` are no pixels."""

from __future__ import annotations

import zlib

from metaextract_pillow import png as reader
from metaextract_sdk import Context

from .conftest import Read, camera_exif, chunk, png


def test_texts_of_all_three_kinds_on_both_sides_of_the_pixels(read: Read) -> None:
    front = chunk(b"tEXt", b"Title\0caf\xe9")
    behind = (
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"long " * 20)),
        chunk(b"iTXt", b"Author\0\0\0de\0Verfasser\0" + "Jörg".encode()),
    )
    data = read(png(front, tail=behind), "image/png")
    assert data["PNG:Title"] == "café"
    assert data["PNG:Comment"] == "long " * 20
    assert data["PNG:Author"] == "Jörg"
    assert data["BitsPerSample"] == 8


def test_exif_behind_the_pixels_is_read(read: Read) -> None:
    exif = chunk(b"eXIf", camera_exif().tobytes().removeprefix(b"Exif\0\0"))
    assert read(png(tail=(exif,)), "image/png")["Make"] == "Canon"


def test_containers_of_other_standards_are_no_texts(read: Read) -> None:
    xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>")
    assert not [tag for tag in read(png(xmp), "image/png") if tag.startswith("PNG:")]


def test_a_text_that_claims_four_gigabytes_is_not_read(read: Read, context: Context) -> None:
    liar = chunk(b"tEXt", b"Title\0x", length=0xFFFF_FFF0)
    data = read(png(tail=(liar,)), "image/png")
    assert "PNG:Title" not in data
    assert context.warnings == ["a tEXt chunk of 4294967280 bytes is left out"]


def test_a_flood_of_chunks_is_cut_short(read: Read, context: Context) -> None:
    flood = chunk(b"IDAT", b"") * reader.MAX_CHUNKS
    data = read(png(tail=(flood, chunk(b"tEXt", b"Title\0x"))), "image/png")
    assert "PNG:Title" not in data
    assert [warning for warning in context.warnings if "was not looked for" in warning]
