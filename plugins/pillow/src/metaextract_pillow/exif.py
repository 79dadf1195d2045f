"""The capture facts of Exif (CIPA DC-008, "Exif 2.32"; section numbers refer to it)."""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from PIL import ExifTags, Image

Warn = Callable[[str], None]

_TEXTS = (
    "ImageDescription",
    "Make",
    "Model",
    "Software",
    "Artist",
    "Copyright",
    "LensMake",
    "LensModel",
    "BodySerialNumber",
    "LensSerialNumber",
    "CameraOwnerName",
    "ImageUniqueID",
)
_NUMBERS = {
    "Orientation": "Orientation",
    "ExposureTime": "ExposureTime",
    "FNumber": "FNumber",
    # Exif 2.3 renamed the tag; Pillow keeps the older name.
    "ISOSpeedRatings": "PhotographicSensitivity",
    "ExposureBiasValue": "ExposureBiasValue",
    "SubjectDistance": "SubjectDistance",
    "FocalLength": "FocalLength",
    "FocalLengthIn35mmFilm": "FocalLengthIn35mmFilm",
}
# Exif's time, and the tags of its sub-seconds and its zone (Exif 2.31).
_TIMES = {
    "DateTime": ("SubsecTime", "OffsetTime"),
    "DateTimeOriginal": ("SubsecTimeOriginal", "OffsetTimeOriginal"),
    "DateTimeDigitized": ("SubsecTimeDigitized", "OffsetTimeDigitized"),
}


# Section 4.6.5, tag 0xA001.
_COLOR_SPACES = {1: "sRGB", 0xFFFF: "Uncalibrated"}


def read_exif(exif: Image.Exif, warn: Warn) -> dict[str, Any]:
    """Exif's basics under their own names.

    Times are ISO 8601, sub-seconds and zone included where the file has them; a time that is none
    stays as the file wrote it. ``GPSLatitude`` and ``GPSLongitude`` are signed decimal degrees,
    ``GPSAltitude`` metres above sea level, ``ExposureTime`` seconds, ``FocalLength`` millimetres.
    """
    tags: dict[int, Any] = dict(exif)
    tags.update(exif.get_ifd(ExifTags.IFD.Exif))
    data: dict[str, Any] = {}
    for tag in _TEXTS:
        if text := _text(tags.get(ExifTags.Base[tag])):
            data[tag] = text
    for source, tag in _NUMBERS.items():
        number = _number(tags.get(ExifTags.Base[source]))
        if number is not None:
            data[tag] = number
    if seconds := data.get("ExposureTime"):
        data["ExposureTime"] = {"val": _shutter(seconds), "num": seconds}
    if space := _COLOR_SPACES.get(tags.get(ExifTags.Base.ColorSpace, 0)):
        data["ColorSpace"] = space
    for tag, parts in _TIMES.items():
        if moment := _text(tags.get(ExifTags.Base[tag])):
            subsecond, offset = (_text(tags.get(ExifTags.Base[part])) for part in parts)
            data[tag] = iso_time(moment, subsecond, offset)
    return data | _position(exif.get_ifd(ExifTags.IFD.GPSInfo), warn)


def thumbnail(exif: Image.Exif, blob: bytes) -> dict[str, int]:
    """Bytes, width and height of the preview that Exif keeps in IFD1 (section 4.5.8).

    Args:
        exif: the parsed tags.
        blob: the Exif segment that they came from, in which the preview lies.
    """
    directory = exif.get_ifd(ExifTags.IFD.IFD1)
    offset = directory.get(ExifTags.Base.JpegIFOffset)
    length = directory.get(ExifTags.Base.JpegIFByteCount)
    if not isinstance(offset, int) or not isinstance(length, int):
        return {}
    content = blob.removeprefix(b"Exif\0\0")[offset : offset + length]
    if not content.startswith(b"\xff\xd8"):
        return {}
    from PIL.JpegImagePlugin import JpegImageFile

    data = {"ThumbnailLength": len(content)}
    try:
        width, height = JpegImageFile(io.BytesIO(content)).size
    except (SyntaxError, OSError):
        return data
    return data | {"ThumbnailWidth": width, "ThumbnailHeight": height}


