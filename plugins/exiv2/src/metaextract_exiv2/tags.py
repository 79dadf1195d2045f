"""Which tags are read, and how: those alone that speak of a canonical field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from metaextract_exiv2 import values
from metaextract_exiv2.crosswalk import CROSSWALK
from metaextract_exiv2.words import WORDS, flash

Facts = dict[str, Any]
_Found = Mapping[str, Any]

_GPS: Final = "Exif.GPSInfo."
# Exif's time, and the tags of its sub-seconds and its zone (CIPA DC-008 section 4.6.5).
_TIMES: Final = {
    "Exif.Image.DateTime": ("Exif.Photo.SubSecTime", "Exif.Photo.OffsetTime"),
    "Exif.Image.DateTimeOriginal": ("", ""),
    "Exif.Photo.DateTimeOriginal": (
        "Exif.Photo.SubSecTimeOriginal",
        "Exif.Photo.OffsetTimeOriginal",
    ),
    "Exif.Photo.DateTimeDigitized": (
        "Exif.Photo.SubSecTimeDigitized",
        "Exif.Photo.OffsetTimeDigitized",
    ),
}
_ANGLES: Final = {f"{_GPS}GPSLatitude": ("NS", 90), f"{_GPS}GPSLongitude": ("EW", 180)}
_ALTITUDE: Final = f"{_GPS}GPSAltitude"
_CLOCK: Final = f"{_GPS}GPSTimeStamp"
_CANON: Final = "Exif.Canon.SerialNumber"
_UNIT: Final = "Exif.Image.ResolutionUnit"
_RESOLUTIONS: Final = ("Exif.Image.XResolution", "Exif.Image.YResolution")
_INCHES: Final = {2: 1.0, 3: 2.54}
_BESIDE: Final = {
    _UNIT,
    "Exif.Image.ExtraSamples",
    f"{_ALTITUDE}Ref",
    f"{_GPS}GPSDateStamp",
    *(f"{tag}Ref" for tag in _ANGLES),
    *(part for parts in _TIMES.values() for part in parts),
}
"""Tags that others are read with."""
_APEX: Final = {
    "Exif.Photo.ShutterSpeedValue": ("Exif.Photo.ExposureTime", values.seconds_of),
    "Exif.Photo.ApertureValue": ("Exif.Photo.FNumber", values.f_number_of),
}
"""Tags that count only where a plainer one is missing."""
_NUMBERS: Final = (
    "Exif.Image.Orientation",
    "Exif.Image.BitsPerSample",
    "Exif.Image.SamplesPerPixel",
    "Exif.Image.Rating",
    "Exif.Photo.Rating",
    "Exif.Photo.ExposureTime",
    "Exif.Photo.FNumber",
    "Exif.Photo.ISOSpeedRatings",
    "Exif.Photo.ExposureBiasValue",
    "Exif.Photo.FocalLength",
    "Exif.Photo.FocalLengthIn35mmFilm",
    "Exif.Photo.SubjectDistance",
    f"{_GPS}GPSImgDirection",
    f"{_GPS}GPSHPositioningError",
)
_FLASH: Final = "Exif.Photo.Flash"
_COOKED: Final = (
    *(_ALTITUDE, _CANON, _CLOCK, _FLASH),
    *(*_ANGLES, *_APEX, *_RESOLUTIONS, *_TIMES, *WORDS),
)
"""Tags that are read together with others, or in a way of their own."""
_LENS: Final = "LensName"
_LENS_TYPES: Final = (
    "Exif.CanonCs.LensType",
    *(f"Exif.NikonLd{number}.LensIDNumber" for number in range(1, 5)),
    "Exif.OlympusEq.LensType",
    "Exif.Panasonic.LensType",
    *("Exif.Pentax.LensType", "Exif.PentaxDng.LensType"),
    "Exif.Samsung2.LensType",
    *("Exif.Minolta.LensID", "Exif.SonyMinolta.LensID"),
    *("Exif.Sony1.LensID", "Exif.Sony2.LensID"),
)
"""Where makers keep the type of the lens; `exiv2.lensName` looks for each of them anew."""
_NAMELESS: Final = ("Bad value", "None", "Unknown", "n/a")

# IPTC IIM 4.2: a date, and the time that belongs to it.
_IPTC: Final = "Iptc.Application2."
_IPTC_TIMES: Final = {
    f"{_IPTC}DateCreated": f"{_IPTC}TimeCreated",
    f"{_IPTC}DigitizationDate": f"{_IPTC}DigitizationTime",
}
_IPTC_LISTS: Final = (f"{_IPTC}Keywords", f"{_IPTC}Byline")
_IPTC_WANTED: Final = {
    *(tag for tag in CROSSWALK if tag.startswith(_IPTC)),
    *_IPTC_TIMES.values(),
}
_XMP_WANTED: Final = frozenset(tag for tag in CROSSWALK if tag.startswith("Xmp."))


def _readers() -> dict[str, Callable[[Any], Any]]:
    """How each tag of Exif is read that stands for itself."""
    readers: dict[str, Callable[[Any], Any]] = {
        tag: values.text_of for tag in CROSSWALK if tag.startswith("Exif.")
    }
    readers |= dict.fromkeys(_NUMBERS, values.number_of)
    readers |= {
        "Exif.Photo.UserComment": values.comment_of,
        "Exif.Photo.MaxApertureValue": values.f_number_of,
    }
    for tag in _COOKED:
        readers.pop(tag, None)
    return readers


_READERS: Final = _readers()
_WANTED: Final = {*_READERS, *_COOKED, *_BESIDE, *_LENS_TYPES}


def exif_facts(exif: Any) -> Facts:
    """What `exif`, which must stay alive meanwhile, says of canonical fields."""
    found: dict[str, Any] = {}
    for datum in exif:
        key = datum.key()
        if key in _WANTED and key not in found:
            found[key] = datum
    data: Facts = {tag: read(found[tag]) for tag, read in _READERS.items() if tag in found}
    data |= _words(found) | _times(found) | _position(found)
    for tag, (plainer, read) in _APEX.items():
        if tag in found and data.get(plainer) is None:
            data[tag] = read(found[tag])
    data |= _resolution(found)
    if _CANON in found:
        data[_CANON] = _canon_serial(found[_CANON], data.get("Exif.Image.Model") or "")
    if "Exif.Image.ExtraSamples" in found:  # TIFF 6.0 section 18: 1 and 2 are opacity
        data["Transparency"] = values.integer_of(found["Exif.Image.ExtraSamples"]) in (1, 2)
    if not data.get("Exif.Photo.LensModel"):
        data[_LENS] = _lens(found, exif)
    return {tag: value for tag, value in data.items() if value is not None}


def _words(found: _Found) -> Facts:
    data: Facts = {}
    for tag, words in WORDS.items():
        if tag in found:
            data[tag] = words.get(values.integer_of(found[tag]) or 0)
    if _FLASH in found:
        data[_FLASH] = flash(values.integer_of(found[_FLASH]) or 0)
    return data


def _times(found: _Found) -> Facts:
    data: Facts = {}
    for tag, parts in _TIMES.items():
        if tag in found and (moment := values.text_of(found[tag])):
            subsecond, offset = (_text(found, part) for part in parts)
            data[tag] = values.iso_time(moment, subsecond, offset)
    return data


def _resolution(found: _Found) -> Facts:
    """Pixels per inch (TIFF 6.0 section 8), where the unit is one of length."""
    inches = _INCHES.get((values.integer_of(found[_UNIT]) or 0) if _UNIT in found else 2)
    data: Facts = {}
    for tag in _RESOLUTIONS:
        number = values.number_of(found[tag]) if tag in found else None
        if number and inches and number > 0:
            data[tag] = round(number * inches, 4)
    return data


def _canon_serial(datum: Any, model: str) -> str | None:
    """As many digits as Canon prints on the camera, by ExifTool's account of them."""
    number = values.integer_of(datum)
    if number is None:
        return None
    if model.endswith("EOS D30"):
        return f"{number >> 16:04x}{number & 0xFFFF:05}"
    return f"{number:06}" if "EOS-1D" in model else f"{number:010}"


