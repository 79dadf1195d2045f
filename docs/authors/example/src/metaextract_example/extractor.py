"""Reads example files.

The format is invented, so that there is something to read: put yours in its place.
After the signature come chunks: four letters that say what the chunk holds, its length as four
bytes, then so many bytes of content. Numbers have their highest byte first.

=======  ===========================================================================
``TITL``  a title, UTF-8
``MADE``  seconds since 1970 in UTC, signed, eight bytes
``SPOT``  latitude and longitude in degrees (WGS 84), a double (IEEE 754) each
``BODY``  what the file is there for, of any length
``DONE``  the end
=======  ===========================================================================
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from metaextract_sdk import Context, ExtractError, Extractor, FileView

from metaextract_example.hooks import MEDIA_TYPE, SIGNATURE

MAX_CHUNKS: Final = 1000
"""How many chunks of one file are looked at: files come from strangers."""
MAX_VALUE: Final = 64 << 10
"""How many bytes of a chunk are loaded as a value."""
HEADER: Final = struct.Struct(">4sI")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ExampleExtractor(Extractor):
    """example files: title, time and place."""

    media_types = (MEDIA_TYPE,)
    version = "1"
    crosswalk: ClassVar[Mapping[str, str]] = {
        "Title": "document.title",
        "Made": "document.created",
        "Latitude": "gps.latitude",
        "Longitude": "gps.longitude",
    }
    samples = ("samples/*.example",)

    def extract(self, file: FileView, ctx: Context) -> dict[str, Any]:
        """The values of all chunks that are known, and how many bytes the file carries.

        Of a file that is damaged, what comes before the damage is kept.
        """
        if file.read(0, len(SIGNATURE)) != SIGNATURE:
            raise ExtractError("it does not begin with the signature")
        data: dict[str, Any] = {"Bytes": 0}
        position = len(SIGNATURE)
        for _ in range(MAX_CHUNKS):
            header = file.read(position, HEADER.size)
            if len(header) < HEADER.size:
                raise ExtractError(f"it ends at byte {file.size} without a DONE", data=data)
            kind, length = HEADER.unpack(header)
            if kind == b"DONE":
                return data
            if length > file.size - position - HEADER.size:
                raise ExtractError(f"the chunk at byte {position} is cut short", data=data)
            if kind == b"BODY":
                data["Bytes"] += length
            elif kind in READERS and length <= MAX_VALUE:
                content = file.read(position + HEADER.size, length)
                try:
                    data |= READERS[kind](content)
                except (ValueError, OverflowError, struct.error) as error:
                    ctx.warn(f"the chunk at byte {position} has no value: {error}")
            position += HEADER.size + length
        raise ExtractError(f"it has more than {MAX_CHUNKS} chunks", data=data)


def _title(content: bytes) -> dict[str, Any]:
    return {"Title": content.decode()}


def _made(content: bytes) -> dict[str, Any]:
    (seconds,) = struct.unpack(">q", content)
    return {"Made": EPOCH + timedelta(seconds=seconds)}


def _spot(content: bytes) -> dict[str, Any]:
    latitude, longitude = struct.unpack(">dd", content)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"{latitude}, {longitude} is no place on Earth")
    return {"Latitude": latitude, "Longitude": longitude}


READERS: Final[Mapping[bytes, Callable[[bytes], dict[str, Any]]]] = {
    b"TITL": _title,
    b"MADE": _made,
    b"SPOT": _spot,
}
