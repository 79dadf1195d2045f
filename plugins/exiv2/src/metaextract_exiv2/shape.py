"""What exiv2 does not tell of the pixels: bits, channels, pictures; from the first few bytes."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from typing import Any, Final

from metaextract_sdk import FileView

MAX_HEADER: Final = 64 << 20
"""Bytes of a JPEG in which the beginning of its pixels is looked for."""
MAX_IMAGES: Final = 1000
"""How many pictures are counted."""
_WINDOW: Final = 1 << 16
_NO_FRAME: Final = (0xC4, 0xC8, 0xCC)
"""Markers among those of frames that mean something else (ITU-T T.81, table B.1)."""
_MODES: Final = {1: "grayscale", 3: "RGB", 4: "CMYK"}
_INCH: Final = {1: 1.0, 2: 2.54}

Facts = dict[str, Any]
Look = tuple[Facts, bytes | mmap.mmap | None]
"""Facts, and the content that exiv2 shall read; None where it cannot.

It gets no path: it would leave a new time of access, which the host's descriptor does not.
"""


def jpeg(file: FileView) -> Look:
    """Size, bits, channels, JFIF's pixels per inch, and how many pictures a JPEG holds.

    The content goes at least to the pixels, where exiv2 stops.
    """
    length = _WINDOW
    while True:
        content = file.read(0, length)
        data, whole = _frame(content)
        if whole or len(content) < length or length >= MAX_HEADER:
            return data, content
        length *= 4


def _frame(content: bytes) -> tuple[Facts, bool]:
    """What the segments before the pixels say, and whether they are all there."""
    data: Facts = {"Frames": 1, "Transparency": False}
    for marker, start, end in _segments(content):
        if marker == 0xDA:
            return data, True
        if marker == 0xE0 and content.startswith(b"JFIF\0", start):
            data |= _density(content[start:end])
        elif marker == 0xE2 and content.startswith(b"MPF\0", start):
            data["Frames"] = _pictures(content[start + 4 : end])
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME and start + 6 <= len(content):
            # Frame header: ITU-T T.81 section B.2.2.
            bits, height, width, channels = struct.unpack_from(">BHHB", content, start)
            data |= {"Width": width, "Height": height, "BitsPerSample": bits, "Channels": channels}
            if channels in _MODES:
                data["ColorMode"] = _MODES[channels]
    return data, False


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the first scan (ITU-T T.81 section B.1.1)."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        end = at + 2 + max(int.from_bytes(content[at + 2 : at + 4], "big"), 2)
        yield marker, at + 4, end
        if marker == 0xDA:
            return
        at = end


def _density(content: bytes) -> Facts:
    """JFIF 1.02, "APP0 marker": the unit, and two numbers of pixels in it."""
    if len(content) < 12:
        return {}
    unit, horizontal, vertical = struct.unpack(">BHH", content[7:12])
    if unit not in _INCH or not horizontal or not vertical:
        return {}
    factor = _INCH[unit]
    return {
        "XResolution": round(horizontal * factor, 4),
        "YResolution": round(vertical * factor, 4),
    }


def _pictures(content: bytes) -> int:
    """NumberOfImages (0xB001) of a Multi-Picture Format (CIPA DC-007 section 5.2.3); else 1."""
    order = "<" if content.startswith(b"II") else ">"
    try:
        (offset,) = struct.unpack_from(f"{order}I", content, 4)
        (entries,) = struct.unpack_from(f"{order}H", content, offset)
        for number in range(min(entries, 16)):
            tag, _, _, value = struct.unpack_from(f"{order}HHII", content, offset + 2 + 12 * number)
            if tag == 0xB001:
                return min(max(int(value), 1), MAX_IMAGES)
    except struct.error:
        pass
    return 1


def webp(file: FileView) -> Look:
    """Channels of a WebP, and that a still one is one picture (RFC 9649 sections 2.5 to 2.7)."""
    head = file.read(0, 26)
    kind = head[12:16]
    alpha = moving = False
    if kind == b"VP8X" and len(head) > 20:
        alpha, moving = bool(head[20] & 0x10), bool(head[20] & 0x02)
    elif kind == b"VP8L" and len(head) > 24:
        alpha = bool(head[24] & 0x10)
    data: Facts = {"ColorMode": "RGB", "Channels": 4 if alpha else 3, "Transparency": alpha}
    return data if moving else data | {"Frames": 1}, mapped(file)


def mapped(file: FileView) -> mmap.mmap:
    """The whole content, of which only what is looked at is read.

    Raises:
        OSError: its file system cannot do that.
        ValueError: the file has become shorter.
    """
    return mmap.mmap(file.fileno(), file.size, access=mmap.ACCESS_READ)
