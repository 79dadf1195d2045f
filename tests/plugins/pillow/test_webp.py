"""The canvas is read from the header alone."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from metaextract_pillow.webp import read_canvas
from metaextract_sdk import FileView

EXTENDED = b"RIFF" + bytes(4) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (EXTENDED + b"\x5f\xea\0\1\0\0", {"Format": "WEBP", "Width": 60000, "Height": 2}),
        (EXTENDED + b"\x5f\xea\0\1\0", {}),
        (EXTENDED.replace(b"VP8X", b"VP8 ") + bytes(6), {}),
        (b"RIFX" + EXTENDED[4:] + bytes(6), {}),
        (b"", {}),
    ],
)
def test_f12_the_canvas_of_an_extended_webp(
    tmp_path: Path, content: bytes, expected: dict[str, object]
) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(content)
    fd = os.open(path, os.O_RDONLY)
    try:
        assert read_canvas(FileView(fd, path, "image/webp")) == expected
    finally:
        os.close(fd)
