"""Bits, channels and pictures from the first bytes of a file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from metaextract_exiv2 import shape
from metaextract_sdk import FileView

from .conftest import encode


def look(content: bytes, reader: Callable[[FileView], shape.Look], folder: Path) -> dict[str, Any]:
    path = folder / "image"
    path.write_bytes(content)
    with path.open("rb") as stream:
        return reader(FileView(stream.fileno(), path, "image/x"))[0]


@pytest.mark.parametrize(
    ("mode", "channels", "colours"), [("L", 1, "grayscale"), ("RGB", 3, "RGB"), ("CMYK", 4, "CMYK")]
)
def test_the_frame_of_a_jpeg(tmp_path: Path, mode: str, channels: int, colours: str) -> None:
    found = look(encode(mode=mode), shape.jpeg, tmp_path)
    assert (found["Width"], found["Height"], found["BitsPerSample"]) == (40, 30, 8)
    assert (found["Channels"], found["ColorMode"], found["Frames"]) == (channels, colours, 1)


def test_a_frame_behind_much_else_is_found(tmp_path: Path) -> None:
    """Segments of Exif, XMP and profiles may fill more than one window."""
    plain = encode()
    segments = b"".join(b"\xff\xef\xff\xff" + bytes(0xFFFD) for _ in range(5))
    found = look(plain[:2] + segments + b"\xff\xff" + plain[2:], shape.jpeg, tmp_path)
    assert (found["Width"], found["Height"]) == (40, 30)


def test_the_pixels_of_a_large_jpeg_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(encode() + bytes(1 << 20))
    with path.open("rb") as stream:
        _, content = shape.jpeg(FileView(stream.fileno(), path, "image/jpeg"))
    assert content is not None
    assert len(content) <= 1 << 16


def test_pixels_per_inch_of_jfif(tmp_path: Path) -> None:
    assert look(encode(dpi=(300, 150)), shape.jpeg, tmp_path)["XResolution"] == 300
    content = bytearray(encode(dpi=(100, 100)))
    content[13] = 2  # of the same numbers per centimetre
    assert look(bytes(content), shape.jpeg, tmp_path)["YResolution"] == 254
    content[13] = 0  # of no unit
    assert "XResolution" not in look(bytes(content), shape.jpeg, tmp_path)


def test_pictures_of_a_multi_picture_file_are_counted(tmp_path: Path) -> None:
    stream = io.BytesIO()
    pictures = [Image.new("RGB", (40, 30)) for _ in range(3)]
    pictures[0].save(stream, "MPO", save_all=True, append_images=pictures[1:])
    assert look(stream.getvalue(), shape.jpeg, tmp_path)["Frames"] == 3


@pytest.mark.parametrize("wild", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff"])
def test_a_damaged_list_of_pictures_is_one_picture(tmp_path: Path, wild: bytes) -> None:
    plain = encode()
    segment = b"\xff\xe2" + struct.pack(">H", 6 + len(wild)) + b"MPF\0" + wild
    assert look(plain[:2] + segment + plain[2:], shape.jpeg, tmp_path)["Frames"] == 1


def test_a_jpeg_cut_anywhere_gives_what_came_before(tmp_path: Path) -> None:
    content = encode()
    for length in range(0, 200, 7):
        found = look(content[:length], shape.jpeg, tmp_path)
        assert found.get("Width") in (None, 40)


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("RGBA", 4)])
def test_channels_of_a_webp(tmp_path: Path, lossless: bool, mode: str, channels: int) -> None:
    image = Image.new(mode, (40, 30), (10, 20, 30, 40)[:channels])
    stream = io.BytesIO()
    image.save(stream, "WEBP", lossless=lossless)
    found = look(stream.getvalue(), shape.webp, tmp_path)
    assert (found["Channels"], found["Transparency"]) == (channels, channels == 4)
    assert found["Frames"] == 1


def test_a_moving_webp_does_not_say_how_many_pictures_it_has(tmp_path: Path) -> None:
    """They stand all over the file."""
    stream = io.BytesIO()
    first, second = Image.new("RGB", (40, 30)), Image.new("RGB", (40, 30), "white")
    first.save(stream, "WEBP", save_all=True, append_images=[second])
    assert "Frames" not in look(stream.getvalue(), shape.webp, tmp_path)


def test_a_file_that_became_shorter_is_an_error(tmp_path: Path) -> None:
    """It cannot be mapped as long as it was; the extractor makes a reason of that."""
    path = tmp_path / "image"
    path.write_bytes(encode("TIFF"))
    with path.open("rb") as stream:
        view = FileView(stream.fileno(), path, "image/tiff")
        path.write_bytes(b"II*\0")
        with pytest.raises(ValueError, match="mmap length"):
            shape.mapped(view)
