"""Images as Pillow's header readers see them; pixels are never decoded."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable
from typing import Any

from PIL import ExifTags, Image, ImageFile

from metaextract_pillow.crosswalk import CROSSWALK
from metaextract_pillow.exif import read_exif, thumbnail
from metaextract_pillow.formats import READERS, open_header
from metaextract_pillow.sparing import SparingReader
from metaextract_pillow.webp import read_canvas
from metaextract_sdk import Context, ExtractError, Extractor, FileView

MAX_FRAME_WALK = 4 << 20
"""Bytes up to which a GIF is walked to count its frames."""
_TEXT_BOMB = ("MAX_TEXT_CHUNK", "MAX_TEXT_MEMORY")

# By Pillow's mode without its alpha and bit depth.
_COLOR_MODES = {
    "1": "bilevel",
    "L": "grayscale",
    "I": "grayscale",
    "F": "grayscale",
    "P": "palette",
    "LAB": "Lab",
}

_Facts = dict[str, Any]
_Part = Callable[[Any, FileView, Context], _Facts]


class PillowHeader(Extractor):
    """Format, size, colour, frames, preview, PNG text and Exif basics of an image."""

    media_types = tuple(READERS)
    version = "1"
    profiles = ("fast", "standard", "deep")
    crosswalk = CROSSWALK
    samples = ("samples/*",)
    content_only = True
    trust = 60

    def extract(self, file: FileView, ctx: Context) -> _Facts:
        """Facts of the image's header, flat, under the names of its format's standard.

        Sizes are pixels as stored (before Exif's orientation); ``XResolution`` and
        ``YResolution`` are always per inch. PNG text is ``PNG:Keyword``. The header of an image too
        large to be decoded safely is reported with a warning, for nothing is decoded here.

        Raises:
            ExtractError: the header is damaged (``failed``), opening it would take too much memory
                (``refused``, with the size of a WebP's canvas), or a part behind it is damaged
                (partial).
        """
        if not file.size:
            raise ExtractError("the file is empty", status="skipped")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                return _read(file, ctx)
            finally:
                for message in dict.fromkeys(str(item.message) for item in caught):
                    ctx.warn(message.strip())


def _read(file: FileView, ctx: Context) -> _Facts:
    try:
        image = open_header(file.media_type, SparingReader(file))
    except (Image.DecompressionBombError, MemoryError) as error:
        reason = f"opening it would take too much memory: {error}"
        raise ExtractError(reason, status="refused", data=read_canvas(file)) from error
    except Exception as error:  # readers of damaged headers raise any type
        raise _fault("the header", error) from error
    data: _Facts = {}
    faults: list[ExtractError] = []
    for name, part in _PARTS.items():
        try:
            data |= part(image, file, ctx)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 -- as above; the other parts still count
            faults.append(_fault(name, error))
    if faults:
        raise ExtractError("; ".join(fault.reason for fault in faults), data=data)
    return data


def _fault(part: str, error: Exception) -> ExtractError:
    detail = " ".join(str(error).split()) or type(error).__name__
    if any(limit in detail for limit in _TEXT_BOMB):
        return ExtractError(f"{part} inflates without measure: {detail}", status="refused")
    return ExtractError(f"{part} cannot be read: {detail}")


def _header(image: ImageFile.ImageFile, file: FileView, ctx: Context) -> _Facts:
    width, height = image.size
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and width * height > limit:
        ctx.warn(f"{width} x {height} pixels: too many to be decoded safely")
    colors = image.mode.split(";")[0].rstrip("AaX")
    data: _Facts = {
        "Format": image.format,
        "Width": width,
        "Height": height,
        "Mode": image.mode,
        "ColorMode": _COLOR_MODES.get(colors, colors),
        "Channels": len(image.getbands()),
        "Transparency": image.has_transparency_data,
    }
    if isinstance(compression := image.info.get("compression"), str):
        data["Compression"] = compression
    # PNG's texts are in `info` too, under whatever name the file gives them: look at the types.
    if isinstance(gamma := image.info.get("gamma"), float):
        data["Gamma"] = gamma
    if isinstance(comment := image.info.get("comment"), bytes) and (text := _decoded(comment)):
        data["Comment"] = text
    return data


def _decoded(text: bytes) -> str:
    """A comment of JPEG or GIF, which state no encoding."""
    try:
        return text.decode("utf-8").strip("\0\r\n ")
    except UnicodeDecodeError:
        return text.decode("latin-1").strip("\0\r\n ")


def _exif(image: ImageFile.ImageFile, file: FileView, ctx: Context) -> _Facts:
    blob = image.info.get("exif")
    if isinstance(blob, bytes):
        # A JPEG's own Exif object has been tried when it was opened, and hides that it failed.
        exif = Image.Exif()
        exif.load(blob)
        return _resolution(image, exif) | read_exif(exif, ctx.warn) | thumbnail(exif, blob)
    # Not the image's own method: PNG's decodes the image in search of more.
    exif = Image.Image.getexif(image)
    return _resolution(image, exif) | read_exif(exif, ctx.warn)


def _resolution(image: ImageFile.ImageFile, exif: Image.Exif) -> _Facts:
    """Pixels per inch, if the file states them."""
    dpi = image.info.get("dpi")
    # A JPEG that states none is 72 dpi to Pillow.
    stated = image.info.get("jfif_unit") in (1, 2) or (
        ExifTags.Base.XResolution in exif and ExifTags.Base.ResolutionUnit in exif
    )
    if not isinstance(dpi, tuple) or (image.format in ("JPEG", "MPO") and not stated):
        return {}
    horizontal, vertical = (float(value) for value in dpi)
    if not (0 < horizontal < math.inf and 0 < vertical < math.inf):
        return {}
    return {"XResolution": round(horizontal, 4), "YResolution": round(vertical, 4)}


def _profile(image: ImageFile.ImageFile, file: FileView, ctx: Context) -> _Facts:
    content = image.info.get("icc_profile")
    if not content or not isinstance(content, bytes):
        return {}
    from PIL import ImageCms

    data: _Facts = {"ICCProfileSize": len(content)}
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content)).profile
    except OSError:
        ctx.warn("the ICC profile is damaged")
        return data
    if description := profile.profile_description:
        data["ICCProfileDescription"] = description.strip("\0 ")
    return data | {"ICCProfileColorSpace": profile.xcolor_space.strip()}


def _frames(image: ImageFile.ImageFile, file: FileView, ctx: Context) -> _Facts:
    """How many images the file holds, and whether they move."""
    if image.format == "TIFF":  # counted by its own part
        return {}
    if image.format == "GIF" and file.size > MAX_FRAME_WALK:
        ctx.warn(f"frames are counted only in GIFs of up to {MAX_FRAME_WALK >> 20} MiB")
        return {}
    frames = getattr(image, "n_frames", 1)
    data: _Facts = {"Frames": frames}
    if image.format in ("GIF", "PNG", "WEBP", "AVIF"):
        data["Animated"] = frames > 1
    if frames > 1 and isinstance(loop := image.info.get("loop"), int):
        data["Loop"] = loop
    return data


def _own(image: Any, file: FileView, ctx: Context) -> _Facts:
    """What only this format has, or has in its own way."""
    if image.format in ("JPEG", "MPO"):
        from metaextract_pillow.jpeg import read_jpeg

        return read_jpeg(image, file, ctx)
    if image.format == "PNG":
        from metaextract_pillow.png import read_png

        return read_png(image, file, ctx)
    if image.format == "TIFF":
        from metaextract_pillow.tiff import read_tiff

        return read_tiff(image, file, ctx)
    return {}


_PARTS: dict[str, _Part] = {
    "the header": _header,
    # Before Exif, which PNG may keep behind the pixels.
    "the format's own part": _own,
    "Exif": _exif,
    "the ICC profile": _profile,
    "the list of frames": _frames,
}
