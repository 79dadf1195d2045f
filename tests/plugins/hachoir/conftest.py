"""One small file of each media type, made by hand: no two tools of a usual machine write these."""

from __future__ import annotations

import bz2
import io
import struct
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from metaextract_hachoir.extractor import Hachoir
from metaextract_sdk import Context, ExtractError, FileView


def tar(members: int = 3) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number in range(members):
            member = tarfile.TarInfo(f"notes{number}.txt")
            member.size, member.mtime, member.uname = 5, 1_700_000_000, "ada"
            archive.addfile(member, io.BytesIO(b"hello"))
    return stream.getvalue()


def cab(comment: bytes = b"readme.txt") -> bytes:
    """Microsoft Cabinet Format, [MS-CAB] 2: one folder, one stored file."""
    name, content = comment + b"\0", b"hello"
    data_at = 44 + 16 + len(name)
    head = (b"MSCF", 0, data_at + 8 + len(content), 0, 44, 0, 3, 1, 1, 1, 0, 1, 0)
    return (
        struct.pack("<4sIIIIIBBHHHHH", *head)
        + struct.pack("<IHH", data_at, 1, 0)
        + struct.pack("<IIHHHH", len(content), 0, 0, 0x5755, 0x6000, 0x20)
        + name
        + struct.pack("<IHH", 0, len(content), len(content))
        + content
    )


def au(remark: bytes = b"Bells") -> bytes:
    """Sun audio: 16-bit samples, mono, 8 kHz, a tenth of a second."""
    return (
        struct.pack(">4sIIIII", b".snd", 32, 1600, 3, 8000, 1)
        + remark.ljust(8, b"\0")
        + bytes(1600)
    )


def midi(title: bytes = b"Waltz") -> bytes:
    """Standard MIDI Files 1.0: one track with its name, a copyright and a tempo."""
    track = b"\x00\xff\x03" + bytes([len(title)]) + title + b"\x00\xff\x02\x08(c) 2024"
    track += b"\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x2f\x00"
    head = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, 96)
    return head + struct.pack(">4sI", b"MTrk", len(track)) + track


def mod(title: bytes = b"River song") -> bytes:
    """ProTracker module, 31 samples, 4 channels."""
    samples = (b"piano".ljust(22, b"\0") + struct.pack(">HBBHH", 0, 0, 64, 0, 1)) * 31
    return title.ljust(20, b"\0") + samples + bytes([1, 127]) + bytes(128) + b"M.K." + bytes(1024)


def s3m(title: bytes = b"River song") -> bytes:
    """Scream Tracker 3 module without instruments."""
    head = title.ljust(28, b"\0") + b"\x1a\x10\0\0"
    head += struct.pack("<HHHHHH", 2, 0, 0, 0, 0x1320, 2) + b"SCRM" + bytes([64, 6, 125, 0xB0])
    return (head + bytes(12) + b"\xff" * 32 + b"\0\xff").ljust(512, b"\0")


def xm(title: bytes = b"River song") -> bytes:
    """FastTracker 2 module with one empty pattern."""
    names = b"Extended Module: " + title.ljust(20) + b"\x1a" + b"FastTracker v2.00".ljust(20)
    head = struct.pack("<HIHHHHHHHH", 0x104, 276, 1, 0, 4, 1, 0, 1, 6, 125)
    return names + head + bytes(256) + struct.pack("<IBHH", 9, 0, 64, 0) + bytes(64)


