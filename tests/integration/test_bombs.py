"""Faults F11 and F12: little that inflates to much, through the real program."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.integration.formats import (
    GIGABYTE,
    archive,
    bomb,
    chunk,
    deflated,
    dicom,
    element,
    fits,
    gzip_bomb,
    pdf,
    png,
    stream,
    tiff,
    zlib_bomb,
)

CommandLine = Any

EDGE = 60_000
LARGE = 4
"""Gigabytes that each bomb inflates to: more than any process of ours may have."""
MOST = 1200 << 20
"""Bytes: ExifTool's cap of 1 GiB, which is the largest, and what Python needs beside it."""
WORDS = {
    "pillow": "inflates without measure",
    "imagehash": "inflates without measure",
    "dicom": "only the first 16 MiB of the inflated elements were read",
}


def decompression_bombs() -> dict[str, bytes]:
    packed, inflating = zlib_bomb(LARGE), bomb(LARGE)
    size = min(LARGE * GIGABYTE, 0xFFFFFFFE)
    inner = archive(*((f"{number}.bin", inflating, size) for number in range(4)))
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        b'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
        b'.wordprocessingml.document.main+xml"/></Types>'
    )
    patient = element(0x10, 0x10, "PN", b"Doe^Jane")
    pixels = element(0x11, 0x1001, "OB", b"", length=0xFFFFFFF0)
    return {
        "text.png": png(chunk(b"zTXt", b"Comment\0\0" + packed)),
        "international.png": png(chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed)),
        "profile.png": png(chunk(b"iCCP", b"icc\0\0" + packed)),
        "elements.dcm": dicom(bomb(LARGE, patient + pixels), b"1.2.840.10008.1.2.1.99"),
        "stream.gz": gzip_bomb(LARGE),
        "sky.fits": fits(gzip_bomb(LARGE)),
        "members.zip": inner,
        "archives.zip": archive(
            *((f"{number}.zip", deflated(inner), len(inner)) for number in range(16))
        ),
        "properties.docx": archive(
            ("[Content_Types].xml", deflated(types), len(types)),
            ("word/document.xml", deflated(b"<a/>"), 4),
            ("docProps/core.xml", inflating, size),
        ),
        "metadata.pdf": pdf(
            b"<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
            stream(packed, b"/Type/Metadata/Subtype/XML/Filter/FlateDecode"),
        ),
    }


@pytest.mark.parametrize("profile", ["standard", "deep"])
def test_f11_what_inflates_without_measure_is_given_up_with_a_reason(
    command_line: CommandLine, tmp_path: Path, profile: str
) -> None:
    """Zlib in PNG, DICOM and PDF, members of ZIP archives, gzip. Of FITS the header alone is read:
    nobody inflates its tiles.
    """
    for name, content in decompression_bombs().items():
        assert len(content) < 20 << 20
        (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_text("good\n")
    peak, records = command_line.peak_of("--profile", profile, "--timeout", "20", tmp_path)
    assert peak < MOST
    found = {record["file"]["name"]: record["sections"] for record in records}
    assert found.keys() == decompression_bombs().keys() | {"z.txt"}
    given_up = 0
    for name, sections in found.items():
        for extractor, section in sections.items():
            assert section["status"] not in ("failed", "crashed", "memory"), (name, section)
            if extractor in WORDS and not name.endswith("txt"):
                given_up += 1
                assert section["status"] in ("refused", "partial"), (name, section)
                assert WORDS[extractor] in section["reason"]
    assert given_up == {"standard": 4, "deep": 7}[profile]
    assert found["elements.dcm"]["dicom"]["data"]["PatientName"] == "Doe^Jane"
    assert found["z.txt"]["digests"]["status"] == "ok"
    types = {record["file"]["name"]: record["file"]["media_type"] for record in records}
    assert types["sky.fits"] == "image/fits"
    assert types["properties.docx"].endswith("wordprocessingml.document")


def pixel_bombs() -> dict[str, bytes]:
    size = struct.pack("<HH", EDGE, EDGE)
    canvas = struct.pack("<I", EDGE - 1)[:3] * 2
    frame = io.BytesIO()
    Image.new("RGB", (16, 16)).save(frame, "WEBP")
    webp = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas + frame.getvalue()[12:]
    baseline = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, EDGE, EDGE, 3)
    scan = b"\xff\xda" + struct.pack(">HB", 12, 3) + b"\1\0\2\0\3\0\0\x3f\0" + bytes(8)
    jpeg = b"\xff\xd8" + baseline + b"\1\x11\0\2\x11\0\3\x11\0" + scan + b"\xff\xd9"
    short = struct.Struct("<H").pack
    return {
        "a.png": png(edge=EDGE),
        "a.tif": tiff([(256, EDGE), (257, EDGE), (258, 8), (259, 1), (262, 1), (273, 8), (279, 9)]),
        "a.gif": b"GIF89a" + size + b"\x80\0\0" + bytes(6) + b"," + bytes(4) + size + b"\0\2\0;",
        "a.webp": b"RIFF" + struct.pack("<I", len(webp)) + webp,
        "a.bmp": b"BM"
        + struct.pack("<IHHI", 70, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, EDGE, EDGE, 1, 24, 0, 0, 2835, 2835, 0, 0)
        + bytes(16),
        "a.jpg": jpeg,
        "progressive.jpg": jpeg.replace(b"\xff\xc0", b"\xff\xc2"),
        "a.dcm": dicom(
            element(0x28, 0x02, "US", short(1))
            + element(0x28, 0x10, "US", short(EDGE))
            + element(0x28, 0x11, "US", short(EDGE))
            + element(0x28, 0x100, "US", short(16))
            + element(0x7FE0, 0x10, "OW", bytes(16))
        ),
    }


@pytest.mark.parametrize("profile", ["fast", "standard", "deep"])
def test_f12_a_pixel_bomb_is_measured_and_refused_from_its_header(
    command_line: CommandLine, tmp_path: Path, profile: str
) -> None:
    """3.6 thousand million pixels: decoded they would take as many bytes at least."""
    for name, content in pixel_bombs().items():
        (tmp_path / name).write_bytes(content)
    peak, records = command_line.peak_of("--profile", profile, tmp_path)
    assert peak < 512 << 20
    assert {record["file"]["name"] for record in records} == pixel_bombs().keys()
    for record in records:
        name, sections = record["file"]["name"], record["sections"]
        if name == "a.dcm" and profile == "fast":  # nothing in this profile reads DICOM
            continue
        for field in ("image.width", "image.height"):
            assert record["fields"][field]["value"] == EDGE, name
        if "imagehash" in sections:
            assert sections["imagehash"]["status"] == "refused", (name, sections["imagehash"])
            assert "too much memory" in sections["imagehash"]["reason"]
        if "pillow" in sections:
            said = [sections["pillow"].get("reason", ""), *sections["pillow"]["warnings"]]
            words = ("too many to be decoded safely", "would take too much memory")
            assert any(word in sentence for word in words for sentence in said), (name, said)
    hashed = [record for record in records if "imagehash" in record["sections"]]
    assert len(hashed) == (7 if profile == "deep" else 0)
