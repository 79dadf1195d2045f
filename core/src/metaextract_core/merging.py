"""From what each extractor said to one value per canonical field, with everyone who spoke of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeGuard

from msgspec import UNSET

from metaextract_core.dates import iso_8601, same_moment
from metaextract_core.descriptor import Descriptor
from metaextract_core.fields import FIELDS, Definition
from metaextract_core.record import Agreement, Field, Section, Source, Unread

MAX_TEXT: Final = 1 << 14
"""Characters of a canonical text; a longer one stays in its section only."""
_MEASURED: Final = frozenset({"file", "image", "media", "audio", "video"})
"""Namespaces of what is measured: other tags of one extractor speak of other parts of the file."""
MAX_MEMBERS: Final = 1000
"""Members of a canonical list; a longer one stays in its section only."""
MAX_UNREAD: Final = 100
"""Values of one file that are listed as unread."""
_MAX_KNOWN: Final = 10_000
"""Tags of one extractor whose part in the crosswalk is remembered."""
_MAX_RAW: Final = 200
"""Characters of an unread value that are repeated; the whole is in its section."""


class Merged(NamedTuple):
    """Fields by name, and the values that a crosswalk names but nobody could read."""

    fields: dict[str, Field]
    unread: list[Unread]


class Merger:
    """Merges what the extractors of one registry have said.

    Args:
        descriptors: of the extractors, by id.
    """

    def __init__(self, descriptors: Mapping[str, Descriptor]) -> None:
        self._descriptors = descriptors
        self._crosswalks: dict[str, _Crosswalk] = {}

    def merge(self, sections: Mapping[str, Section]) -> Merged:
        """The fields that `sections` (by extractor id) speak of, in the order of the vocabulary.

        Each tag that a crosswalk names and whose value can be read as the field's type is a source:
        a file may carry the same statement in EXIF, IPTC and XMP, and one of them may have been
        forgotten when it was edited. A tag in any group (``*:Name``) counts only where no named tag
        spoke, and of what is measured rather than stated (size, codec, duration) each extractor
        gives one value. The value shown is that of the extractor with the highest
        `Descriptor.trust`, of equals the first by id, and of its tags the one listed first. The
        field says ``conflict`` where any two sources contradict each other; a value that is only
        coarser (fewer digits, no time zone) does not contradict a finer one.

        A value that cannot be read as the field's type, such as a date in the year 0, gives no
        source; it stays in its section and is listed as unread with the reason, unless it is empty.
        Crosswalk entries for fields outside the vocabulary are passed over.
        """
        found: dict[str, list[Source]] = {}
        unread: list[Unread] = []
        ranked = sorted(
            (self._descriptors[id_] for id_ in sections if id_ in self._descriptors),
            key=lambda descriptor: (-descriptor.trust, descriptor.id),
        )
        for descriptor in ranked:
            section = sections[descriptor.id]
            if section.status in ("ok", "partial"):
                candidates = self._crosswalk(descriptor).candidates(section.data)
                for name, source in _sources(descriptor.id, candidates, section.data, unread):
                    found.setdefault(name, []).append(source)
        names = sorted(found, key=_PLACES.__getitem__)
        return Merged({name: _field(FIELDS[name], found[name]) for name in names}, unread)

    def _crosswalk(self, descriptor: Descriptor) -> _Crosswalk:
        if descriptor.id not in self._crosswalks:
            self._crosswalks[descriptor.id] = _Crosswalk(descriptor.crosswalk)
        return self._crosswalks[descriptor.id]


def _field(definition: Definition, sources: list[Source]) -> Field:
    sources[0].chosen = True
    same = _SAME[definition.type]
    agreement: Agreement = "single"
    if len(sources) > 1:
        pairs = combinations([source.value for source in sources], 2)
        agreement = "agree" if all(same(one, other) for one, other in pairs) else "conflict"
    return Field(
        value=sources[0].value,
        type=definition.type,
        unit=definition.unit or UNSET,
        agreement=agreement,
        sources=sources,
    )


_Rule = tuple[int, str, bool]
"""Place in the crosswalk, field, and whether the tag was named rather than given as ``*:Name``."""


class _Crosswalk:
    def __init__(self, crosswalk: Mapping[str, str]) -> None:
        self._named: dict[str, list[_Rule]] = {}
        self._by_name: dict[str, list[_Rule]] = {}
        self._known: dict[str, list[_Rule]] = {}
        for place, (tag, field) in enumerate(crosswalk.items()):
            if field in FIELDS:
                anywhere = tag.startswith("*:")
                rules, key = (self._by_name, tag[2:]) if anywhere else (self._named, tag)
                rules.setdefault(key, []).append((place, field, not anywhere))

    def candidates(self, data: Iterable[str]) -> dict[str, list[tuple[int, str, bool]]]:
        """Field -> its place in the crosswalk, the tag and if it was named, of each that speaks."""
        candidates: dict[str, list[tuple[int, str, bool]]] = {}
        for tag in data:
            rules = self._known.get(tag)
            if rules is None:
                rules = self._look_up(tag)
            for place, field, named in rules:
                candidates.setdefault(field, []).append((place, tag, named))
        return candidates

    def _look_up(self, tag: str) -> list[_Rule]:
        _, colon, name = tag.rpartition(":")
        rules = self._named.get(tag, []) + (self._by_name.get(name, []) if colon else [])
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[tag] = rules
        return rules


def _sources(
    extractor: str,
    candidates: Mapping[str, list[tuple[int, str, bool]]],
    data: Mapping[str, Any],
    unread: list[Unread],
) -> Iterator[tuple[str, Source]]:
    for field, tags in candidates.items():
        definition, read, alone = _READERS[field]
        tried: set[str] = set()
        spoken = False
        for _, tag, named in sorted(tags) if len(tags) > 1 else tags:
            if tag in tried or (spoken and (alone or not named)):
                continue
            tried.add(tag)
            raw = _plain(data[tag], definition)
            try:
                value = read(raw, definition)
                if value is None:
                    raise ValueError(_REASONS[definition.type])
            except ValueError as error:
                if len(unread) < MAX_UNREAD and not _empty(raw):
                    unread.append(_unread(field, extractor, tag, raw, str(error)))
                continue
            spoken = True
            differs = type(raw) is not type(value) or raw != value
            source = Source(
                extractor=extractor, tag=tag, value=value, raw=raw if differs else UNSET
            )
            yield field, source


def _empty(raw: Any) -> bool:
    """Whether `raw` says nothing at all, so that there is nothing to read."""
    if isinstance(raw, str):
        return not raw.strip("\0 \t\r\n")
    return raw is None or (isinstance(raw, list | dict) and not raw)


def _unread(field: str, extractor: str, tag: str, raw: Any, reason: str) -> Unread:
    if isinstance(raw, str) and len(raw) > _MAX_RAW:
        raw = f"{raw[:_MAX_RAW]}…"
    shown = UNSET if isinstance(raw, list | dict) else raw
    return Unread(field=field, extractor=extractor, tag=tag, raw=shown, reason=reason)


def _plain(value: Any, definition: Definition) -> Any:
    """Of ``{"val": text, "num": number}`` the part that suits the field's type."""
    if not isinstance(value, dict) or "val" not in value:
        return value
    printed, number = value["val"], value.get("num")
    if definition.type not in ("integer", "number") or number is None:
        return printed
    if _is_number(printed) and _is_number(number) and not _same_number(printed, number):
        return printed  # the other is a code: of MPEG's sample rates, 44100 Hz is number 0
    return number


