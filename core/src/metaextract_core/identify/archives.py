"""What is in a ZIP: documents, books, packages, programs."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from metaextract_core.identify.families import ZIP_BASED
from metaextract_sdk import FileView

_ZIP: Final = "application/zip"
_DIRECTORY_BYTES: Final = 1 << 16
_MEMBER_BYTES: Final = 1 << 16
"""How much of a member is read, and how much of that inflated."""


class _Member(NamedTuple):
    offset: int  # of its local header
    size: int  # as compressed
    method: int


_Members = Mapping[bytes, _Member]


def member(file: FileView, head: bytes) -> str:
    """What the ZIP (APPNOTE.TXT 6.3.10) is, judged by its members."""
    members = _central(file) or _local(head)
    if found := _declared(file, members):
        return found
    if found := _open_packaging(file, members):
        return found
    for names, media_type in _MARKERS:
        if all(name in members for name in names):
            return media_type
    if any(name.startswith(b"Index/Slide") for name in members):
        return "application/vnd.apple.keynote"
    if any(b"/" not in name and name.endswith(b".kml") for name in members):
        return "application/vnd.google-earth.kmz"
    return _ZIP


_MARKERS: Final = (
    ((b"AndroidManifest.xml",), "application/vnd.android.package-archive"),
    ((b"index.apxl",), "application/vnd.apple.keynote"),
    ((b"META-INF/manifest.xml", b"description.xml"), "application/vnd.openofficeorg.extension"),
    ((b"META-INF/container.xml",), "application/epub+zip"),
    ((b"META-INF/MANIFEST.MF",), "application/java-archive"),
)
"""Members that only one kind of package has."""
_TYPE: Final = re.compile(rb"(?:application|image|audio|video|text|model)/[a-z0-9.+-]{1,100}")


def recognises(media_type: str) -> bool:
    """Whether a whole ZIP of this type is always told from others by its members."""
    return media_type.startswith(ZIP_BASED) or media_type == "application/epub+zip"


def _declared(file: FileView, members: _Members) -> str | None:
    """ODF 1.3 part 2 section 3.3, OCF 3.3 section 4.3: a member ``mimetype``."""
    match = _TYPE.match(_content(file, members, b"mimetype"))
    return match[0].decode() if match else None


# Content type of the main part: ECMA-376 part 1, [MS-OFFMACRO2], [MS-VSDX], [MS-XLSB].
_MAIN: Final = re.compile(
    rb"ContentType\s{0,9}=\s{0,99}[\"'](application/[\w.-]{1,100}?)\.main(?:\+xml)?[\"']"
)
_PACKAGES: Final = (
    (b"fixeddocumentsequence+xml", "application/vnd.ms-xpsdocument"),
    (b"3dmanufacturing-3dmodel+xml", "model/3mf"),
    (b"themeManager+xml", "application/vnd.ms-officetheme"),
)


def _open_packaging(file: FileView, members: _Members) -> str | None:
    types = _content(file, members, b"[Content_Types].xml")
    for part, media_type in _PACKAGES:
        if part in types:
            return media_type
    if main := _MAIN.search(types):
        media_type = main[1].decode("ascii", "replace").lower()
        media_type = media_type.replace("macroenabledtemplate", "macroenabled")
        if media_type.endswith("macroenabled"):
            media_type += ".12"
        if media_type.startswith(ZIP_BASED):
            return media_type
    return None


def _content(file: FileView, members: _Members, name: bytes) -> bytes:
    """The beginning of a member; empty where there is none or it is damaged."""
    found = members.get(name)
    if found is None:
        return b""
    local = file.read(found.offset, 30)
    if len(local) < 30 or not local.startswith(b"PK\x03\x04"):
        return b""
    name_length, extra_length = struct.unpack_from("<HH", local, 26)
    start = found.offset + 30 + name_length + extra_length
    raw = file.read(start, min(found.size or _MEMBER_BYTES, _MEMBER_BYTES))
    if found.method == 0:
        return raw
    try:
        return zlib.decompressobj(-15).decompress(raw, _MEMBER_BYTES) if found.method == 8 else b""
    except zlib.error:
        return b""


def _central(file: FileView) -> _Members:
    """Members by the central directory, or none where the ZIP is cut off or of the 64-bit form."""
    end = file.read(max(0, file.size - 22), 22)
    if not end.startswith(b"PK\x05\x06"):
        tail = file.read(max(0, file.size - (22 + 0xFFFF)), 22 + 0xFFFF)
        at = tail.rfind(b"PK\x05\x06")
        end = tail[at : at + 22] if at >= 0 else b""
    if len(end) < 22:
        return {}
    size, offset = struct.unpack_from("<II", end, 12)
    directory = file.read(offset, min(size, _DIRECTORY_BYTES))
    members: dict[bytes, _Member] = {}
    at = 0
    while directory.startswith(b"PK\x01\x02", at) and at + 46 <= len(directory):
        (method,) = struct.unpack_from("<H", directory, at + 10)
        compressed, _, name, extra, comment = struct.unpack_from("<IIHHH", directory, at + 20)
        (local,) = struct.unpack_from("<I", directory, at + 42)
        members[directory[at + 46 : at + 46 + name]] = _Member(local, compressed, method)
        at += 46 + name + extra + comment
    return members


def _local(head: bytes) -> _Members:
    """Members by the local headers in `head`, as long as each says where the next one is."""
    members: dict[bytes, _Member] = {}
    at = max(head.find(b"PK\x03\x04"), 0)
    while head.startswith(b"PK\x03\x04", at) and at + 30 <= len(head):
        _, flags, method, _, _, _, size, _, name, extra = struct.unpack_from(
            "<HHHHHIIIHH", head, at + 4
        )
        members[head[at + 30 : at + 30 + name]] = _Member(at, size, method)
        if flags & 8:
            break
        at += 30 + name + extra + size
    return members
