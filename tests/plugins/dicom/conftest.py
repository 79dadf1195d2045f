"""DICOM files made by hand, because no library writes the broken ones."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

import pytest

from metaextract_dicom.extractor import Dicom
from metaextract_sdk import Context, ExtractError, FileView

_LONG = {b"SQ", b"OB", b"OW", b"UN", b"UT"}


class Build:
    """Encodes in explicit VR little endian; a length that is given may lie."""

    EXPLICIT = b"1.2.840.10008.1.2.1\0"
    DEFLATED = b"1.2.840.10008.1.2.1.99"
    UNDEFINED = 0xFFFFFFFF

    @staticmethod
    def element(
        group: int, number: int, vr: bytes, value: bytes, length: int | None = None
    ) -> bytes:
        """PS3.5 section 7.1.2."""
        size = len(value) if length is None else length
        if vr in _LONG:
            return struct.pack("<HH2sHI", group, number, vr, 0, size) + value
        return struct.pack("<HH2sH", group, number, vr, size) + value

    @staticmethod
    def item(value: bytes, length: int | None = None) -> bytes:
        """PS3.5 section 7.5."""
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(value) if length is None else length) + value

    @classmethod
    def file(cls, *body: bytes, syntax: bytes = EXPLICIT) -> bytes:
        """Preamble, prefix and file meta information: PS3.10 section 7.1."""
        uid = cls.element(0x0002, 0x0010, b"UI", syntax)
        meta = cls.element(0x0002, 0x0000, b"UL", struct.pack("<I", len(uid)))
        return bytes(128) + b"DICM" + meta + uid + b"".join(body)


class Reader:
    """Runs the extractor over some bytes and keeps what it said besides."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warnings: list[str] = []
        self.reason = ""
        self.status = "ok"

    def __call__(self, content: bytes | Path) -> dict[str, Any]:
        path = content if isinstance(content, Path) else self._folder / "object.dcm"
        if isinstance(content, bytes):
            path.write_bytes(content)
        context = Context(deadline=time.monotonic() + 60, scratch=self._folder)
        self.reason, self.status = "", "ok"
        with path.open("rb") as stream:
            view = FileView(stream.fileno(), path, "application/dicom")
            try:
                return Dicom().extract(view, context)
            except ExtractError as error:
                self.reason = error.reason
                self.status = "partial" if error.data else error.status
                return dict(error.data or {})
            finally:
                self.warnings = context.warnings


@pytest.fixture
def build() -> type[Build]:
    return Build


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return Reader(tmp_path)