def _read_text(raw: Any, _: Definition) -> str | None:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    text = _text(raw)
    return text if text and len(text) <= MAX_TEXT else None


def _text(raw: Any) -> str:
    """Text of a plain value; empty for everything else."""
    if isinstance(raw, str):
        return raw.strip("\0 \t\r\n")
    return str(raw) if _is_number(raw) else ""


def _is_number(raw: Any) -> TypeGuard[int | float]:
    # Beyond 2^63 neither JSON readers nor databases take it for one; NaN is below nothing.
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1 << 63


def _read_list(raw: Any, _: Definition) -> list[str] | None:
    items = raw if isinstance(raw, list) else [raw]
    if len(items) > MAX_MEMBERS:
        return None
    members = [member for item in items if (member := _member(item))]
    return members if members and sum(map(len, members)) <= MAX_TEXT else None


def _member(item: Any) -> str:
    if isinstance(item, dict):
        parts = ((key, _text(value)) for key, value in item.items())
        return ", ".join(f"{key}: {text}" for key, text in parts if text)
    return _text(item)


def _read_boolean(raw: Any, _: Definition) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        _text(raw).lower()
    )


def _read_integer(raw: Any, definition: Definition) -> int | None:
    number = _read_number(raw, definition)
    return int(number) if number is not None and number == int(number) else None


