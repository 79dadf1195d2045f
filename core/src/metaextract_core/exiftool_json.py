"""Records from what ``exiftool -json`` has printed, with whatever other options."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from msgspec import UNSET

from metaextract_core.assembling import assemble
from metaextract_core.dates import iso_8601
from metaextract_core.descriptor import Descriptor
from metaextract_core.inspection import iso_time, named
from metaextract_core.json_objects import Problem, objects
from metaextract_core.record import FileInfo, Record, Section, Status
from metaextract_core.ungrouped import Mergers
from metaextract_core.workers.cleaning import clean

_LONGEST_INTEGER: Final = 400  # digits; a longer one stays text
_LONGEST_WORDS: Final = 1000  # characters of what ExifTool says of the file as a whole
_NOTHING: Final = frozenset({"Unknown file type", "File is empty"})
"""Errors of ExifTool after which there is only what the file system says."""


def read(stream: BinaryIO, descriptor: Descriptor) -> Iterator[Record | Problem]:
    """A record for each object with a ``SourceFile``, as the extractor `exiftool` would give it.

    The objects may come in one list or several, or one after another; one is held in memory at a
    time. A record has no digest, for nobody has read the content. Tags have the names that the
    extractor gives them, ``Group1:Tag``, where their groups are there (options ``-G1``, ``-G0:1``,
    ``-g1``); tags with the group of family 0 alone (``-G``) or none are kept as they are, and speak
    of a field where the crosswalk gives their name one meaning only.

    Args:
        stream: what ExifTool has printed; it is read bit by bit.
        descriptor: of the extractor `exiftool`, from a registry.
    """
    mergers = Mergers(descriptor)
    for number, found in enumerate(objects(stream), 1):
        if isinstance(found, Problem):
            yield found
            continue
        try:
            told = _Told(found)
        except (ValueError, RecursionError) as error:
            yield Problem(number, f"it is no answer of ExifTool: {error}")
            continue
        info = told.file()
        section = told.section()
        merger = mergers.of(section.data, info.media_type, converted=told.converted)
        yield assemble(info, {descriptor.id: section}, merger)


class _Told:
    """What ExifTool has told of one file.

    Raises:
        ValueError: this is not JSON, or no answer of ExifTool.
    """

    def __init__(self, printed: bytes) -> None:
        self.repeated = 0
        text = printed.decode("utf-8", "surrogateescape")
        tags = json.JSONDecoder(
            strict=False,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=str,
            object_pairs_hook=self._object,
        ).decode(text)
        self.path = tags.pop("SourceFile", None)
        if not isinstance(self.path, str):
            raise ValueError("it has no SourceFile")
        self.tags: dict[str, dict[str, Any]] = {}
        for name, value in _flat(tags):
            tag = _tag(name)
            self.repeated += tag in self.tags
            self.tags.setdefault(tag, _value(name, value))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The first of equal keys, as ExifTool itself has it where it leaves the others out."""
        found: dict[str, Any] = {}
        for key, value in pairs:
            found.setdefault(key, value)
        self.repeated += len(pairs) - len(found)
        return found

    def file(self) -> FileInfo:
        """The file as far as ExifTool tells."""
        info = named(self.path)
        size = self._first("FileSize", "System", "File")
        number = _exact_size(size)
        if number is not None:
            info.size = number
        changed = self._first("FileModifyDate", "System", "File")
        info.modified = _utc(changed["val"]) if changed else None
        media_type = self._first("MIMEType", "File")
        if media_type and isinstance(media_type["val"], str):
            info.media_type, info.media_type_from = _said(media_type), "content"
        return info

    @property
    def converted(self) -> bool:
        """Whether the values are those for people, as they are without ``-n``."""
        size = self._first("FileSize", "System", "File")
        return size is None or not isinstance(size["val"], int)

    def section(self) -> Section:
        """The section of the extractor."""
        data, cuts = clean(self.tags)
        version = self._first("ExifToolVersion", "ExifTool")
        status, reason = self._status(cuts)
        return Section(
            status=status,
            version=_version(version) if version else "",
            reason=UNSET if reason is None else reason,
            data=data,
            warnings=[*self._warnings()],
        )

    def _status(self, cuts: list[str]) -> tuple[Status, str | None]:
        error = self._first("Error", "ExifTool")
        if error is not None:
            message = _said(error)
            return "skipped" if message in _NOTHING else "partial", f"ExifTool: {message}"
        return ("partial", "; ".join(cuts)) if cuts else ("ok", None)

    def _warnings(self) -> Iterator[str]:
        warning = self._first("Warning", "ExifTool")
        if warning is not None:
            yield _said(warning)
        bare = sum(":" not in tag for tag in self.tags)
        if bare:
            yield f"{bare} tags have no group (exiftool -G1 gives it); their names alone count"
        if not self.converted:
            yield "the values are those of exiftool -n; of fields that are codes there is none"
        if self.repeated:
            yield f"{self.repeated} tags are there twice; the first of each was kept"

    def _first(self, name: str, *groups: str) -> dict[str, Any] | None:
        """The tag in the first of these groups, or without any."""
        keys = (*(f"{group}:{name}" for group in groups), name)
        return next((self.tags[key] for key in keys if key in self.tags), None)


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