def pcap(link: int = 1) -> bytes:
    """Packet capture 2.4 with one packet."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + struct.pack("<IIII", 1_700_000_000, 0, 60, 60) + bytes(60)


def java_class(name: bytes = b"Harbour") -> bytes:
    """Java Virtual Machine Specification 4.1: an empty class of Java 8."""
    constants = b"".join(
        b"\x01" + struct.pack(">H", len(text)) + text for text in (name, b"java/lang/Object")
    )
    constants += b"\x07\x00\x01\x07\x00\x02"
    return (
        struct.pack(">IHHH", 0xCAFEBABE, 0, 52, 5)
        + constants
        + struct.pack(">8H", 0x21, 3, 4, 0, 0, 0, 0, 0)
    )


def pcf(weight: bytes = b"Bold") -> bytes:
    """Portable Compiled Format with a table of two properties."""
    texts, entries = b"", b""
    for name, value in ((b"COPYRIGHT", b"(c) 2024"), (b"WEIGHT_NAME", weight)):
        entries += struct.pack("<IBI", len(texts), 1, len(texts) + len(name) + 1)
        texts += name + b"\0" + value + b"\0"
    table = struct.pack("<II", 0, 2) + entries + bytes(2) + struct.pack("<I", len(texts)) + texts
    return b"\1fcp" + struct.pack("<IIIII", 1, 1, 0, len(table), 24) + table


def fat16(label: bytes = b"HARBOUR") -> bytes:
    """FAT16 boot sector (ECMA-107 10.1) and the beginning of its tables."""
    boot = b"\xeb\x3c\x90MSDOS5.0"
    boot += struct.pack("<HBHBHHBHHHII", 512, 4, 1, 2, 512, 16384, 0xF8, 16, 63, 16, 0, 0)
    boot += struct.pack("<BBBI", 0x80, 0, 0x29, 0x1234ABCD) + label.ljust(11) + b"FAT16   "
    return boot.ljust(510, b"\0") + b"\x55\xaa" + bytes(512 * 200)


def ext2(label: bytes = b"harbour") -> bytes:
    """ext2 superblock at byte 1024 of an image of 64 blocks."""
    head = struct.pack("<13I", 16, 64, 3, 40, 5, 1, 0, 0, 8192, 8192, 16, 0, 1_700_000_000)
    head += struct.pack("<HHHHHHIIIIHH", 1, 20, 0xEF53, 1, 1, 0, 1_700_000_000, 0, 0, 1, 0, 0)
    head += struct.pack("<IHHIII", 11, 128, 0, 0, 0, 0) + bytes(range(16)) + label.ljust(16, b"\0")
    return bytes(1024) + head.ljust(1024, b"\0") + bytes(1024 * 62)


def partitions(size: int = 1000) -> bytes:
    """Master boot record with one Linux partition."""
    entry = struct.pack("<BBBBBBBBII", 0x80, 1, 1, 0, 0x83, 0xFE, 0xFF, 0xFF, 63, size)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


FILES: Mapping[str, tuple[str, Callable[..., bytes]]] = {
    "tar": ("application/x-tar", tar),
    "bz2": ("application/x-bzip2", lambda: bz2.compress(tar())),
    "cab": ("application/vnd.ms-cab-compressed", cab),
    "au": ("audio/basic", au),
    "mid": ("audio/midi", midi),
    "mod": ("audio/x-mod", mod),
    "s3m": ("audio/x-s3m", s3m),
    "xm": ("audio/x-xm", xm),
    "pcap": ("application/vnd.tcpdump.pcap", pcap),
    "class": ("application/java-vm", java_class),
    "pcf": ("application/x-font-pcf", pcf),
    "fat16": ("application/x-raw-disk-image", fat16),
    "ext2": ("application/x-raw-disk-image", ext2),
    "partitions": ("application/x-raw-disk-image", partitions),
}
"""Kind -> its media type and what makes one."""


class Reader:
    """Runs the extractor over some bytes and keeps what it said besides."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warnings: list[str] = []
        self.reason = ""
        self.status = "ok"

    def __call__(self, content: bytes | Path, media_type: str) -> dict[str, Any]:
        path = content if isinstance(content, Path) else self._folder / "file"
        if isinstance(content, bytes):
            path.write_bytes(content)
        context = Context(deadline=time.monotonic() + 60, scratch=self._folder)
        self.reason, self.status = "", "ok"
        with path.open("rb") as stream:
            try:
                return Hachoir().extract(FileView(stream.fileno(), path, media_type), context)
            except ExtractError as error:
                self.reason = error.reason
                self.status = "partial" if error.data else error.status
                return dict(error.data or {})
            finally:
                self.warnings = context.warnings


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.fixture(scope="session")
def files() -> Mapping[str, tuple[str, Callable[..., bytes]]]:
    return FILES
