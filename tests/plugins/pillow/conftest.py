"""Real small images, made by Pillow or, where no writer makes such a thing, byte by byte."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from metaextract_pillow.extractor import PillowHeader
from metaextract_sdk import Context, FileView

ROOT = Path(__file__).parents[3]
CORPORA = Path(os.environ.get("METAEXTRACT_CORPORA", ROOT.parent / "shared" / "corpora"))

Read = Callable[..., dict[str, Any]]


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def chunk(kind: bytes, content: bytes, length: int | None = None) -> bytes:
    """One chunk of PNG; `length` may lie."""
    length = len(content) if length is None else length
    return (
        struct.pack(">I", length) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(*middle: bytes, width: int = 3, height: int = 2, tail: tuple[bytes, ...] = ()) -> bytes:
    """A PNG whose pixels are no pixels: who decodes them fails."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *middle, chunk(b"IDAT", b"no pixels"), *tail]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def camera_exif() -> Image.Exif:
    """What a camera with a satellite receiver writes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon"
    exif[ExifTags.Base.Model] = "EOS R5"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "Zoë".encode()
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: "2024:05:01 12:00:00",
            ExifTags.Base.SubsecTimeOriginal: "25",
            ExifTags.Base.OffsetTimeOriginal: "+02:00",
            ExifTags.Base.ExposureTime: 0.008,
            ExifTags.Base.FNumber: 2.8,
            ExifTags.Base.ISOSpeedRatings: 400,
            ExifTags.Base.FocalLength: 50.0,
            ExifTags.Base.LensModel: "RF50mm F1.8 STM",
            ExifTags.Base.ColorSpace: 1,
        }
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "S",
            ExifTags.GPS.GPSLatitude: (33.0, 51.0, 24.84),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (151.0, 12.0, 55.08),
            ExifTags.GPS.GPSAltitudeRef: b"\x01",
            ExifTags.GPS.GPSAltitude: 12.5,
            ExifTags.GPS.GPSDateStamp: "2024:05:01",
            ExifTags.GPS.GPSTimeStamp: (10.0, 0.0, 1.5),
        }
    )
    return exif


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(deadline=time.monotonic() + 60, scratch=tmp_path)


@pytest.fixture
def read(tmp_path: Path, context: Context) -> Read:
    """Runs the extractor over some bytes; its warnings are in `context`."""

    def run(content: bytes, media_type: str) -> dict[str, Any]:
        path = tmp_path / "image"
        path.write_bytes(content)
        with path.open("rb") as stream:
            return dict(
                PillowHeader().extract(FileView(stream.fileno(), path, media_type), context)
            )

    return run
