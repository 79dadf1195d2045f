"""What exiv2 does not tell of the pixels: bits, channels, pictures; from the first few bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

from metaextract_sdk import FileView

MAX_SEGMENTS: Final = 2000
MAX_IMAGES: Final = 1000
_WINDOW: Final = 1 << 16
_NO_FRAME: Final = (0xC4, 0xC8, 0xCC)
"""Markers among those of frames that mean something else (ITU-T T.81, table B.1)."""
_MODES: Final = {1: "grayscale", 3: "RGB", 4: "CMYK"}
_INCH: Final = {1: 1.0, 2: 2.54}

Facts = dict[str, Any]


def jpeg(file: FileView) -> Facts:
    """Size, bits, channels, JFIF's pixels per inch, and how many pictures a JPEG holds."""
    data: Facts = {"Frames": 1, "Transparency": False}
    for marker, content in _segments(file):
        if marker == 0xE0 and content.startswith(b"JFIF\0"):
            data |= _density(content)
        elif marker == 0xE2 and content.startswith(b"MPF\0"):
            data["Frames"] = _pictures(content[4:])
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME and len(content) >= 6:
            # Frame header: ITU-T T.81 section B.2.2.
            bits, height, width, channels = struct.unpack(">BHHB", content[:6])
            data |= {"Width": width, "Height": height, "BitsPerSample": bits, "Channels": channels}
            if channels in _MODES:
                data["ColorMode"] = _MODES[channels]
            break
    return data


def _segments(file: FileView) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment before the pixels (ITU-T T.81 section B.1.1)."""
    at, start, window = 2, 0, file.read(0, _WINDOW)
    for _ in range(MAX_SEGMENTS):
        if at + 4 > start + len(window):
            start, window = at, file.read(at, _WINDOW)
        head = window[at - start : at - start + 4]
        if len(head) < 4 or head[0] != 0xFF:
            return
        marker = head[1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:
            return
        length = int.from_bytes(head[2:], "big")
        end = at + 2 + length
        if marker in (0xE0, 0xE2) or 0xC0 <= marker <= 0xCF:
            if end > start + len(window):
                start, window = at, file.read(at, _WINDOW + 2)
            yield marker, window[at - start + 4 : end - start]
        at = max(end, at + 2)


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


def webp(file: FileView) -> Facts:
    """Channels of a WebP, and that a still one is one picture (RFC 9649 sections 2.5 to 2.7)."""
    head = file.read(0, 26)
    kind = head[12:16]
    alpha = moving = False
    if kind == b"VP8X" and len(head) > 20:
        alpha, moving = bool(head[20] & 0x10), bool(head[20] & 0x02)
    elif kind == b"VP8L" and len(head) > 24:
        alpha = bool(head[24] & 0x10)
    data: Facts = {"ColorMode": "RGB", "Channels": 4 if alpha else 3, "Transparency": alpha}
    return data if moving else data | {"Frames": 1}


def tiff(file: FileView) -> Facts:
    """How many image file directories a TIFF has (TIFF 6.0 section 2), at most `MAX_IMAGES`.

    And what goes without saying: its tags are read with the others.
    """
    head = file.read(0, 8)
    order = "<" if head[:2] == b"II" else ">"
    seen: set[int] = set()
    offset = struct.unpack(f"{order}I", head[4:])[0] if len(head) == 8 else 0
    while offset and offset not in seen and len(seen) < MAX_IMAGES:
        raw = file.read(offset, 2)
        if len(raw) < 2:
            break
        seen.add(offset)
        link = file.read(offset + 2 + 12 * struct.unpack(f"{order}H", raw)[0], 4)
        offset = struct.unpack(f"{order}I", link)[0] if len(link) == 4 else 0
    # What its tags do not say is so by TIFF 6.0 sections 8 and 18.
    return {"Frames": max(len(seen), 1), "Exif.Image.SamplesPerPixel": 1, "Transparency": False}
