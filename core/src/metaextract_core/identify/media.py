"""Formats whose signature is shared with others, so that more than leading magic must be read."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Final

from metaextract_core.identify import signatures
from metaextract_sdk import FileView

# RIFF (Microsoft, 1991), RF64 (EBU Tech 3306) and IFF (EA IFF 85): the form's name after the size.
_FORMS: Final[Mapping[bytes, str]] = {
    b"WAVE": "audio/x-wav",
    b"AVI ": "video/x-msvideo",
    b"WEBP": "image/webp",
    b"ACON": "application/x-navi-animation",
    b"RMID": "audio/midi",
    b"AIFF": "audio/x-aiff",
    b"AIFC": "audio/x-aiff",
    b"8SVX": "audio/x-8svx",
    b"ILBM": "image/x-ilbm",
    b"DJVU": "image/vnd.djvu",
}


def form(_: FileView, head: bytes) -> str | None:
    """Of RIFF and IFF."""
    if head[8:11] == b"CDR":
        return "application/vnd.corel-draw"
    return _FORMS.get(head[8:12])


# ISO/IEC 14496-12 section 4.3; brands from the registry at mp4ra.org.
_BRANDS: Final[Mapping[bytes, str]] = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
    b"F4V ": "video/x-f4v",
    b"crx ": "image/x-canon-cr3",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
    b"jp2 ": "image/jp2",
    b"jpx ": "image/jpx",
    b"jpm ": "image/jpm",
}


def brand(_: FileView, head: bytes) -> str:
    """Of ISO base media files."""
    major = head[8:12]
    if major in (b"mif1", b"msf1"):
        end = min(int.from_bytes(head[:4], "big"), 512)
        compatible = {head[at : at + 4] for at in range(16, end, 4)}
        if b"avif" in compatible:
            return "image/avif"
    if major.startswith((b"3gp", b"3ge", b"3gr", b"3gs")):
        return "video/3gpp"
    return "video/3gpp2" if major.startswith(b"3g2") else _BRANDS.get(major, "video/mp4")


def jpeg2000(_: FileView, head: bytes) -> str:
    """Of the JPEG 2000 family (ISO/IEC 15444-1 annex I): its brand is in the second box."""
    return _BRANDS.get(head[20:24], "image/jp2")


def matroska(_: FileView, head: bytes) -> str:
    """Of EBML (RFC 8794): DocType, element 0x4282, tells WebM from Matroska."""
    at = head.find(b"\x42\x82", 4, 128)
    return "video/webm" if at > 0 and head[at + 3 : at + 7] == b"webm" else "video/matroska"


def ogg(_: FileView, head: bytes) -> str:
    """Of Ogg (RFC 3533): the first packet names the codec (RFC 5334)."""
    packet = head[27 + head[26] :] if len(head) > 27 else b""
    if packet.startswith((b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")):
        return "audio/ogg"
    return "video/ogg" if packet.startswith(b"\x80theora") else "application/ogg"


def png(_: FileView, head: bytes) -> str:
    """An animation has an acTL chunk before its pixels (PNG third edition, section 11.3.6)."""
    at = 8
    while at + 8 <= len(head):
        size, kind = struct.unpack_from(">I4s", head, at)
        if kind == b"acTL":
            return "image/apng"
        if kind == b"IDAT":
            break
        at += 12 + size
    return "image/png"


def after_id3(file: FileView, head: bytes) -> str | None:
    """What follows an ID3v2 tag (id3.org, ID3v2.4 section 3.1); usually MPEG audio."""
    if len(head) < 10 or max(head[6:10]) > 127 or head[3] > 9:
        return None
    size = 10 + ((head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9])
    found = signatures.match(file.read(size, 2048))
    return found if found and found.startswith("audio/") else "audio/mpeg"


_RAW_MAKERS: Final = (
    (b"NIKON", "image/x-nikon-nef"),
    (b"SONY", "image/x-sony-arw"),
    (b"PENTAX", "image/x-pentax-pef"),
    (b"SAMSUNG", "image/x-samsung-srw"),
    (b"SEIKO EPSON", "image/x-epson-erf"),
    (b"Hasselblad", "image/x-hasselblad-3fr"),
)
_SUBFILE_TYPE, _MAKE, _SUB_IFDS, _DNG_VERSION = 0x00FE, 0x010F, 0x014A, 0xC612


def tiff_member(file: FileView, head: bytes) -> str:
    """Which of the camera formats built upon TIFF 6.0 it is, if one.

    DNG says so (DNG 1.7 tag DNGVersion). Of the others only the first directory can tell: its
    picture is a reduced one, the sensor's are in directories below, and the maker is known.
    """
    order = "<" if head[:1] == b"I" else ">"
    if len(head) < 8 or 43 in head[2:4]:
        return "image/tiff"  # 43 marks BigTIFF, which no camera writes
    start = struct.unpack_from(order + "I", head, 4)[0]
    directory = file.read(start, 2 + 12 * 200)
    if len(directory) < 2:
        return "image/tiff"
    count = min(struct.unpack_from(order + "H", directory)[0], (len(directory) - 2) // 12)
    tags = {
        tag: (number, value)
        for tag, _, number, value in (
            struct.unpack_from(order + "HHII", directory, 2 + 12 * index) for index in range(count)
        )
    }
    if _DNG_VERSION in tags:
        return "image/x-adobe-dng"
    if _MAKE in tags and _SUB_IFDS in tags and tags.get(_SUBFILE_TYPE, (0, 0))[1] == 1:
        number, offset = tags[_MAKE]
        make = file.read(offset, min(number, 32))
        return next((kind for maker, kind in _RAW_MAKERS if make.startswith(maker)), "image/tiff")
    return "image/tiff"


_NUMBERS: Final = re.compile(rb"P[1-6]\s(?:\s|#[^\n]{0,200}\n)*\d{1,9}\s")


def portable_map(_: FileView, head: bytes) -> str | None:
    """PBM, PGM and PPM (netpbm): a number must follow, for "P1" begins many texts."""
    kinds = {49: "bitmap", 50: "graymap", 51: "pixmap", 52: "bitmap", 53: "graymap", 54: "pixmap"}
    if head.startswith(b"P7\n"):
        return "image/x-portable-arbitrarymap"
    return f"image/x-portable-{kinds[head[1]]}" if _NUMBERS.match(head[:1024]) else None


def bitmap(_: FileView, head: bytes) -> str | None:
    """BMP: the header's size is one of those that were ever defined (wingdi.h)."""
    sizes = (12, 16, 40, 52, 56, 64, 108, 124)
    return "image/bmp" if len(head) > 17 and head[14] in sizes and not any(head[15:18]) else None


