"""Which fields the tags of ExifTool speak of where its options have left out their groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from msgspec import structs

from metaextract_core.descriptor import Descriptor
from metaextract_core.merging import Merger


class _Kind(NamedTuple):
    """Files of which is known what cannot be in them, so that more names are clear.

    Attributes:
        media_type: of these files.
        tags: which they do not have.
        fields: of which they do not speak.
    """

    media_type: re.Pattern[str]
    tags: re.Pattern[str]
    fields: re.Pattern[str]


_KINDS: Final = (
    _Kind(
        re.compile(r"image/.{0,80}"),
        re.compile(
            r"(?:AIFF|APE|ASF|DjVu-Meta|FlashPix|HTML|HTML-.{0,20}|ID3v.{0,20}|ItemList|Keys|MOBI"
            r"|MPEG|MS-DOC|Matroska|PDF|RTF|UserData|Vorbis|XML):.{0,80}"
        ),
        re.compile(r"(?:audio|video|medical)\..{0,40}"),
    ),
    _Kind(
        re.compile(r"(?:text/|application/(?:pdf|rtf|msword|vnd\.(?:ms-|o))).{0,80}"),
        re.compile(r"(?:Composite|ExifIFD|IFD0|IPTC|XMP-exif|XMP-tiff):.{0,80}"),
        re.compile(r"(?:audio|video|medical|camera|lens)\..{0,40}"),
    ),
)
_NO_KIND: Final = _Kind(re.compile(r".{0,200}"), re.compile(r"-"), re.compile(r"-"))
_UNCERTAIN: Final = frozenset({"Compression"})
"""Names that a thumbnail inside the file has as well, in a group that the crosswalk leaves out."""
_FAMILIES: Final = (
    (re.compile(r"XMP-.{1,40}"), "XMP"),
    (re.compile(r"IFD\d|ExifIFD|GPS|InteropIFD|SubIFD\d?"), "EXIF"),
    (re.compile(r"System"), "File"),
    (re.compile(r"ID3v.{1,10}"), "ID3"),
    (re.compile(r"ItemList|Keys|UserData|Track\d"), "QuickTime"),
    (re.compile(r"HTML-.{1,20}"), "HTML"),
    (re.compile(r"MS-DOC"), "FlashPix"),
    (re.compile(r"Canon|CanonRaw|CIFF|SigmaRaw|KyoceraRaw|PictureInfo"), "MakerNotes"),
)
"""Groups of family 1 and the group of family 0 that holds them, where the names differ."""


_CODES: Final = frozenset(
    {
        "file.permissions",
        "image.color_mode",
        "image.color_space",
        "image.compression",
        "capture.exposure_program",
        "capture.flash",
        "capture.metering_mode",
        "capture.white_balance",
        "audio.codec",
        "video.codec",
        "Composite:Lens",
        "Composite:LensID",
        "FlashPix:LanguageCode",
    }
)
"""Fields, and tags alone, that are codes until ExifTool converts them for people."""


class Mergers:
    """Merge what ExifTool has told as well as its options allow.

    Args:
        descriptor: of the extractor `exiftool`.
    """

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor = descriptor
        self._made: dict[tuple[_Kind | None, bool], Merger] = {}

    def of(self, tags: Iterable[str], media_type: str | None, *, converted: bool) -> Merger:
        """For these tags of a file of this type.

        Args:
            tags: their names.
            media_type: of the file.
            converted: whether the values are those for people.
        """
        kind: _Kind | None = None
        if not any(tag.startswith("System:") for tag in tags):  # which only family 1 has
            fitting = (kind for kind in _KINDS if kind.media_type.fullmatch(media_type or ""))
            kind = next(fitting, _NO_KIND)
        if (kind, converted) not in self._made:
            self._made[kind, converted] = self._merger(kind, converted=converted)
        return self._made[kind, converted]

    def _merger(self, kind: _Kind | None, *, converted: bool) -> Merger:
        crosswalk = {
            tag: field
            for tag, field in self._descriptor.crosswalk.items()
            if converted or not {tag, field} & _CODES
        }
        if kind is not None:
            crosswalk = _loose(crosswalk, kind)
        extractor = structs.replace(self._descriptor, crosswalk=crosswalk)
        return Merger({extractor.id: extractor})


def _loose(crosswalk: Mapping[str, str], kind: _Kind) -> dict[str, str]:
    """`crosswalk` with all names that mean one field without their groups, in its order."""
    meant = {
        tag: field
        for tag, field in crosswalk.items()
        if not kind.tags.fullmatch(tag) and not kind.fields.fullmatch(field)
    }
    meanings: dict[str, set[str]] = {}
    for tag, field in meant.items():
        for short in _short(tag):
            meanings.setdefault(short, set()).add(field)
    loose: dict[str, str] = {}
    for tag, field in crosswalk.items():
        loose[tag] = field
        for short in _short(tag) if tag in meant else ():
            if len(meanings[short]) == 1:
                loose.setdefault(short, field)
    return loose


def _short(tag: str) -> Iterator[str]:
    """The tag's name alone, and with the group of family 0."""
    group, _, name = tag.rpartition(":")
    if name in _UNCERTAIN:
        return
    yield name
    for pattern, family in _FAMILIES:
        if pattern.fullmatch(group):
            yield f"{family}:{name}"
