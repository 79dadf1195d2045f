"""Files of several formats in their smallest form, around whatever a test puts into them."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image

GIGABYTE = 1 << 30
_BLOCK = 64 << 20


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG (section 5.3)."""
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(*chunks: bytes, edge: int = 16) -> bytes:
    """A PNG with `chunks` before its pixels, which are there for 16 rows."""
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(3 * edge)) * 16)
    signature = b"\x89PNG\r\n\x1a\n"
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return signature + b"".join(parts)


def jpeg(xmp: bytes) -> bytes:
    """A JPEG with a packet of XMP (XMP part 3, section 1.1.3)."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16)).save(stream, "JPEG")
    segment = b"http://ns.adobe.com/xap/1.0/\0" + xmp
    app1 = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    whole = stream.getvalue()
    return whole[:2] + app1 + whole[2:]


def element(group: int, number: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """A DICOM element in explicit VR little endian (PS3.5 section 7.1.2)."""
    size = len(value) if length is None else length
    if vr in ("OB", "OW", "SQ", "UN"):
        return struct.pack("<HH2sxxI", group, number, vr.encode(), size) + value
    return struct.pack("<HH2sH", group, number, vr.encode(), size) + value


def dicom(dataset: bytes, syntax: bytes = b"1.2.840.10008.1.2.1\0") -> bytes:
    """A DICOM file (PS3.10 section 7.1)."""
    meta = element(2, 0x10, "UI", syntax)
    return bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + dataset


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects; the first is its catalogue (ISO 32000-1 section 7.5)."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj " % number + content + b" endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream of a PDF (ISO 32000-1 section 7.3.8)."""
    return b"<<%s/Length %d>> stream\n" % (entries, len(content)) + content + b"\nendstream"


def fits(tile: bytes) -> bytes:
    """A FITS image compressed by GZIP_1 in one tile (FITS 4.0 sections 4 and 10.1)."""

    def header(**cards: str) -> bytes:
        lines = [
            f"{key.replace('_', '-'):8}= {value:>20}".ljust(80) for key, value in cards.items()
        ]
        return padded("".join([*lines, "END".ljust(80)]).encode(), b" ")

    def padded(content: bytes, filling: bytes) -> bytes:
        return content + filling * (-len(content) % 2880)

    table = header(
        XTENSION="'BINTABLE'", BITPIX="8", NAXIS="2", NAXIS1="8", NAXIS2="1", PCOUNT=f"{len(tile)}",
        GCOUNT="1", TFIELDS="1", TTYPE1="'COMPRESSED_DATA'", TFORM1="'1PB(1)'", ZIMAGE="T",
        ZCMPTYPE="'GZIP_1'", ZBITPIX="8", ZNAXIS="2", ZNAXIS1="65536", ZNAXIS2="65536",
    )  # fmt: skip
    primary = header(SIMPLE="T", BITPIX="8", NAXIS="0", EXTEND="T")
    return primary + table + padded(struct.pack(">II", len(tile), 0) + tile, b"\0")


def archive(*members: tuple[str, bytes, int]) -> bytes:
    """A ZIP of names, raw deflated contents and sizes, true or not (APPNOTE.TXT section 4.3)."""
    body = directory = b""
    for name, deflated, size in members:
        start = len(body)
        head = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x21, 0, len(deflated), size)
        head += struct.pack("<HH", len(name), 0)
        body += b"PK\3\4" + head + name.encode() + deflated
        entry = struct.pack("<HHHII", 0, 0, 0, 0, start)
        directory += b"PK\1\2" + struct.pack("<H", 20) + head + entry + name.encode()
    end = struct.pack("<HHHHIIH", 0, 0, *[len(members)] * 2, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def deflated(content: bytes) -> bytes:
    """`content` as raw DEFLATE (RFC 1951)."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(content) + deflate.flush()


def bomb(gigabytes: int, beginning: bytes = b"") -> bytes:
    """Raw DEFLATE of `beginning` and then of `gigabytes` of zeros, a thousandth as long."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = deflate.compress(beginning) + deflate.flush(zlib.Z_FULL_FLUSH)
    # A block that begins after a full flush refers to nothing before it: it can be repeated.
    return head + _zeros() * (gigabytes * GIGABYTE // _BLOCK) + b"\x03\x00"


@functools.cache
def _zeros() -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(bytes(_BLOCK)) + deflate.flush(zlib.Z_FULL_FLUSH)


def zlib_bomb(gigabytes: int) -> bytes:
    """`bomb` in the format of zlib (RFC 1950), its checksum included."""
    check = (gigabytes * GIGABYTE % 65521) << 16 | 1  # of Adler-32, over nothing but zeros
    return b"\x78\xda" + bomb(gigabytes) + struct.pack(">I", check)


def gzip_bomb(gigabytes: int) -> bytes:
    """`bomb` in the format of gzip (RFC 1952), with a wrong checksum, which comes last."""
    size = gigabytes * GIGABYTE % (1 << 32)
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + bomb(gigabytes) + struct.pack("<II", 0, size)


def tiff(tags: Sequence[tuple[int, int]]) -> bytes:
    """A TIFF of one directory with these tags as LONGs (TIFF 6.0 section 2)."""
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    count = struct.pack("<H", len(tags))
    return b"II*\0\x08\0\0\0" + count + entries + bytes(4) + bytes(64)