def icon(_: FileView, head: bytes) -> str | None:
    """ICO and CUR: some pictures, and a zero in each entry's reserved byte."""
    if len(head) < 22 or not head[4] or head[5] or head[9]:
        return None
    return "image/vnd.microsoft.icon" if head[2] == 1 else "image/x-cursor"


def bytecode(_: FileView, head: bytes) -> str:
    """0xCAFEBABE: a Java class has a version from 45 where a fat Mach-O counts its few parts."""
    return "application/java-vm" if head[6:8] >= b"\x00\x2d" else "application/x-mach-binary"


def flash(_: FileView, head: bytes) -> str | None:
    """SWF: a version follows, where a text would have a letter."""
    return "application/vnd.adobe.flash.movie" if b"\0" < head[3:4] < b" " else None


def program(_: FileView, head: bytes) -> str | None:
    """DOS and Windows programs: numbers follow "MZ", where a text would have letters."""
    media_type = "application/vnd.microsoft.portable-executable"
    return media_type if b"\0" in head[2:64] else None


def monkey(_: FileView, head: bytes) -> str | None:
    """Monkey's Audio: a version follows, from 3.80 on, where a text would have letters."""
    version = int.from_bytes(head[4:6], "little")
    return "audio/x-monkeys-audio" if 3800 <= version < 4200 else None


def marc(_: FileView, head: bytes) -> str | None:
    """MARC 21 (ISO 2709): the record's length comes first."""
    return "application/marc" if head[:5].isdigit() and head[12:17].isdigit() else None
