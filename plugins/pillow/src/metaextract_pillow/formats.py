"""Which of Pillow's readers may see a file, and how it is opened without decoding it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO

from PIL import Image, ImageFile

READERS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "Jpeg",
        "image/apng": "Png",
        "image/png": "Png",
        "image/gif": "Gif",
        "image/webp": "WebP",
        "image/tiff": "Tiff",
        "image/bmp": "Bmp",
        "image/j2c": "Jpeg2K",
        "image/jp2": "Jpeg2K",
        "image/jpx": "Jpeg2K",
        "image/avif": "Avif",
        "image/x-portable-bitmap": "Ppm",
        "image/x-portable-graymap": "Ppm",
        "image/x-portable-pixmap": "Ppm",
        "image/vnd.zbrush.pcx": "Pcx",
        "image/x-tga": "Tga",
        "image/x-sgi": "Sgi",
        "image/vnd.ms-dds": "Dds",
        "image/qoi": "Qoi",
    }
)
"""Media type -> reader: all those that find the header without decoding and start no program.

Left out on purpose: EPS and WMF (they start Ghostscript or Windows), ICO (decodes when opened), and
the raw formats of cameras (Pillow takes them for TIFF and reports the preview's size).
"""

_FORMATS = {"Jpeg2K": "JPEG2000"}


def open_header(media_type: str, fp: IO[bytes]) -> ImageFile.ImageFile:
    """The image with its header read and its pixels left alone, by the one fitting reader.

    `PIL.Image.open` would import all of Pillow's readers, try them one after another, and refuse an
    image for being large, though to report its size is safe.

    Raises:
        Exception: whatever Pillow's reader raises on damaged content, `SyntaxError` as a rule.
    """
    reader = READERS[media_type]
    importlib.import_module(f"PIL.{reader}ImagePlugin")
    factory, accept = Image.OPEN[_FORMATS.get(reader, reader.upper())]
    prefix = fp.read(16)
    if accept is not None and accept(prefix) is not True:
        raise SyntaxError("the signature is missing")
    fp.seek(0)
    return factory(fp, "")
