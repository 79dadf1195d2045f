"""What exiv2 read, as values of a record: bounded, clean, and as ExifTool gives them.

Rational numbers have ten significant digits, for so many has ExifTool: what is the same number in
the file is then the same in a first look and in the whole record. Sections are those of CIPA
DC-008, "Exif 2.32".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

MAX_TEXT: Final = 4096
"""Characters of one text."""
MAX_ITEMS: Final = 1000
"""Texts of one list."""
MAX_BYTES: Final = 1 << 20
"""Bytes of a value that is looked at."""

_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_OFFSET: Final = re.compile(r"[+-]\d\d:\d\d")
_XMP_TEXT: Final = "XmpText"
_LANG_ALT: Final = "LangAlt"


def clean(text: str) -> str:
    """`text` up to its NUL and without white space around it; Latin-1 where it is not UTF-8."""
    text = text.partition("\0")[0].strip()
    if not text.isascii():
        # The bytes that were no UTF-8 come as surrogates.
        raw = text.encode("utf-8", "surrogateescape")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return text[:MAX_TEXT]


def text_of(datum: Any) -> str | None:
    """The text of a datum of Exif or IPTC; None where there is none, or far too much."""
    if datum.size() > MAX_BYTES:
        return None
    return clean(datum.toString()) or None


def comment_of(datum: Any) -> str | None:
    """A text with its encoding in front (UserComment, section 4.6.5), without it."""
    if datum.size() > MAX_BYTES:
        return None
    text = datum.toString()
    return clean(text.partition(" ")[2] if text.startswith("charset=") else text) or None


def number_of(datum: Any, index: int = 0) -> float | int | None:
    """A number of a datum, in ten significant digits; None where there is none."""
    if datum.count() <= index:
        return None
    numerator, denominator = datum.toRational(index)
    if denominator in (0, 1):
        return int(numerator) if denominator else None
    return float(f"{numerator / denominator:.10g}")


def integer_of(datum: Any) -> int | None:
    """The first whole number of a datum."""
    return int(datum.toInt64(0)) if datum.count() else None


def f_number_of(datum: Any) -> float | None:
    """An aperture in APEX, which is twice the binary logarithm (annex C), as an f-number."""
    return _power(number_of(datum), 0.5)


def seconds_of(datum: Any) -> float | None:
    """A shutter speed in APEX, which is minus the binary logarithm (annex C), in seconds."""
    return _power(number_of(datum), -1.0)


def _power(exponent: float | None, factor: float) -> float | None:
    if exponent is None or abs(exponent) >= 100:  # some cameras write the lowest number for none
        return None
    return float(f"{2 ** (exponent * factor):.15g}")


def iso_time(moment: str, subsecond: str | None, offset: str | None) -> str:
    """``YYYY:MM:DD HH:MM:SS`` (section 4.6.5) as ISO 8601, or `moment` if it is none."""
    found = _TIME.fullmatch(moment)
    if found is None:
        return moment
    year, month, day, clock = found.groups()
    fraction = (
        f".{subsecond[:9]}" if subsecond and subsecond.isascii() and subsecond.isdigit() else ""
    )
    zone = offset if offset and _OFFSET.fullmatch(offset) else ""
    return f"{year}-{month}-{day}T{clock}{fraction}{zone}"


def degrees_of(datum: Any, reference: str | None, signs: str, limit: int) -> float | None:
    """An angle (section 4.6.6) in signed decimal degrees.

    Args:
        datum: degrees, minutes and seconds.
        reference: on which side.
        signs: the two letters that `reference` may be; the second one is negative.
        limit: the largest angle.
    """
    side = (reference or "").upper()
    parts = [number_of(datum, index) for index in range(min(datum.count(), 3))]
    if len(side) != 1 or side not in signs or not parts or None in parts:
        return None
    angle = math.fsum((part or 0) / 60**power for power, part in enumerate(parts))
    if not 0 <= angle <= limit:
        return None
    return float(f"{-angle if side == signs[1] else angle:.15g}")


def satellite_time(day: str | None, clock: Any) -> str | None:
    """GPSDateStamp and GPSTimeStamp (section 4.6.6), which are UTC, as ISO 8601."""
    parts = [number_of(clock, index) for index in range(min(clock.count(), 3))]
    date = re.fullmatch(r"(\d{4}):(\d\d):(\d\d)", day or "")
    if date is None or len(parts) != 3 or None in parts:
        return None
    hours, minutes, seconds = (float(part or 0) for part in parts)
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
        return None
    second = f"{seconds:09.6f}".rstrip("0").rstrip(".")
    return f"{'-'.join(date.groups())}T{int(hours):02}:{int(minutes):02}:{second}Z"


def xmp_of(datum: Any) -> str | list[str] | None:
    """A value of XMP: a text, that of the default language, or the texts of an array."""
    if datum.size() > MAX_BYTES:
        return None
    kind = datum.typeName()
    if kind == _XMP_TEXT:
        return clean(datum.toString()) or None
    if kind == _LANG_ALT:
        return _default(datum.value())
    return [text for text in map(clean, list(datum.value())[:MAX_ITEMS]) if text] or None


def _default(texts: Mapping[str, str]) -> str | None:
    """The text of the default language (XMP part 1, section 8.2.2.4), else the first one."""
    text = texts["x-default"] if "x-default" in texts.keys() else next(iter(texts.values()), "")  # noqa: SIM118  # exiv2's mapping
    return clean(text) or None
