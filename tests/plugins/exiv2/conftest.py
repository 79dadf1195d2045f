"""Small photographs with Exif, IPTC and XMP, written by exiv2 itself."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import exiv2  # type: ignore[import-untyped]  # exiv2 has no types
import pytest
from PIL import Image

from metaextract_exiv2.extractor import Exiv2
from metaextract_sdk import Context, FileView

Read = Callable[..., dict[str, Any]]

CAMERA: dict[str, str] = {
    "Exif.Image.Make": "Helvetia Optik",
    "Exif.Image.Orientation": "6",
    "Exif.Photo.DateTimeOriginal": "2024:05:01 12:00:00",
    "Exif.Photo.SubSecTimeOriginal": "25",
    "Exif.Photo.OffsetTimeOriginal": "+02:00",
    "Exif.Photo.ExposureTime": "1/180",
    "Exif.Photo.Flash": "16",
    "Exif.Photo.MeteringMode": "5",
    "Exif.Photo.MaxApertureValue": "3/1",
    "Exif.GPSInfo.GPSLatitude": "33/1 51/1 2484/100",
    "Exif.GPSInfo.GPSLatitudeRef": "S",
    "Exif.GPSInfo.GPSAltitude": "25/2",
    "Exif.GPSInfo.GPSAltitudeRef": "1",
    "Exif.GPSInfo.GPSDateStamp": "2024:05:01",
    "Exif.GPSInfo.GPSTimeStamp": "10/1 0/1 3/2",
}
"""What a camera with a satellite receiver writes."""


def encode(kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (40, 30)).save(stream, kind, **options)
    return stream.getvalue()


def tagged(
    content: bytes,
    exif: Mapping[str, str] | None = None,
    iptc: Mapping[str, list[str]] | None = None,
    xmp: Mapping[str, list[str]] | None = None,
) -> bytes:
    """`content` with these tags."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        image = exiv2.ImageFactory.open(file.name)
        image.readMetadata()
        for key, text in (exif or {}).items():
            image.exifData()[key] = text
        for key, texts in (iptc or {}).items():
            for text in texts:
                datum = exiv2.Iptcdatum(exiv2.IptcKey(key))
                datum.setValue(text)
                image.iptcData().add(datum)
        for key, texts in (xmp or {}).items():
            array = exiv2.XmpArrayValue(texts, exiv2.TypeId.xmpBag)
            image.xmpData().add(exiv2.XmpKey(key), array)
        image.writeMetadata()
        return Path(file.name).read_bytes()


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(deadline=time.monotonic() + 60, scratch=tmp_path)


@pytest.fixture
def read(tmp_path: Path, context: Context) -> Read:
    """Runs the extractor over some bytes."""

    def run(content: bytes, media_type: str = "image/jpeg") -> dict[str, Any]:
        path = tmp_path / "image"
        path.write_bytes(content)
        extractor = Exiv2()
        extractor.setup()
        with path.open("rb") as stream:
            view = FileView(stream.fileno(), path, media_type)
            return dict(extractor.extract(view, context))

    return run
