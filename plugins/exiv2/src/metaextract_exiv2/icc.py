"""The name of a colour profile (ICC.1:2022)."""

from __future__ import annotations

import struct
from typing import Final

MAX_TAGS: Final = 200


def description(profile: bytes) -> str | None:
    """ProfileDescriptionTag (section 9.2.41); None where the profile has none that can be read.

    In version 4 it is in several languages, of which the first is taken (section 10.15); before, it
    is ASCII (ICC.1:2001-04 section 6.5.17).
    """
    try:
        (count,) = struct.unpack_from(">I", profile, 128)
        for number in range(min(count, MAX_TAGS)):
            name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
            if name == b"desc":
                return _text(profile[offset : offset + size])
    except struct.error:
        pass
    return None


def _text(content: bytes) -> str | None:
    if content.startswith(b"desc"):
        (length,) = struct.unpack_from(">I", content, 8)
        text = content[12 : 12 + length].decode("latin-1")
    elif content.startswith(b"mluc"):
        length, offset = struct.unpack_from(">II", content, 20)
        text = content[offset : offset + length].decode("utf-16-be", "replace")
    else:
        return None
    return text.partition("\0")[0].strip() or None
