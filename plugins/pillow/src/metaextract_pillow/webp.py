"""The canvas of an extended WebP, read without WebP's parser, which makes room for its pixels."""

from __future__ import annotations

from typing import Any

from metaextract_sdk import FileView


def read_canvas(file: FileView) -> dict[str, Any]:
    """Width and height of the ``VP8X`` chunk (RFC 9649 section 2.7); empty where there is none."""
    head = file.read(0, 30)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X":
        return {}
    # Both are 24-bit numbers, and one less than what they stand for.
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return {"Format": "WEBP", "Width": width, "Height": height}
