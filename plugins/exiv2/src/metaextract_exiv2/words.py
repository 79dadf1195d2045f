"""Exif's numbers in words (CIPA DC-008, "Exif 2.32", and TIFF 6.0), in those that ExifTool uses.

So a first look and the whole record say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PROGRAMS: Final = (
    "Not Defined",
    "Manual",
    "Program AE",
    "Aperture-priority AE",
    "Shutter speed priority AE",
    "Creative (Slow speed)",
    "Action (High speed)",
    "Portrait",
    "Landscape",
    "Bulb",
)
_METERING: Final = (
    "Unknown",
    "Average",
    "Center-weighted average",
    "Spot",
    "Multi-spot",
    "Multi-segment",
    "Partial",
)
_FLASH_MODES: Final = ("", "On", "Off", "Auto")
_RETURNS: Final = ("", "", "Return not detected", "Return detected")


def flash(number: int) -> str:
    """Tag 0x9209 (section 4.6.5): whether it fired, in which mode, and whether light came back."""
    if number in (0, 0x20):
        return "No flash function" if number else "No Flash"
    fired, mode, red_eye = number & 1, _FLASH_MODES[number >> 3 & 3], number & 0x40
    # In the modes on and off ExifTool leaves out what goes without saying.
    if number & 0x20:
        done = "No flash function"
    elif fired:
        done = "" if mode == "On" and number != 9 else "Fired"
    else:
        done = "" if mode == "Off" and red_eye else "Did not fire"
    parts = (mode, done, "Red-eye reduction" if red_eye else "", _RETURNS[number >> 1 & 3])
    return ", ".join(part for part in parts if part)


WORDS: Final[Mapping[str, Mapping[int, str]]] = {
    "Exif.Photo.ExposureProgram": dict(enumerate(_PROGRAMS)),
    "Exif.Photo.MeteringMode": {**dict(enumerate(_METERING)), 255: "Other"},
    "Exif.Photo.WhiteBalance": {0: "Auto", 1: "Manual"},
    "Exif.Photo.ColorSpace": {1: "sRGB", 2: "Adobe RGB", 0xFFFF: "Uncalibrated"},
    "Exif.Image.PhotometricInterpretation": {
        0: "WhiteIsZero",
        1: "BlackIsZero",
        2: "RGB",
        3: "RGB Palette",
        4: "Transparency Mask",
        5: "CMYK",
        6: "YCbCr",
        8: "CIELab",
    },
    "Exif.Image.Compression": {
        1: "Uncompressed",
        2: "CCITT 1D",
        3: "T4/Group 3 Fax",
        4: "T6/Group 4 Fax",
        5: "LZW",
        6: "JPEG (old-style)",
        7: "JPEG",
        8: "Adobe Deflate",
        32773: "PackBits",
    },
}
"""Tag -> its numbers in words; a number that has none is left out (``ColorSpace``, section 4.6.5;
the last two, TIFF 6.0 section 8, and Adobe's TIFF Technical Notes for Deflate)."""
