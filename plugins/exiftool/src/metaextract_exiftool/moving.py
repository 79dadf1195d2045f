"""What ExifTool's tags of the file system become for an equal content elsewhere."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

_GROUP: Final = "System:"
_DATES: Final = {
    "System:FileModifyDate": "st_mtime_ns",
    "System:FileAccessDate": "st_atime_ns",
    "System:FileInodeChangeDate": "st_ctime_ns",
}
_LAST: Final = 2**31  # seconds; later ones are left to ExifTool, as are those up to 1970
_BARE: Final = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?|true|false", re.IGNORECASE)
"""What ExifTool may write without quotation marks, as a number or a truth."""
_LETTERS: Final = 10
"""Of permissions with the type of the file, which earlier versions leave out."""


def move(
    data: Mapping[str, dict[str, Any]], path: bytes, status: os.stat_result
) -> dict[str, dict[str, Any]] | None:
    """`data` with the tags that ExifTool gives of the file system, as for the file at `path`.

    The formats are those of ExifTool's tag table ``System`` (ExifTool 12, ``Image::ExifTool``:
    names and folders as they are, times in local time with the offset, permissions as ``ls -l``
    shows them and as octal digits). None where it may write something else than this would.

    Args:
        data: of a file of equal content.
        path: absolute.
        status: of the file there.
    """
    folder, name = os.path.split(path)
    try:
        texts = {"System:FileName": name.decode(), "System:Directory": folder.decode()}
        texts |= {tag: _date(getattr(status, attribute)) for tag, attribute in _DATES.items()}
        texts["System:FilePermissions"] = _permissions(status, data["System:FilePermissions"])
    except (KeyError, ValueError):
        return None
    known = {*texts, "System:FileSize"}
    if folder == b"/" or _BARE.fullmatch(texts["System:FileName"]):
        return None
    if any(tag.startswith(_GROUP) and tag not in known for tag in data):
        return None
    moved = dict(data)
    for tag in texts.keys() & data.keys():
        moved[tag] = {"val": texts[tag], "num": None}
    moved["System:FilePermissions"]["num"] = int(f"{status.st_mode:o}")
    return moved


def _date(nanoseconds: int) -> str:
    seconds = nanoseconds // 1_000_000_000
    if not 0 < seconds < _LAST:
        raise ValueError
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{local:%Y:%m:%d %H:%M:%S}{local.isoformat()[-6:]}"


def _permissions(status: os.stat_result, before: Mapping[str, Any]) -> str:
    special = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX  # shown by others than ExifTool
    if status.st_mode & special or len(before["val"]) != _LETTERS:
        raise ValueError
    return stat.filemode(status.st_mode)
