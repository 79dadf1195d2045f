"""Photographs as exiv2 sees them: Exif, IPTC, XMP and some of the makers' notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import exiv2  # type: ignore[import-untyped]  # exiv2 has no types

from metaextract_exiv2 import icc, shape
from metaextract_exiv2.crosswalk import CROSSWALK
from metaextract_exiv2.tags import exif_facts, iptc_facts, xmp_facts
from metaextract_exiv2.tiff import tiff
from metaextract_exiv2.values import clean
from metaextract_sdk import Context, ExtractError, Extractor, FileView

MAX_PROFILE: Final = 8 << 20
"""Bytes of a colour profile that is looked at."""

_SHAPES: Final[Mapping[str, Callable[[FileView], shape.Look]]] = {
    "image/jpeg": shape.jpeg,
    "image/tiff": tiff,
    "image/webp": shape.webp,
}

_Facts = dict[str, Any]


class Exiv2(Extractor):
    """Exif, IPTC, XMP and the pixels' shape of photographs, as a quick first look."""

    media_types = tuple(_SHAPES)
    version = f"1+exiv2-{exiv2.__version__}"
    profiles = ("fast",)
    instead_of = ("pillow",)
    crosswalk = CROSSWALK
    samples = ("samples/*",)
    content_only = True
    trust = 65  # it reads more than Pillow (60), and less than ExifTool
    memory = 2 << 30  # TIFF and WebP are mapped, which takes room for addresses and not memory

    def setup(self) -> None:
        """Keep exiv2 from printing what it thinks of damaged files."""
        exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)

    def extract(self, file: FileView, ctx: Context) -> _Facts:
        """The tags that speak of canonical fields, under exiv2's keys, and the pixels' shape.

        Times are ISO 8601, sub-seconds and zone included where the file has them; positions are
        signed decimal degrees, altitudes metres above sea level, exposure times seconds. Sizes are
        pixels as stored. Exif's numbers stand in words where it has some for them.

        Raises:
            ExtractError: the content is not of its media type or damaged (``failed``, or partial
                with what was read until then).
        """
        if not file.size:
            raise ExtractError("the file is empty", status="skipped")
        if file.media_type not in _SHAPES:
            raise ExtractError(f"{file.media_type} is not read with exiv2", status="skipped")
        data, content = _look(file)
        if content is None:
            raise ExtractError("exiv2 reads no BigTIFF, and no TIFF of more than 1 GiB", data=data)
        try:
            image = exiv2.ImageFactory.open(content)
        except exiv2.Exiv2Error as error:
            raise _fault(error, {}) from error
        if image.mimeType() != file.media_type:
            raise ExtractError(f"to exiv2 the content is {image.mimeType()}")
        try:
            image.readMetadata()
        except exiv2.Exiv2Error as error:
            raise _fault(error, data | _facts(image)) from error
        return data | _facts(image)


def _look(file: FileView) -> shape.Look:
    try:
        return _SHAPES[file.media_type](file)
    except (OSError, ValueError) as error:  # it has become shorter, or may not be mapped
        raise ExtractError(f"the file cannot be read: {error}") from error


def _fault(error: Exception, data: _Facts) -> ExtractError:
    reason = " ".join(clean(str(error.args[-1])).split())
    return ExtractError(f"exiv2 gave up: {reason}", data=data if len(data) > 2 else None)


def _facts(image: Any) -> _Facts:
    """What exiv2 has read of `image`, which must outlive its data."""
    data: _Facts = {}
    width, height = image.pixelWidth(), image.pixelHeight()
    if width and height:
        data |= {"Width": width, "Height": height}
    data |= exif_facts(image.exifData())
    data |= iptc_facts(image.iptcData())
    data |= xmp_facts(image.xmpData())
    if comment := clean(image.comment()):
        data["Comment"] = comment
    if image.iccProfileDefined() and image.iccProfile().size() <= MAX_PROFILE:
        name = icc.description(bytes(image.iccProfile().data()))
        data |= {"ICCProfileDescription": name} if name else {}
    return data
