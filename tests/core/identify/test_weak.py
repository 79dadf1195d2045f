"""What structure alone can tell, and what only looks like it."""

from __future__ import annotations

import struct
import tarfile
import zlib
from collections.abc import Callable

import pytest

from metaextract_core.identify import UNKNOWN, Identity

Look = Callable[..., Identity]


def old_tar(name: str) -> bytes:
    """The header of a tar before POSIX: no magic, and a checksum over what is there instead."""
    block = bytearray(tarfile.TarInfo(name).tobuf(tarfile.USTAR_FORMAT))
    block[257:] = bytes(255)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def dbase(*, month: int = 6, header: int = 65) -> bytes:
    return struct.pack("<BBBBIHH20x", 3, 99, month, 30, 1, header, 11) + bytes(64)


def partitioned(kind: int = 0x83, status: int = 0x80) -> bytes:
    """A master boot record with one partition (UEFI 2.10 section 5.2.1)."""
    entry = bytes([status, 1, 1, 0, kind]) + bytes(11)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ((b"G" + bytes(187)) * 5, "video/mp2t"),
        (bytes(0x8001) + b"CD001" + bytes(0x1000), "application/x-iso9660-image"),
        (zlib.compress(b"words" * 9), "application/zlib"),
        (b"\x01 junk \x00 %PDF-1.4", "application/pdf"),
        (b"\xff\xfb\x90\x00" + bytes(413) + b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\x30\x82\x06\xb1\x02\x01\x03\x30\x82\x06", "application/x-pkcs12"),
        (b"\xff\xf1\x50\x80\x01\x1f\xfc\x00\xff", "audio/aac"),
        (b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "application/pkcs7-mime"),
        ((bytes(4) + b"G" + bytes(187)) * 5, "video/mp2t"),
        (old_tar("notes"), "application/x-tar"),
        (dbase(), "application/x-dbf"),
        (partitioned(), "application/x-raw-disk-image"),
    ],
)
def test_structure_gives_a_format_away(look: Look, content: bytes, media_type: str) -> None:
    assert look(content) == Identity(media_type, "content")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfb\x90\x00" + bytes(500),
        b"\x30\x82\x01\x01\x06\x03\x2a\x03\x04\x00",
        (b"G" + bytes(187)) * 4,
        old_tar("notes").replace(b"notes", b"other"),
        dbase(month=13),
        dbase(header=66),
        partitioned(kind=0),
        partitioned(status=0x7F),
        partitioned()[:-1],
    ],
    ids=[
        "no second frame",
        "another object identifier",
        "four packets",
        "a wrong checksum",
        "a thirteenth month",
        "a header of no whole fields",
        "no partition",
        "an entry that begins with something else",
        "no whole boot sector",
    ],
)
def test_what_only_looks_like_it_is_unknown(look: Look, content: bytes) -> None:
    assert look(content) == Identity(UNKNOWN, "none")
