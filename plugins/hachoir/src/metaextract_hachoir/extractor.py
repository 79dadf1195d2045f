"""Formats that ExifTool and Pillow do not read, through hachoir."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, ClassVar, Final

from hachoir.core.log import Log, log  # type: ignore[import-untyped]  # hachoir has no types
from hachoir.metadata import extractMetadata  # type: ignore[import-untyped]  # hachoir has no types
from hachoir.metadata.metadata import Metadata  # type: ignore[import-untyped]  # hachoir has no types
from hachoir.parser import HachoirParserList, ValidateError  # type: ignore[import-untyped]  # hachoir has no types
from hachoir.stream import InputIOStream, InputStreamError  # type: ignore[import-untyped]  # hachoir has no types

from metaextract_sdk import Context, ExtractError, Extractor, FileView

QUALITY: Final = 0.9
"""Of 1.0, at which hachoir reads to the end of the file: ten members of an archive are listed."""
MAX_FIELDS: Final = 64
"""Values of one structure."""
MAX_TRACKS: Final = 32
"""Tracks of a MIDI file that are searched for texts, and how many events of each."""
MAX_EVENTS: Final = 64
MAX_WARNINGS: Final = 20


_PARSERS: Final[Mapping[str, tuple[str, ...]]] = {
    "application/vnd.ms-cab-compressed": ("cab",),
    "application/vnd.tcpdump.pcap": ("tcpdump",),
    "application/x-bzip2": ("bzip2",),
    "application/x-font-pcf": ("pcf",),
    "application/java-vm": ("java_class",),
    "application/x-raw-disk-image": (
        "ext2",
        "fat32",
        "fat16",
        "fat12",
        "linux_swap",
        "msdos_harddrive",
    ),
    "application/x-tar": ("tar",),
    "audio/basic": ("sun_next_snd",),
    "audio/midi": ("midi",),
    "audio/x-mod": ("mod",),
    "audio/x-s3m": ("s3m",),
    "audio/x-xm": ("fasttracker2",),
}
"""Media type -> hachoir's parsers; the first that takes the content reads it."""

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "ext2": ("superblock",),
    "fat12": ("boot",),
    "fat16": ("boot",),
    "fat32": ("boot",),
    "fasttracker2": ("header",),
    "java_class": ("",),
    "linux_swap": ("",),
    "midi": ("header",),
    "mod": ("header",),
    "msdos_harddrive": tuple(f"mbr/header[{number}]" for number in range(4)),
    "s3m": ("header",),
    "tcpdump": ("",),
}
"""Parser -> the structures whose values are the data, where hachoir does not know better itself.
"" is the beginning of the file."""
_FILLING: Final = ("padding", "reserved", "raw", "unparsed", "unused", "signature", "magic")


class Hachoir(Extractor):
    """Tape archives, cabinets, tracker and MIDI music, disk images, bitmap fonts."""

    media_types = tuple(_PARSERS)
    version = f"1+hachoir-{importlib.metadata.version('hachoir')}"
    profiles = ("standard", "deep")
    samples = ("samples/*",)
    content_only = True
    trust = 30  # a broad reader of many formats: whoever knows one of them better is believed first
    crosswalk: ClassVar[Mapping[str, str]] = {
        "title": "document.title",
        "name": "document.title",
        "copyright": "rights.copyright",
        "duration": "media.duration",
        "bit_rate": "media.bit_rate",
        "sample_rate": "audio.sample_rate",
        "nb_channel": "audio.channels",
        "channels": "audio.channels",
        "bits_per_sample": "audio.bits_per_sample",
        "format_version": "document.format_version",
        "tracker_name": "provenance.software",
    }

    def extract(self, file: FileView, ctx: Context) -> dict[str, Any]:
        """What the format's header says, and for an archive the first members under ``members``.

        Raises:
            ExtractError: the content is not of its media type, or damaged.
        """
        if file.media_type not in _PARSERS:
            raise ExtractError(f"{file.media_type} is not read with hachoir", status="skipped")
        said = _Said()
        with _overheard(said):
            try:
                data = _read(file)
            except (MemoryError, ExtractError):
                raise
            except Exception as error:  # hachoir's parsers raise anything on damaged content
                reason = str(error) or type(error).__name__
                raise ExtractError(f"hachoir gave up: {reason}") from error
        for sentence in said.warnings:
            ctx.warn(sentence)
        if said.errors:
            raise ExtractError(said.errors[0], data=data or None)
        if not data:
            raise ExtractError("hachoir found nothing to tell")
        return data


