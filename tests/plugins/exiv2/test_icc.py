"""The name of a colour profile, in both forms, and of damaged ones."""

from __future__ import annotations

import struct

import pytest
from PIL import ImageCms

from metaextract_exiv2.icc import description


def profile(content: bytes, *, count: int = 1, offset: int = 144, size: int | None = None) -> bytes:
    size = len(content) if size is None else size
    return (
        bytes(128)
        + struct.pack(">I", count)
        + struct.pack(">4sII", b"desc", offset, size)
        + content
    )


MLUC = struct.pack(">4s4xIIHHII", b"mluc", 1, 12, 0x656E, 0x5553, 10, 28)


def test_a_profile_of_version_2() -> None:
    text = b"desc" + bytes(4) + struct.pack(">I", 10) + b"Adobe RGB\0"
    assert description(profile(text)) == "Adobe RGB"


def test_a_profile_of_version_4() -> None:
    assert description(profile(MLUC + "Zürich".encode("utf-16-be")[:10])) == "Züric"


def test_a_whole_profile_that_another_program_made() -> None:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert description(made) == "sRGB built-in"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(200),
        profile(b""),
        profile(b"what" + bytes(20)),
        profile(MLUC, offset=1 << 31),
        profile(MLUC, size=18),
        profile(b"desc" + bytes(4), count=1 << 31),
    ],
    ids=["empty", "zeros", "nothing", "other kind", "far away", "cut", "count"],
)
def test_a_damaged_profile_has_no_name(content: bytes) -> None:
    assert description(content) is None
