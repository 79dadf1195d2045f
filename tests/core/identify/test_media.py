"""Formats that share a signature are told apart by what follows it."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaextract_core.identify import UNKNOWN, Identity

Look = Callable[..., Identity]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/x-wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"),
        (b"FORM\x00\x00\x00\x00AIFF", "audio/x-aiff"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypqt  \x00\x00\x00\x00", "video/quicktime"),
        (b"\x00\x00\x00\x20ftyp3gp4\x00\x00\x00\x00", "video/3gpp"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "image/avif"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heif"),
        (b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska", "video/matroska"),
        (b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead", "audio/ogg"),
        (b"OggS\x00\x02" + bytes(20) + b"\x01\x13\x80theora", "video/ogg"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x04abcdfLaC", "audio/flac"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x04abcdwords", "audio/mpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00acTL", "image/apng"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IDATaaaa\x00\x00\x00\x00acTL", "image/png"),
        (b"BM" + bytes(12) + b"\x28\x00\x00\x00", "image/bmp"),
        (b"P6\n# made by hand\n640 480 255\n", "image/x-portable-pixmap"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x34", "application/java-vm"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x02", "application/x-mach-binary"),
    ],
)
def test_formats_that_share_a_signature_are_told_apart(
    look: Look, content: bytes, media_type: str
) -> None:
    assert look(content) == Identity(media_type, "content")


def test_words_that_begin_like_a_signature_are_words(look: Look) -> None:
    for words in (b"BMW is a car", b"MAC address", b"ID3 is a tag", b"P1 or P2", b"FWS.", b"MZ"):
        assert look(words + b"\n").media_type in ("text/plain", UNKNOWN), words


def raw_tiff(make: bytes, *, dng: bool = False) -> bytes:
    tags = [(0xFE, 4, 1, 1), (0x10F, 2, len(make), 200), (0x14A, 4, 1, 300)]
    if dng:
        tags.append((0xC612, 1, 4, 0x0401))
    packed = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(tags)) + packed
    return head.ljust(200, b"\0") + make


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (raw_tiff(b"NIKON CORPORATION\0"), "image/x-nikon-nef"),
        (raw_tiff(b"SONY\0"), "image/x-sony-arw"),
        (raw_tiff(b"NIKON CORPORATION\0", dng=True), "image/x-adobe-dng"),
        (raw_tiff(b"Scanner Co\0"), "image/tiff"),
        (b"MM\x00\x2a\xff\xff\xff\xff", "image/tiff"),
    ],
)
def test_camera_formats_are_known_by_their_first_directory(
    look: Look, content: bytes, media_type: str
) -> None:
    assert look(content).media_type == media_type


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(4, 50), value=st.binary(min_size=4, max_size=4), keep=st.integers(4, 220))
def test_a_damaged_camera_file_is_still_a_picture(
    look: Look, at: int, value: bytes, keep: int
) -> None:
    whole = raw_tiff(b"NIKON CORPORATION\0")
    found = look((whole[:at] + value + whole[at + 4 :])[:keep]).media_type
    assert found.startswith("image/"), found