def _text(found: _Found, tag: str) -> str | None:
    return values.text_of(found[tag]) if tag in found else None


def _position(found: _Found) -> Facts:
    """Where the camera was, and when (CIPA DC-008 section 4.6.6)."""
    data: Facts = {}
    for tag, (signs, limit) in _ANGLES.items():
        if tag in found:
            data[tag] = values.degrees_of(found[tag], _text(found, f"{tag}Ref"), signs, limit)
    if _ALTITUDE in found:
        height = values.number_of(found[_ALTITUDE])
        reference = found.get(f"{_ALTITUDE}Ref")
        # 3 is Exif 3.0's.
        below = reference is not None and values.integer_of(reference) in (1, 3)
        data[_ALTITUDE] = -height if height and below else height
    if _CLOCK in found:
        data[_CLOCK] = values.satellite_time(_text(found, f"{_GPS}GPSDateStamp"), found[_CLOCK])
    return data


def _lens(found: _Found, exif: Any) -> str | None:
    """The lens that the maker's notes mean, if exiv2 knows it by name."""
    datum = next((found[tag] for tag in _LENS_TYPES if tag in found), None)
    if datum is None or datum.size() > values.MAX_TEXT:
        return None
    name = values.clean(datum.print(exif))
    # Numbers, in parentheses or not, are such that exiv2 has no name for.
    if name[:1] in ("", "(") or name.isdigit() or name.startswith(_NAMELESS):
        return None
    return name.removeprefix("Nikon ")


def iptc_facts(iptc: Iterable[Any]) -> Facts:
    """What `iptc` says of canonical fields; dates with their times."""
    data: Facts = {}
    for datum in iptc:
        key = datum.key()
        if key not in _IPTC_WANTED or (text := values.text_of(datum)) is None:
            continue
        if key not in _IPTC_LISTS:
            data.setdefault(key, text)
        elif len(items := data.setdefault(key, [])) < values.MAX_ITEMS:
            items.append(text)
    for day, clock in _IPTC_TIMES.items():
        time = data.pop(clock, None)
        if time and day in data:
            data[day] = f"{data[day]}T{time}"
    return data


def xmp_facts(xmp: Iterable[Any]) -> Facts:
    """What `xmp` says of canonical fields."""
    data: Facts = {}
    for datum in xmp:
        key = datum.key()
        if key in _XMP_WANTED and (value := values.xmp_of(datum)) is not None:
            data[key] = value
    return data