def iso_time(moment: str, subsecond: str, offset: str) -> str:
    """Exif's ``YYYY:MM:DD HH:MM:SS`` (section 4.6.5) as ISO 8601, or `moment` if it is no time."""
    try:
        time = datetime.strptime(moment, "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007  # Exif has no zone here
    except ValueError:
        return moment
    if subsecond.isascii() and subsecond.isdigit():
        time += f".{subsecond[:9]}"
    if re.fullmatch(r"[+-]\d\d:\d\d", offset):
        time += offset
    return time


def _shutter(seconds: float) -> str:
    """An exposure time as cameras show it, such as 1/125."""
    if seconds < 0.3:  # where cameras switch to fractions
        return f"1/{round(1 / seconds)}"
    return f"{seconds:g}"


def _text(value: Any) -> str:
    """Exif text up to its NUL; Pillow reads it as Latin-1, and many cameras write UTF-8."""
    if not isinstance(value, str):
        return ""
    text = value.partition("\0")[0]
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.strip()


def _number(value: Any) -> int | float | None:
    """A number of the file if it is finite; the first one of several."""
    if isinstance(value, tuple):
        value = value[0] if value else None
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _position(gps: Mapping[int, Any], warn: Warn) -> dict[str, Any]:
    """Where the camera was (section 4.6.6)."""
    data: dict[str, Any] = {}
    for tag, signs, limit in (("GPSLatitude", "NS", 90), ("GPSLongitude", "EW", 180)):
        raw = gps.get(ExifTags.GPS[tag])
        if raw is None:
            continue
        hemisphere = _text(gps.get(ExifTags.GPS[f"{tag}Ref"])).upper()
        degrees = _degrees(raw)
        if degrees is None or degrees > limit:
            warn(f"{tag} is left out: it is not an angle of up to {limit} degrees")
        elif len(hemisphere) != 1 or hemisphere not in signs:
            warn(f"{tag} is left out: it does not say {signs[0]} or {signs[1]}")
        else:
            data[tag] = -degrees if hemisphere == signs[1] else degrees
    altitude = _number(gps.get(ExifTags.GPS.GPSAltitude))
    if altitude is not None:
        data["GPSAltitude"] = -altitude if _below_sea(gps) else altitude
    for tag in ("GPSImgDirection", "GPSHPositioningError"):
        number = _number(gps.get(ExifTags.GPS[tag]))
        if number is not None:
            data[tag] = number
    if moment := _satellite_time(gps):
        data["GPSDateTime"] = moment
    return data


def _below_sea(gps: Mapping[int, Any]) -> bool:
    # 3 is Exif 3.0's; a BYTE comes as bytes from Pillow.
    return gps.get(ExifTags.GPS.GPSAltitudeRef) in (1, 3, b"\x01", b"\x03")


def _degrees(value: Any) -> float | None:
    """Degrees, minutes and seconds as decimal degrees; seven decimals are a centimetre."""
    raw = value if isinstance(value, tuple) else (value,)
    parts = [part for part in map(_number, raw) if part is not None and part >= 0]
    if len(parts) != len(raw) or not 0 < len(parts) <= 3:
        return None
    degrees, minutes, seconds = (*parts, 0, 0)[:3]
    return round(degrees + minutes / 60 + seconds / 3600, 7)


def _satellite_time(gps: Mapping[int, Any]) -> str | None:
    """GPSDateStamp and GPSTimeStamp, which are UTC, as ISO 8601."""
    clock = gps.get(ExifTags.GPS.GPSTimeStamp)
    parts = [_number(part) for part in clock] if isinstance(clock, tuple) else []
    if len(parts) != 3:
        return None
    try:
        date = _text(gps.get(ExifTags.GPS.GPSDateStamp))
        day = datetime.strptime(f"{date} +0000", "%Y:%m:%d %z")
        hours, minutes, seconds = (float(part if part is not None else "nan") for part in parts)
        moment = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        return None
    if not timedelta() <= moment < timedelta(days=1):
        return None
    return (day + moment).isoformat()