_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "byte": {"byte": 1, "bytes": 1},
    "pixel": {"px": 1, "pixel": 1, "pixels": 1},
    "pixel/inch": {"dpi": 1, "ppi": 1},
    "bit": {"bit": 1, "bits": 1},
    "bit/s": {"bps": 1, "bit/s": 1, "kbps": 1e3, "kbit/s": 1e3, "mbps": 1e6, "mbit/s": 1e6},
    "s": {"s": 1, "sec": 1, "ms": 1e-3},
    "mm": {"mm": 1, "cm": 10},
    "m": {"m": 1, "cm": 1e-2, "mm": 1e-3},
    "degree": {"deg": 1, "°": 1},
    "Hz": {"hz": 1, "khz": 1e3},
    "EV": {"ev": 1},
    "frame/s": {"fps": 1},
}
"""Unit of a field -> what is written behind its numbers (in lower case) -> what to multiply by."""
_DIGITS = r"\d{1,18}(?:\.\d{0,40})?|\.\d{1,40}"
_NUMBER: Final = re.compile(
    rf"([+-]?(?:{_DIGITS})(?:e[+-]?\d{{1,2}})?)(?:/({_DIGITS}))?\s?([^\d\s]\S{{0,6}})?",
    re.IGNORECASE | re.ASCII,
)
_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)")


def _read_number(raw: Any, definition: Definition) -> int | float | None:
    if isinstance(raw, list) and raw and all(item == raw[0] for item in raw):
        raw = raw[0]
    number = _number(raw[:100].strip(), definition) if isinstance(raw, str) else raw
    return number if _is_number(number) else None


def _number(text: str, definition: Definition) -> int | float | None:
    tokens = text.split()
    if len(tokens) > 1 and len(set(tokens)) == 1:
        text = tokens[0]  # one number for each channel, such as "8 8 8"
    if definition.unit == "s" and (clock := _CLOCK.fullmatch(text)):
        hours, minutes, seconds = clock.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits, divisor, written = match.groups()
    factor = _UNITS.get(definition.unit or "", {}).get(written.lower()) if written else 1
    if factor is None or (divisor and not float(divisor)):
        return None
    if divisor and definition.type == "integer":
        return None  # "3/12" counts members of a series more often than it is a ratio
    if divisor or factor != 1 or not digits.lstrip("+-").isdecimal():
        return float(digits) / float(divisor or 1) * factor
    return int(digits)


def _read_datetime(raw: Any, _: Definition) -> str:
    """A `ValueError` says what is wrong with it."""
    return iso_8601(raw)


_READ: Final[Mapping[str, Callable[[Any, Definition], Any]]] = {
    "text": _read_text,
    "list": _read_list,
    "boolean": _read_boolean,
    "integer": _read_integer,
    "number": _read_number,
    "datetime": _read_datetime,
}
_PLACES: Final = {name: place for place, name in enumerate(FIELDS)}
_READERS: Final = {
    name: (found, _READ[found.type], name.partition(".")[0] in _MEASURED)
    for name, found in FIELDS.items()
}
"""Field -> its definition, how its values are read, and whether it is measured."""


_REASONS: Final[Mapping[str, str]] = {
    "text": f"it is no text of up to {MAX_TEXT} characters",
    "list": f"it is no list of up to {MAX_MEMBERS} texts",
    "boolean": "it is neither yes nor no",
    "integer": "it is no whole number, or not in the unit of the field",
    "number": "it is no number, or not in the unit of the field",
}
"""Why a value could not be read, for the types whose reader gives no reason of its own."""


def _same_text(one: str, other: str) -> bool:
    return one == other or one.split() == other.split()


def _same_list(one: list[str], other: list[str]) -> bool:
    return one == other or _members(one) == _members(other)


def _members(values: Iterable[str]) -> set[str]:
    """Members without regard to order, for some formats keep a list as one text with separators."""
    parts = (part for value in values for part in re.split("[;,]", value))
    return {" ".join(part.split()) for part in parts} - {""}


def _same_number(one: float, other: float) -> bool:
    """Whether they are equal to within half a unit in the last digit of the coarser one.

    But never further apart than a twentieth: 0.02 may be 1/50 exactly, and is not 1/60.
    """
    if one == other:
        return True
    half = 0.5 * 10.0 ** -min(_decimals(one), _decimals(other))
    limit = min(half, max(abs(one), abs(other)) / 20)
    return abs(one - other) <= limit * (1 + 1e-9)


def _decimals(number: float) -> int:
    digits, _, exponent = repr(number).partition("e")
    return len(digits.partition(".")[2].rstrip("0")) - int(exponent or 0)


_SAME: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "text": _same_text,
    "list": _same_list,
    "boolean": lambda one, other: bool(one == other),
    "integer": lambda one, other: bool(one == other),
    "number": _same_number,
    "datetime": same_moment,
}
