"""What a TIFF says in its tags and its links."""

from __future__ import annotations

import struct
from typing import Any

from PIL import ExifTags
from PIL.TiffImagePlugin import TiffImageFile

from metaextract_sdk import Context, FileView

MAX_IMAGES = 1000


def read_tiff(image: TiffImageFile, file: FileView, ctx: Context) -> dict[str, Any]:
    """Size as stored, which Pillow turns by the orientation; bits per sample; number of images."""
    tags = image.tag_v2
    data: dict[str, Any] = {
        "Width": tags[ExifTags.Base.ImageWidth],
        "Height": tags[ExifTags.Base.ImageLength],
        "Frames": count_images(file),
    }
    if data["Frames"] == MAX_IMAGES:
        ctx.warn(f"images are counted up to {MAX_IMAGES}")
    if bits := tags.get(ExifTags.Base.BitsPerSample):
        data["BitsPerSample"] = bits[0]
    return data


def count_images(file: FileView) -> int:
    """Length of the chain of image file directories, at most `MAX_IMAGES`.

    Pillow counts by reading the tags of every image, without a limit; the links alone are enough
    (TIFF 6.0 section 2; BigTIFF has the magic number 43 and 64-bit counts and offsets). The chain
    ends where it leaves the file or comes back to itself.
    """
    head = file.read(0, 16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    count_format, offset_format, entry = ("Q", "Q", 20) if big else ("H", "I", 12)
    count_size, offset_size = struct.calcsize(count_format), struct.calcsize(offset_format)
    seen: set[int] = set()
    (offset,) = struct.unpack(order + offset_format, head[8:16] if big else head[4:8])
    while offset and offset not in seen and len(seen) < MAX_IMAGES:
        raw = file.read(offset, count_size)
        if len(raw) < count_size:
            break
        seen.add(offset)
        (entries,) = struct.unpack(order + count_format, raw)
        link = offset + count_size + entries * entry
        raw = file.read(link, offset_size) if link < file.size else b""
        (offset,) = struct.unpack(order + offset_format, raw) if len(raw) == offset_size else (0,)
    return len(seen)
