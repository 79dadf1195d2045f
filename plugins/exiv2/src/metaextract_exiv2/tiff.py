"""Pages of a TIFF, and the shape of one that exiv2 does not read: a BigTIFF, or a very large one.

TIFF 6.0 section 2; BigTIFF has the magic number 43, and 64-bit counts and offsets.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

from metaextract_exiv2.shape import MAX_IMAGES, Facts, Look, mapped
from metaextract_exiv2.words import WORDS
from metaextract_sdk import FileView

MAX_MAPPED: Final = 1 << 30
"""Bytes of a TIFF that exiv2 gets to see: it wants all of it in its address space."""
MAX_ENTRIES: Final = 500
_NUMBERS: Final = {3: "H", 4: "I", 16: "Q"}
_TAGS: Final = {256: "Width", 257: "Height", 258: "BitsPerSample", 277: "Channels"}
_WORDS: Final = {
    259: ("Compression", WORDS["Exif.Image.Compression"]),
    262: ("ColorMode", WORDS["Exif.Image.PhotometricInterpretation"]),
}
_OPACITY: Final = 338


class _Layout(NamedTuple):
    """How a kind of TIFF is written, in the words of `struct`."""

    order: str
    counts: str
    offsets: str
    entry: int

    def number(self, kind: str, raw: bytes, at: int = 0) -> int:
        """A number within `raw`; 0 where that ends before it."""
        size = struct.calcsize(f"{self.order}{kind}")
        return struct.unpack_from(f"{self.order}{kind}", raw, at)[0] if at + size <= len(raw) else 0


def tiff(file: FileView) -> Look:
    """How many pages a TIFF has, at most `MAX_IMAGES`, and what goes without saying.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file has become shorter.
    """
    head = file.read(0, 16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    layout = _Layout(order, "Q", "Q", 20) if big else _Layout(order, "H", "I", 12)
    pages = _pages(file, layout, layout.number(layout.offsets, head, 8 if big else 4))
    data: Facts = {"Frames": max(len(pages), 1), "Transparency": False}
    if big or file.size > MAX_MAPPED:
        return data | (_shape(file, layout, pages[0]) if pages else {}), None
    # A TIFF that says nothing else has one channel (section 8).
    return data | {"Exif.Image.SamplesPerPixel": 1}, mapped(file)


def _pages(file: FileView, layout: _Layout, offset: int) -> list[int]:
    """Where the directories are; the chain ends where it leaves the file or forms a circle."""
    seen: dict[int, None] = {}
    size = struct.calcsize(layout.counts)
    while 0 < offset < file.size and offset not in seen and len(seen) < MAX_IMAGES:
        seen[offset] = None
        entries = layout.number(layout.counts, file.read(offset, size))
        link = offset + size + entries * layout.entry
        offset = layout.number(layout.offsets, file.read(link, 8)) if link < file.size else 0
    return list(seen)


def _shape(file: FileView, layout: _Layout, page: int) -> Facts:
    """What the tags of a page say of its pixels."""
    size = struct.calcsize(layout.counts)
    entries = min(layout.number(layout.counts, file.read(page, size)), MAX_ENTRIES)
    raw = file.read(page + size, entries * layout.entry)
    data: dict[str, Any] = {"Channels": 1}
    for at in range(0, len(raw) - layout.entry + 1, layout.entry):
        tag, kind = (layout.number("H", raw, at + place) for place in (0, 2))
        if kind not in _NUMBERS:
            continue
        value = _first(file, layout, raw[at : at + layout.entry], _NUMBERS[kind])
        if tag in _TAGS:
            data[_TAGS[tag]] = value
        elif tag in _WORDS and value in _WORDS[tag][1]:
            name, words = _WORDS[tag]
            data[name] = words[value]
        elif tag == _OPACITY:  # section 18: 1 and 2 are opacity
            data["Transparency"] = value in (1, 2)
    return data


def _first(file: FileView, layout: _Layout, entry: bytes, kind: str) -> int:
    """The first number of an entry, which has it itself if all of them have room there."""
    room = struct.calcsize(layout.offsets)
    count = layout.number(layout.offsets, entry, 4)
    value = entry[-room:]
    if count * struct.calcsize(kind) > room:
        value = file.read(min(layout.number(layout.offsets, value), file.size), 8)
    return layout.number(kind, value)
