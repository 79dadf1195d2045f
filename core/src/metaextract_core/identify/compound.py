"""What is in an OLE compound file ([MS-CFB]): documents, mail, installers."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from metaextract_sdk import FileView

_OLE: Final = "application/x-ole-storage"
PROTECTED: Final = "application/x-ole-protected-openxml"
"""An Office Open XML package under a password ([MS-OFFCRYPTO] 2.3): which one, nobody can see."""
_MAX_SECTORS: Final = 64
_MAX_ENTRIES: Final = 128
_END: Final = 0xFFFFFFFA
"""Sector and entry numbers from here on have special meanings ([MS-CFB] 2.1, 2.6.1)."""

# Class of the root storage, from the programs' registrations.
_CLASSES: Final[Mapping[bytes, str]] = {
    UUID(text).bytes_le: media_type
    for text, media_type in (
        ("00020900-0000-0000-c000-000000000046", "application/msword"),
        ("00020906-0000-0000-c000-000000000046", "application/msword"),
        ("00020810-0000-0000-c000-000000000046", "application/vnd.ms-excel"),
        ("00020820-0000-0000-c000-000000000046", "application/vnd.ms-excel"),
        ("64818d10-4f9b-11cf-86ea-00aa00b929e8", "application/vnd.ms-powerpoint"),
        ("00021a14-0000-0000-c000-000000000046", "application/vnd.visio"),
        ("00021201-0000-0000-00c0-000000000046", "application/vnd.ms-publisher"),
        ("74b78f3a-c8c8-11d1-be11-00c04fb6faf1", "application/vnd.ms-project"),
        ("00020d0b-0000-0000-c000-000000000046", "application/vnd.ms-outlook"),
        ("000c1084-0000-0000-c000-000000000046", "application/x-msi"),
        ("56616000-c154-11ce-8553-00aa00a1f95b", "image/vnd.fpx"),
    )
}
# Streams and storages directly below the root.
_STREAMS: Final[Mapping[str, str]] = {
    "EncryptedPackage": PROTECTED,
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "PP40": "application/vnd.ms-powerpoint",
    "VisioDocument": "application/vnd.visio",
    "__properties_version1.0": "application/vnd.ms-outlook",
    "Quill": "application/vnd.ms-publisher",
    "MatOST": "application/vnd.ms-works",
    "\x05HwpSummaryInformation": "application/x-hwp",
    "StarWriterDocument": "application/vnd.stardivision.writer",
    "StarCalcDocument": "application/vnd.stardivision.calc",
    "StarDrawDocument": "application/vnd.stardivision.draw",
    "StarDrawDocument3": "application/vnd.stardivision.draw",
    "NativeContent_MAIN": "application/x-quattro-pro",
    "SwDocContentMgr": "application/sldworks",
    "Dgn~H": "image/vnd.dgn",
}


def member(file: FileView, head: bytes) -> str:
    """What the compound file is, by the class of its root and the streams below."""
    if len(head) < 512:
        return _OLE
    directory = _Directory(file, head)
    root = directory.entry(0)
    if root is None:
        return _OLE
    if root[80:96] in _CLASSES:
        return _CLASSES[root[80:96]]
    names = set(directory.children(root))
    return next((kind for name, kind in _STREAMS.items() if name in names), _OLE)


class _Directory:
    """The directory's entries, each read when it is asked for."""

    def __init__(self, file: FileView, head: bytes) -> None:
        self._file = file
        self._shift = 12 if struct.unpack_from("<H", head, 30)[0] == 12 else 9
        self._tables = struct.unpack_from("<109I", head, 76)
        self._sectors = list(self._chain(struct.unpack_from("<I", head, 48)[0]))

    def entry(self, number: int) -> bytes | None:
        """The 128 bytes of an entry ([MS-CFB] 2.6.1), if it is within reach."""
        sector, offset = divmod(number << 7, 1 << self._shift)
        if sector >= len(self._sectors):
            return None
        entry = self._file.read(self._position(self._sectors[sector]) + offset, 128)
        return entry if len(entry) == 128 else None

    def children(self, entry: bytes) -> Iterator[str]:
        """Names of what is directly below an entry; its children form a tree (2.6.4)."""
        waiting = [struct.unpack_from("<I", entry, 76)[0]]
        seen: set[int] = set()
        while waiting and len(seen) < _MAX_ENTRIES:
            number = waiting.pop()
            child = self.entry(number) if number < _END and number not in seen else None
            seen.add(number)
            if child is not None:
                length = min(struct.unpack_from("<H", child, 64)[0], 64)
                yield child[: max(length - 2, 0)].decode("utf-16-le", "replace")
                waiting += struct.unpack_from("<II", child, 68)

    def _position(self, sector: int) -> int:
        return (sector + 1) << self._shift

    def _chain(self, sector: int) -> Iterator[int]:
        """The sectors of the directory, as far as the allocation table in the header leads."""
        for _ in range(_MAX_SECTORS):
            if sector >= _END:
                return
            yield sector
            table, index = divmod(sector, 1 << (self._shift - 2))
            if table >= len(self._tables) or self._tables[table] >= _END:
                return
            raw = self._file.read(self._position(self._tables[table]) + 4 * index, 4)
            if len(raw) < 4:
                return
            (sector,) = struct.unpack("<I", raw)
