"""Counting the images of a TIFF by their links, and its size as stored."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from metaextract_pillow.tiff import MAX_IMAGES, count_images
from metaextract_sdk import Context, FileView

from .conftest import Read, encode

Count = Callable[[bytes], int]


@pytest.fixture
def count(tmp_path: Path) -> Count:
    def run(content: bytes) -> int:
        path = tmp_path / "pages.tif"
        path.write_bytes(content)
        with path.open("rb") as stream:
            return count_images(FileView(stream.fileno(), path, "image/tiff"))

    return run


@pytest.mark.parametrize("big", [False, True])
def test_pages_of_tiff_and_bigtiff(count: Count, big: bool) -> None:
    pages = [Image.new("L", (2, 2), shade) for shade in (0, 99, 200)]
    content = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:], big_tiff=big)
    assert count(content) == 3


def test_big_endian(count: Count) -> None:
    assert count(b"MM\0*" + struct.pack(">I", 8) + struct.pack(">HI", 0, 14) + bytes(6)) == 2


def test_a_chain_that_comes_back_to_itself_ends(count: Count) -> None:
    assert count(b"II*\0" + struct.pack("<I", 8) + struct.pack("<HI", 0, 8)) == 1


def test_a_link_out_of_the_file_ends_the_chain(count: Count) -> None:
    assert count(b"II*\0" + struct.pack("<I", 8) + struct.pack("<HI", 0, 0xFFFF_FFF0)) == 1


def test_an_entry_count_out_of_the_file_ends_the_chain(count: Count) -> None:
    """BigTIFF counts entries in 64 bits: the product leaves any file."""
    head = b"II+\0\x08\0\0\0" + struct.pack("<Q", 16)
    assert count(head + struct.pack("<Q", 2**64 - 1)) == 1


def test_a_long_chain_is_counted_up_to_the_cap(read: Read, count: Count, context: Context) -> None:
    links = b"".join(struct.pack("<HI", 0, 8 + 6 * (n + 1)) for n in range(MAX_IMAGES + 5))
    assert count(b"II*\0" + struct.pack("<I", 8) + links) == MAX_IMAGES


def test_the_size_is_as_stored_whatever_the_orientation(read: Read) -> None:
    """Pillow turns it by itself; for the vocabulary the orientation is a fact of its own."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    data = read(encode(Image.new("L", (40, 30)), "TIFF", exif=exif), "image/tiff")
    assert (data["Width"], data["Height"], data["Orientation"]) == (40, 30, 6)
    assert data["BitsPerSample"] == 8
