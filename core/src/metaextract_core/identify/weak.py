"""Formats without a signature of their own: what can still be told from their structure."""

from __future__ import annotations

import struct
from typing import Final

from metaextract_sdk import FileView


def match(file: FileView, head: bytes) -> str | None:
    """The media type of a file that nothing else recognised."""
    if head[0] == 0xFF and (found := _mpeg_audio(head)):
        return found
    if head[0] == 0x30 and (found := _der(head)):
        return found
    if b"%PDF-" in head[:1024]:  # ISO 32000-1 annex H.3.4.1
        return "application/pdf"
    if _is_transport_stream(head):
        return "video/mp2t"
    if _is_old_tar(head):
        return "application/x-tar"
    if _is_dbase(head):
        return "application/x-dbf"
    if head[:2] in _ZLIB:
        return "application/zlib"
    if _is_partitioned(head):
        return "application/x-raw-disk-image"
    # ISO 9660 section 8: the first volume descriptor is in sector 16.
    if file.size > 0x9001 and file.read(0x8001, 5) == b"CD001":
        return "application/x-iso9660-image"
    return None


_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""RFC 1950 section 2.2: deflate with a 32 KiB window, at four levels."""

_BIT_RATES: Final = {
    # (MPEG-1, layer) -> kbit/s by index, ISO 11172-3 and ISO 13818-3 section 2.4.2.3
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES: Final = (44100, 48000, 32000)
_HALVINGS: Final = {3: 1, 2: 2, 0: 4}  # MPEG-1, 2, 2.5


def _mpeg_audio(head: bytes) -> str | None:
    """MPEG audio where a second frame follows the first, or AAC in ADTS (ISO 13818-7 6.2)."""
    if len(head) < 6 or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return "audio/aac" if length > 6 and head[length : length + 1] in (b"\xff", b"") else None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, sampling, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in _HALVINGS or layer == 4 or rate in (0, 15) or sampling == 3:
        return None
    bits = _BIT_RATES[version == 3, layer][rate] * 1000
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    length = samples // 8 * bits // (_SAMPLE_RATES[sampling] // _HALVINGS[version]) + padding
    return "audio/mpeg" if head[length : length + 1] in (b"\xff", b"") else None


# Object identifiers in DER: 1.2.840.113549.1.7 (RFC 2315), .1.9.16.1.9 (RFC 3274), .31 (RFC 5544).
_OIDS: Final = (
    (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", "application/pkcs7-mime"),
    (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", "application/pkcs7-mime"),
    (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x1f", "application/timestamped-data"),
)


def _der(head: bytes) -> str | None:
    """Of ASN.1: the type that the first element names, or PKCS #12 (RFC 7292 section 4)."""
    start = 2 + (head[1] & 0x7F if len(head) > 1 and head[1] > 0x80 else 0)
    if head.startswith(b"\x02\x01\x03\x30", start):
        return "application/x-pkcs12"
    return next((kind for oid, kind in _OIDS if head.startswith(oid, start)), None)


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes (ISO 13818-1 section 2.4.3.2), as M2TS with four bytes before each."""
    return any(
        len(head) > first + 4 * step and all(head[first + n * step] == 0x47 for n in range(5))
        for first, step in ((0, 188), (4, 192))
    )


def _is_old_tar(head: bytes) -> bool:
    """A tar before POSIX, which has no magic: its header's checksum (POSIX.1 pax) is right."""
    field = head[148:156].strip(b" \0")
    if len(head) < 512 or not head[0] or not field or field.strip(b"01234567"):
        return False
    return sum(head[:148]) + 8 * 32 + sum(head[156:512]) == int(field, 8)


def _is_dbase(head: bytes) -> bool:
    """Of dBASE III to V: a version, a date, and header and record lengths that fit each other."""
    if len(head) < 32 or head[0] not in (0x03, 0x04, 0x05, 0x30, 0x31, 0x83, 0x8B, 0xF5):
        return False
    header, record = struct.unpack_from("<HH", head, 8)
    return (
        1 <= head[2] <= 12 and 1 <= head[3] <= 31 and header > 64 and header % 32 < 2 < record + 1
    )


def _is_partitioned(head: bytes) -> bool:
    """A master boot record (UEFI 2.10 section 5.2.1): four entries before its signature.

    An entry begins with 80h or nothing; its fifth byte is the type of a partition, or nothing.
    """
    entries = [head[at : at + 16] for at in range(446, 510, 16)]
    return (
        head[510:512] == b"\x55\xaa"
        and all(entry[0] in (0x00, 0x80) for entry in entries)
        and any(entry[4] for entry in entries)
    )
