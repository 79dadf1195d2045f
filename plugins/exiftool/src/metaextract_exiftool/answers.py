"""From what ``exiftool -json -long`` prints of one file to data."""

from __future__ import annotations

import json
import math
from typing import Any


def parse(printed: bytes) -> dict[str, dict[str, Any]]:
    """Tag -> ``{"val": ..., "num": ...}``: as people read it, and as a number where that differs.

    ExifTool replaces invalid UTF-8 in values, but not in names of groups that come from the file
    (prefixes of XMP namespaces); such bytes become lone surrogates, from which they can be restored
    (PEP 383). A number beyond what a float holds, such as ``1e500``, stays text.

    Raises:
        ValueError: this is not ExifTool's answer on one file.
    """
    try:
        text = printed.decode("utf-8", "surrogateescape")
        files: list[dict[str, Any]] = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("its values are nested too deeply") from error
    if len(files) != 1:
        raise ValueError(f"it is about {len(files)} files")
    tags = files[0]
    del tags["SourceFile"]
    return {tag: {"val": told["val"], "num": told.get("num")} for tag, told in tags.items()}


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


_DECODER = json.JSONDecoder(strict=False, parse_float=_float)
