"""Pages of a TIFF, and the shape of those that exiv2 does not read."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from metaextract_exiv2.tiff import MAX_MAPPED, tiff
from metaextract_sdk import FileView


def look(content: bytes, folder: Path, size: int | None = None) -> tuple[dict[str, Any], bool]:
    """What is said of a file, and whether exiv2 gets to see it."""
    path = folder / "image"
    path.write_bytes(content)
    os.truncate(path, size or len(content))
    with path.open("rb") as stream:
        data, seen = tiff(FileView(stream.fileno(), path, "image/tiff"))
    return data, seen is not None


def encode(mode: str = "L", count: int = 1, **options: Any) -> bytes:
    pages = [Image.new(mode, (40, 30)) for _ in range(count)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], **options)
    return stream.getvalue()


@pytest.mark.parametrize("big", [False, True])
def test_pages_are_counted(tmp_path: Path, big: bool) -> None:
    data, seen = look(encode(count=3, big_tiff=big), tmp_path)
    assert data["Frames"] == 3
    assert seen is not big


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("L", {"ColorMode": "BlackIsZero", "BitsPerSample": 8, "Channels": 1}),
        ("RGBA", {"ColorMode": "RGB", "BitsPerSample": 8, "Channels": 4, "Transparency": True}),
    ],
)
@pytest.mark.parametrize("big", [False, True])
def test_the_shape_of_what_exiv2_does_not_read(
    tmp_path: Path, mode: str, expected: dict[str, Any], big: bool
) -> None:
    size = None if big else MAX_MAPPED + 1  # of which all but the beginning is a hole
    data, seen = look(encode(mode, big_tiff=big, compression="raw"), tmp_path, size)
    assert not seen
    assert (data["Width"], data["Height"], data["Compression"]) == (40, 30, "Uncompressed")
    assert data.items() >= expected.items()


@pytest.mark.parametrize(
    "content",
    [b"II", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\0\0\x08\0\0\0", b"MM\0*\0\0\0\x08"],
    ids=["cut", "far away", "circle", "nothing there"],
)
def test_a_damaged_chain_of_pages_ends(tmp_path: Path, content: bytes) -> None:
    assert look(content, tmp_path)[0]["Frames"] == 1


def test_a_bigtiff_cut_or_wild_anywhere_gives_numbers_or_nothing(tmp_path: Path) -> None:
    content = encode("RGB", big_tiff=True)
    for at in range(8, 300, 3):
        for damaged in (content[:at], content[:at] + b"\xff" * 8 + content[at + 8 :]):
            data, _ = look(damaged, tmp_path)
            assert all(isinstance(value, int | str) for value in data.values())