def _read(file: FileView) -> dict[str, Any]:
    parser_id, parser = _parser(file)
    if parser_id not in _PARTS:
        metadata = extractMetadata(parser, QUALITY)
        return _facts(metadata) if metadata else {}
    data: dict[str, Any] = {"format": parser.description}
    parts = _PARTS[parser_id]
    for part in parts:
        values = _values(parser[part]) if part else _values(parser, whole=False)
        if len(parts) == 1:
            data |= values
        elif any(_number(value) for value in values.values()):  # an entry of zeros is unused
            data[part] = values
    if parser_id == "midi":
        data |= _midi_texts(parser)
    return data


def _parser(file: FileView) -> tuple[str, Any]:
    by_id = HachoirParserList.getInstance().bytag["id"]
    faults: list[str] = []
    for parser_id in _PARSERS[file.media_type]:
        try:
            stream = InputIOStream(file.open(), size=file.size * 8, source=file.media_type)
            return parser_id, by_id[parser_id][0](stream, validate=True)
        except (ValidateError, InputStreamError) as error:
            faults.append(f"{parser_id}: {error}")
    raise ExtractError(f"the content is not {file.media_type}: {'; '.join(faults)}")


def _facts(metadata: Metadata) -> dict[str, Any]:
    """What hachoir made of the file, by its own keys."""
    data: dict[str, Any] = {}
    for fact in metadata:
        values = [_fact(item.value, item.text) for item in fact.values]
        if values and fact.key != "mime_type":  # the host knows better
            data[fact.key] = values[0] if len(values) == 1 else values
    members = getattr(metadata, "iterGroups", None)
    if members:
        data["members"] = [_facts(member) for member in members()]
        if not data["members"]:
            del data["members"]
    return data


def _fact(value: Any, text: str) -> Any:
    if isinstance(value, dt.timedelta):
        return {"val": text, "num": value.total_seconds()}
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return {"val": text, "num": value} if text != str(value) else value
    return value if isinstance(value, dt.date) else text


def _number(value: Any) -> Any:
    return value["num"] if isinstance(value, dict) else value


def _values(structure: Any, *, whole: bool = True) -> dict[str, Any]:
    """The first values of a structure; unless `whole`, those before the first one inside it."""
    data: dict[str, Any] = {}
    for field in islice(structure, MAX_FIELDS):
        if field.is_field_set:
            if not whole:
                break
            continue
        name = field.name.partition("[")[0]
        if not field.hasValue() or name in _FILLING:
            continue
        value = field.value
        if isinstance(value, bytes) or value is None or value == "":
            continue
        if isinstance(value, str):
            data[field.name] = value.strip("\0 ")
        else:
            data[field.name] = _fact(value, field.display)
    return data


def _midi_texts(parser: Any) -> dict[str, Any]:
    """Title, copyright and the like: events FF 01 to FF 07 of the Standard MIDI Files 1.0."""
    texts: dict[str, list[str]] = {}
    for track in islice(parser.array("track"), MAX_TRACKS):
        for event in islice(track.array("command"), MAX_EVENTS):
            if "text" in event and (text := event["text"].value.strip()):
                texts.setdefault(event["meta_command"].display, []).append(text)
    data: dict[str, Any] = {"texts": texts} if texts else {}
    for key, kind in (("title", "Sequence or Track name"), ("copyright", "Copyright info")):
        if kind in texts:
            data[key] = texts[kind][0]
    return data


class _Said:
    """What hachoir logs, each sentence once."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.errors: list[str] = []

    def __call__(self, level: int, prefix: str, text: str, context: object) -> None:
        sentences = self.errors if level >= Log.LOG_ERROR else self.warnings
        if text not in sentences and len(sentences) < MAX_WARNINGS:
            sentences.append(text)


@contextmanager
def _overheard(listener: Callable[[int, str, str, object], None]) -> Iterator[None]:
    """Give `listener` what hachoir would print."""
    before = log.use_print, log.on_new_message
    log.use_print, log.on_new_message = False, listener
    try:
        yield
    finally:
        log.use_print, log.on_new_message = before
