"""Fault F10: what is nested a hundred thousand times, through the real program.

Our own readers have a cap on depth. ExifTool has none: where it loses itself, its deadline ends it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.formats import archive as zip_of
from tests.integration.formats import chunk, deflated, dicom, element, jpeg, pdf, png

CommandLine = Any

LEVELS = 100_000
_ITEM = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
_ENDS = struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)


def xmp(levels: int) -> bytes:
    opening = b"<rdf:Description xmlns:x='urn:x'><x:a>"
    closing = b"</x:a></rdf:Description>"
    return (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        + opening * levels
        + closing * levels
        + b"</rdf:RDF></x:xmpmeta>"
    )


def sequences(levels: int) -> bytes:
    """Sequences of undefined length: whoever reads one has to read all inside it."""
    begin = element(0x40, 0xA730, "SQ", _ITEM, length=0xFFFFFFFF)
    return element(8, 0x60, "CS", b"SR") + begin * levels + _ENDS * levels


def measured_sequences(levels: int) -> bytes:
    """Sequences that say how long they are."""
    inner = b""
    for _ in range(levels):
        inner = element(0x40, 0xA730, "SQ", struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner)
    return element(8, 0x60, "CS", b"SR") + inner


def zipped(name: str, content: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return whole.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as file:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))
    return whole.getvalue()


def packed(pack: Callable[[bytes], bytes], levels: int) -> bytes:
    content = b"bottom"
    for _ in range(levels):
        content = pack(content)
    return content


def hostile_files() -> dict[str, bytes]:
    nested = b"<a>" * LEVELS + b"</a>" * LEVELS
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        b'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
        b'.wordprocessingml.document.main+xml"/></Types>'
    )
    parts = {
        "[Content_Types].xml": types,
        "docProps/core.xml": nested,
        "word/document.xml": b"<a/>",
    }
    return {
        "list.json": b"[" * LEVELS + b"]" * LEVELS,
        "object.json": b'{"a":' * LEVELS + b"1" + b"}" * LEVELS,
        "group.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + nested + b"</svg>",
        "xmp.png": png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(LEVELS // 10))),
        "xmp.jpg": jpeg(xmp(900)),
        "sequence.dcm": dicom(sequences(LEVELS // 10)),
        "measured.dcm": dicom(measured_sequences(3000)),
        "document.docx": zip_of(
            *((name, deflated(part), len(part)) for name, part in parts.items())
        ),
        "dictionary.pdf": pdf(b"<</Type/Catalog/X " + b"<</A " * LEVELS + b">>" * LEVELS + b">>"),
        "archive.zip": packed(lambda content: zipped("a.zip", content), 200),
        "archive.tar": packed(lambda content: tarred("a.tar", content), 100),
        "archive.gz": packed(gzip.compress, 200),
        "archive.bz2": packed(bz2.compress, 100),
        "film.mp4": struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
        + packed(lambda box: struct.pack(">I4s", len(box) + 8, b"moov") + box, 5000),
    }


@pytest.mark.parametrize("profile", ["standard", "deep"])
def test_f10_deep_nesting_ends_no_reader_and_holds_up_nobody(
    command_line: CommandLine, tmp_path: Path, profile: str
) -> None:
    for name, content in hostile_files().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_text("good\n")
    _, records = command_line.extract("--profile", profile, "--timeout", "5", tmp_path)
    found = {record["file"]["name"]: record for record in records}
    assert found.keys() == hostile_files().keys() | {"z.txt"}
    assert "Recursion" not in json.dumps(_sections(found, without="exiftool"))
    for name, record in found.items():
        assert "error" not in record["file"]
        for extractor, section in record["sections"].items():
            allowed = {"ok", "partial", "skipped"}
            if extractor == "exiftool":
                allowed |= {"timeout", "refused", "unavailable"}
            assert section["status"] in allowed, (name, extractor, section)
    assert found["z.txt"]["sections"]["digests"]["status"] == "ok"
    endless = found["sequence.dcm"]["sections"]["dicom"]
    assert (endless["status"], endless["data"]["Modality"]) == ("partial", "SR")
    assert "sequences are nested too deeply" in endless["reason"]
    measured = found["measured.dcm"]["sections"]["dicom"]
    assert measured["data"]["Modality"] == "SR"
    assert "sequences nested deeper than 24 levels were cut" in measured["warnings"]


def _sections(records: dict[str, Any], *, without: str) -> list[dict[str, Any]]:
    """ExifTool's Perl warns of deep recursion, and goes on."""
    return [
        section
        for record in records.values()
        for name, section in record["sections"].items()
        if name != without
    ]
