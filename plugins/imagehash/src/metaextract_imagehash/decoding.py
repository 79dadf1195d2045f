"""A small grey picture from an image file, decoding no more of it than hashing needs."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from PIL import Image, UnidentifiedImageError

from metaextract_sdk import ExtractError, FileView

EDGE = 256
"""Pixels that the shorter side keeps, at least, when a picture is reduced."""
MAX_DECODED = 384 << 20
"""Bytes that a decoder may fill."""
MAX_READ = 128 << 20
"""Bytes that a decoder may load at once. Most take a file bit by bit; those of WebP, AVIF and
compressed TIFF load it whole."""

_TEXT_BOMB = ("MAX_TEXT_CHUNK", "MAX_TEXT_MEMORY")
"""Limits of Pillow's that its errors name."""

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "JPEG",
        "image/apng": "PNG",
        "image/png": "PNG",
        "image/gif": "GIF",
        "image/webp": "WEBP",
        "image/tiff": "TIFF",
        "image/bmp": "BMP",
        "image/j2c": "JPEG2000",
        "image/jp2": "JPEG2000",
        "image/jpx": "JPEG2000",
        "image/avif": "AVIF",
        "image/x-portable-bitmap": "PPM",
        "image/x-portable-graymap": "PPM",
        "image/x-portable-pixmap": "PPM",
        "image/vnd.zbrush.pcx": "PCX",
        "image/x-tga": "TGA",
    }
)
"""Media type -> the one Pillow format that it is opened as."""

# Bytes of one pixel in Pillow's memory: four for all others, RGB too.
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2}


def reduced_grey(file: FileView) -> Image.Image:
    """The first frame in shades of grey (mode L), large ones reduced.

    The shorter side keeps `EDGE` pixels or a little more where it had at least twice as many.

    Raises:
        ExtractError: it cannot be decoded, or would take too much memory.
    """
    try:
        with Image.open(_Reader(file), formats=[FORMATS[file.media_type]]) as image:
            needed = _coefficients(image)
            if min(image.size) >= 2 * EDGE:
                image.draft("L", (EDGE, EDGE))
            needed += image.width * image.height * _PIXEL_BYTES.get(image.mode, 4)
            if needed > MAX_DECODED:
                raise Image.DecompressionBombError(f"{needed} bytes; {MAX_DECODED} are allowed")
            grey = _grey(image)
    except (Image.DecompressionBombError, MemoryError) as error:
        reason = f"decoding it would take too much memory: {error}"
        raise ExtractError(reason, status="refused") from error
    except UnidentifiedImageError as error:
        raise ExtractError(f"its header is no {FORMATS[file.media_type]} header") from error
    except Exception as error:  # decoders of damaged pictures raise any type
        detail = " ".join(str(error).split()) or type(error).__name__
        if any(limit in detail for limit in _TEXT_BOMB):
            reason = f"its text inflates without measure: {detail}"
            raise ExtractError(reason, status="refused") from error
        raise ExtractError(f"the picture cannot be decoded: {detail}") from error
    factor = min(grey.size) // EDGE
    return grey.reduce(factor) if factor > 1 else grey


class _Reader(io.BufferedReader):
    """The file as a decoder sees it: it never asks for room for what is not there."""

    def __init__(self, file: FileView) -> None:
        super().__init__(file.open().detach(), buffer_size=1 << 16)
        self._size = file.size

    def read(self, size: int | None = -1, /) -> bytes:
        rest = max(0, self._size - self.tell())
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > MAX_READ:
            raise Image.DecompressionBombError(
                f"Pillow would load {wanted} bytes at once; {MAX_READ} are allowed"
            )
        return super().read(wanted)


def _coefficients(image: Image.Image) -> int:
    """Bytes that a progressive JPEG keeps besides pixels: 16 bits for each sample, draft or not."""
    if not image.info.get("progressive"):
        return 0
    return image.width * image.height * len(image.getbands()) * 2


def _grey(image: Image.Image) -> Image.Image:
    """Any mode as L, as ImageHash does it, but without cutting off at 255."""
    if image.mode == "LAB":
        return image.getchannel("L")
    if not image.mode.startswith(("I", "F")):
        return image.convert("L")
    # Hashes look at what is lighter than what, so the file's own range can be spread over L's.
    # Pillow converts 16-bit big-endian samples to I alone.
    image = image.convert("I").convert("F") if image.mode.startswith("I") else image
    low, high = (float(value) for value in cast("tuple[float, float]", image.getextrema()))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("it has no finite range of values")
    scale = 255 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale - low * scale).convert("L")
