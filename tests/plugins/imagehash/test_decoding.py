"""What is decoded for hashing is small, grey, and never more than the header allows."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from metaextract_imagehash.decoding import EDGE, FORMATS, reduced_grey
from metaextract_sdk import ExtractError, FileView


def decoded(tmp_path: Path, content: bytes, media_type: str) -> Image.Image:
    path = tmp_path / "picture"
    path.write_bytes(content)
    fd = os.open(path, os.O_RDONLY)
    try:
        return reduced_grey(FileView(fd, path, media_type))
    finally:
        os.close(fd)


def encoded(size: tuple[int, int], kind: str, mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(2000, 1400), (1400, 2000), (4 * EDGE, 2 * EDGE)])
def test_a_large_picture_is_reduced_and_keeps_its_shape(
    tmp_path: Path, kind: str, size: tuple[int, int]
) -> None:
    image = decoded(tmp_path, encoded(size, kind), f"image/{kind.lower()}")
    assert image.mode == "L"
    assert EDGE <= min(image.size) < 2 * EDGE
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_small_picture_keeps_every_pixel(tmp_path: Path) -> None:
    image = decoded(tmp_path, encoded((2 * EDGE - 1, 300), "PNG"), "image/png")
    assert image.size == (2 * EDGE - 1, 300)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
def test_every_mode_becomes_grey(tmp_path: Path, mode: str) -> None:
    assert decoded(tmp_path, encoded((20, 10), "PNG", mode), "image/png").mode == "L"


def test_what_is_no_picture_is_an_extract_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractError):
        decoded(tmp_path, b"no picture", "image/png")


@pytest.mark.parametrize("kind", ["WEBP", "TIFF"])
def test_a_file_that_a_decoder_would_load_whole_is_refused_if_it_is_large(
    tmp_path: Path, kind: str
) -> None:
    """WebP in any case, TIFF if it is compressed."""
    path = tmp_path / "picture"
    more = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    with path.open("w+b") as stream:
        Image.new("RGB", (40, 30)).save(stream, kind, **more)
        stream.truncate(3 << 30)
        with pytest.raises(ExtractError, match="at once") as caught:
            reduced_grey(FileView(stream.fileno(), path, f"image/{kind.lower()}"))
    assert caught.value.status == "refused"


def test_each_media_type_has_one_format_that_pillow_can_open() -> None:
    Image.init()
    assert set(FORMATS.values()) <= set(Image.OPEN)
