"""Text and Exif of PNG (W3C PNG, third edition, sections 11.3.3 and 11.3.4.5) behind the pixels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from PIL.PngImagePlugin import MAX_TEXT_CHUNK, PngImageFile

from metaextract_sdk import Context, FileView

MAX_CHUNKS = 20_000
_WANTED = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
# Metadata of other standards in disguise, not text for people.
_CONTAINERS = ("XML:com.adobe.xmp", "Raw profile type ")


def read_png(image: PngImageFile, file: FileView, ctx: Context) -> dict[str, Any]:
    """Bit depth and texts (``PNG:Keyword``); Exif behind the pixels goes to the image's `info`.

    What stands behind the pixels Pillow finds only by decoding them. So the walk past them is done
    here, and each chunk handed to Pillow's reader, which caps what it inflates.

    Raises:
        ValueError: a chunk inflates beyond Pillow's caps.
        OSError: a chunk is cut off.
    """
    stream = image.png
    if stream is None:
        return {}
    for kind, offset, length in _chunks_behind_pixels(file, ctx):
        if kind not in _WANTED:
            continue
        if length > MAX_TEXT_CHUNK:
            ctx.warn(f"a {kind.decode()} chunk of {length} bytes is left out")
            continue
        stream.fp = file.open()
        stream.fp.seek(offset)
        stream.call(kind, offset, length)
    # IHDR comes first and has the bit depth behind two sizes of four bytes (section 11.2.1).
    data: dict[str, Any] = {"BitsPerSample": file.read(24, 1)[0]}
    for keyword, text in stream.im_text.items():
        if not keyword.startswith(_CONTAINERS):
            data[f"PNG:{keyword}"] = str(text)
    return data


def _chunks_behind_pixels(file: FileView, ctx: Context) -> Iterator[tuple[bytes, int, int]]:
    """Kind, offset and length of the content of each chunk after the first image data."""
    start, pixels_seen = 8, False
    for _ in range(MAX_CHUNKS):
        head = file.read(start, 8)
        if len(head) < 8 or head.endswith(b"IEND"):
            return
        kind, (length,) = head[4:], struct.unpack(">I", head[:4])
        pixels_seen = pixels_seen or kind in (b"IDAT", b"fdAT")
        if pixels_seen:
            yield kind, start + 8, length
        start += length + 12
    ctx.warn(f"text behind the first {MAX_CHUNKS} chunks was not looked for")