_ADDED: Final = frozenset({"val", "num", "desc", "id", "table", "index", "fmt", "hex", "bin"})
"""Keys of a value that ``-long``, ``-D`` and the like make an object of."""


def _is_long(value: Any) -> bool:
    return isinstance(value, dict) and "val" in value and value.keys() <= _ADDED


def _flat(tags: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The tags of all groups, where ``-g`` has printed an object for each group."""
    if not tags or not all(
        isinstance(value, dict) and not _is_long(value) for value in tags.values()
    ):
        return tags.items()
    return (
        (f"{group}:{name}", value) for group, inner in tags.items() for name, value in inner.items()
    )


# Families 3 (document), 4 (copy) and 7 (id), which no tag of the extractor has.
_OTHER_FAMILY: Final = re.compile(r"Main|Doc[\d-]{1,40}|Copy\d{1,9}|ID-.{0,1000}")


def _tag(name: str) -> str:
    """``Group1:Tag`` of a name with groups of any families, of which 1 stands behind 0."""
    *groups, tag = name.split(":")
    groups = [group for group in groups if not _OTHER_FAMILY.fullmatch(group)]
    return f"{groups[min(1, len(groups) - 1)]}:{tag}" if groups else tag


def _value(name: str, value: Any) -> dict[str, Any]:
    if _is_long(value):
        return {"val": value["val"], "num": value.get("num")}
    return {"val": value, "num": _number(name, value) if isinstance(value, str) else None}


_ORIENTATIONS: Final = (
    "Horizontal (normal)",
    "Mirror horizontal",
    "Rotate 180",
    "Mirror vertical",
    "Mirror horizontal and rotate 270 CW",
    "Rotate 90 CW",
    "Mirror horizontal and rotate 90 CW",
    "Rotate 270 CW",
)
_ANGLE: Final = re.compile(r"(\d{1,3}) deg (\d{1,2})' (\d{1,2}(?:\.\d{1,20})?)\"(?: ([NSEW]))?")
_ALTITUDE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,20})?) m (Above|Below) Sea Level")
_EQUIVALENT: Final = re.compile(r".{0,40}\(35 mm equivalent: (\d{1,9}(?:\.\d{1,20})?) mm\)")
_CHANNELS: Final = re.compile(r"(\d) \((?:mono|stereo)\)")
_BYTES: Final = re.compile(r"(\d{1,18}) bytes?", re.ASCII)
_APPROXIMATE: Final = re.compile(r"(?:(\d{1,4}):(\d\d):(\d\d)|(\d{1,9}\.\d{1,20}) s) \(approx\)")


def _number(name: str, text: str) -> int | float | None:
    """The number that a text for people stands for, of the kinds that `Merger` does not read.

    The forms are those of ExifTool's print conversions (``Image::ExifTool::GPS::ToDMS``,
    ``ConvertDuration``, and the tables ``Exif::orientation`` and ``Composite``).
    """
    if name.rpartition(":")[2] == "Orientation":
        return _ORIENTATIONS.index(text) + 1 if text in _ORIENTATIONS else None
    if found := _ANGLE.fullmatch(text):
        degrees = int(found[1]) + int(found[2]) / 60 + float(found[3]) / 3600
        return -degrees if found[4] in ("S", "W") else degrees
    if found := _ALTITUDE.fullmatch(text):
        return float(found[1]) * (-1 if found[2] == "Below" else 1)
    if found := _EQUIVALENT.fullmatch(text):
        return float(found[1])
    if found := _CHANNELS.fullmatch(text):
        return int(found[1])
    if found := _APPROXIMATE.fullmatch(text):
        hours, minutes, seconds, fraction = found.groups()
        return float(fraction or int(hours) * 3600 + int(minutes) * 60 + int(seconds))
    return None


def _exact_size(told: Mapping[str, Any] | None) -> int | None:
    """Bytes, unless they were rounded ("125 kB")."""
    if told is None:
        return None
    value = told["val"] if told["num"] is None else told["num"]
    if isinstance(value, str) and (found := _BYTES.fullmatch(value)):
        return int(found[1])
    exact = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63
    return value if exact else None


def _utc(told: Any) -> str | None:
    """A time with a zone in UTC; one without might be any."""
    try:
        moment = dt.datetime.fromisoformat(iso_8601(told))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    seconds, microseconds = divmod(
        moment - dt.datetime.fromtimestamp(0, dt.UTC), dt.timedelta(0, 1)
    )
    return iso_time(seconds * 1_000_000_000 + microseconds.microseconds * 1000)


def _version(told: Mapping[str, Any]) -> str:
    """ExifTool's version, which as a number has lost the last zero of 12.60."""
    return f"{told['val']:.2f}" if isinstance(told["val"], float) else _said(told)


def _said(told: Mapping[str, Any]) -> str:
    return str(told["val"])[:_LONGEST_WORDS].encode("utf-8", "replace").decode()
