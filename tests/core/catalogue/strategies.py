"""Records and filters for hypothesis, from the same small pools so that filters often hold."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from metaextract_core.catalogue.filters import (
    MAX_TEXT,
    And,
    Compare,
    Contains,
    Filter,
    Has,
    Near,
    Not,
    Operator,
    Or,
    Words,
    kind,
)
from metaextract_core.catalogue.literals import moment
from metaextract_core.catalogue.words import words
from metaextract_core.fields import FIELDS, FieldType
from metaextract_core.record import Field, FileInfo, Record

TEXTS: Final = (
    "Canon", "canon", "CANON", "Canon ", "NIKON CORPORATION", "EOS 5D",
    "Café de l'Été", "Cafe\u0301", "café", "CAFÉ", "Straße", "STRASSE", "\u017f", "\u212a", "k",
    "İstanbul", "Ελλάς", "東京 2024年", "old harbour", "Old Harbor at night", "harbour-master",
    "under_score", "underXscore", "100%", "100 percent", "C:\\photos\\x", "C:photosx", "''", "*",
    'it\'s "quoted"', "(a)", "; DROP TABLE records; --", "nul\0inside", "nul", "line\nbreak\ttab",
    "📷 camera", "𐐷 \U0001d4b3", "\U0010ffff", "", " ", "true", "1", "2024-05-01",
    "x" * MAX_TEXT, "x" * MAX_TEXT + "a", "x" * MAX_TEXT + " beyond", "é" * MAX_TEXT,
    "w" * 70, "w" * 64,
)  # fmt: skip
PATHS: Final = (
    "/photos/2024/harbour.jpg", "/photos/2024/Café 100%.jpg", "/photos/2024_05/IMG_0001.CR2",
    "photos\\x.jpg", "scans/\ufffd.tif", "scans/📷.png", "/a b/'c'/\"d\".pdf",
)  # fmt: skip
DIGESTS: Final = tuple(f"blake3:{digit * 64}" for digit in "07f")
MEDIA_TYPES: Final = ("image/jpeg", "image/x-canon-cr2", "application/pdf")
INTEGERS: Final = (0, 1, -1, 100, 400, 6000, 1_000_000, 1 << 31, (1 << 53) + 1, (1 << 63) - 1)
NUMBERS: Final = (0, 0.0, -0.0, 1, 2.8, 0.004, 1 / 250, 1 / 3, -12.5, 44100, 44100.0, 1e-7, 1e15)
TIMES: Final = (
    "2023", "2024", "2024-04", "2024-05", "2024-05-01", "2024-05-31", "2024-05-01T00:00",
    "2024-05-01T12:00", "2024-05-01T12:00:00", "2024-05-01T12:00:00Z", "2024-05-01T12:00:00+02:00",
    "2024-05-01T12:00:00-11:30", "2024-05-01T23:59:59.999999", "2024-05-01T23:59:59.9999999+14:00",
    "2024-05-01T12:00:00.5", "2024-05-01T12:00:00.123456789Z", "2024-06-01T00:00:00+00:00",
    "2024-12-31T23:59:59.999999", "2024-02-29T12:30", "0850-01-01", "1066-10-14", "9998-12-31",
)  # fmt: skip
MOMENTS: Final = (
    "2023", "2024", "2024-04", "2024-05", "2024-05-01", "2024-05-31", "2024-12", "2024-05-01T00",
    "2024-05-01T12", "2024-05-01T12:00", "2024-05-01T12:00:00", "2024-05-01T12:00:00.5",
    "2024-05-01T12:00:00.123", "2024-05-01T12:00:00.123456", "2024-05-01T23:59:59.999999",
    "2024-06-01", "2024-12-31T23", "0850", "1066-10-14", "9998",
)  # fmt: skip
POSITIONS: Final = (
    (47.37, 8.54), (47.3701, 8.5401), (47.4, 8.6), (48.0, 8.54), (-33.8568, 151.2153), (0.0, 0.0),
    (90.0, 0.0), (89.9999, 10.0), (89.9999, -170.0), (-90.0, 45.0), (-89.99, 179.0),
    (0.0, 180.0), (0.0, -180.0), (0.0, 179.999), (0.0, -179.999), (70.0, 179.99), (70.0, -179.99),
)  # fmt: skip
METRES: Final = (0.5, 10.0, 500.0, 2000.0, 5_000.0, 150_000.0, 7_000_000.0, 20_100_000.0)

_TEXTS: Final[st.SearchStrategy[str]] = st.sampled_from(TEXTS)
_VALUES: Final[dict[FieldType, st.SearchStrategy[Any]]] = {
    "text": _TEXTS,
    "list": st.lists(_TEXTS, min_size=1, max_size=4),
    "integer": st.sampled_from(INTEGERS),
    "number": st.sampled_from(NUMBERS),
    "boolean": st.booleans(),
    "datetime": st.sampled_from(TIMES),
}
SAID: Final = (
    "camera.make", "camera.model", "document.title", "document.keywords", "rights.creator",
    "image.width", "capture.iso", "capture.f_number", "media.duration", "rights.protected",
    "medical.deidentified", "capture.time", "document.created", "file.size", "file.media_type",
)  # fmt: skip
"""Fields that records of `records` may have; of the last two, filters see what the file says."""
ASKED: Final = (*SAID, "gps.latitude", "file.path", "file.digest", "lens.serial")
"""Fields that filters speak of; no record has the last."""

_WORDS: Final = tuple(
    sorted({word for text in (*TEXTS, *PATHS, *MEDIA_TYPES) for word in words(text)})
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Of files of every kind, with some fields of every type."""
    said = draw(st.fixed_dictionaries({}, optional={name: _VALUES[kind(name)] for name in SAID}))
    position = draw(st.none() | st.sampled_from(POSITIONS))
    if position is not None:
        said["gps.latitude"], said["gps.longitude"] = position
        missing = draw(st.sampled_from(("", "", "", "gps.latitude", "gps.longitude")))
        said.pop(missing, None)
    path = draw(st.sampled_from(PATHS))
    return Record(
        file=FileInfo(
            path=path,
            name=path.rpartition("/")[2],
            size=draw(st.none() | st.sampled_from([size for size in INTEGERS if size >= 0])),
            digest=draw(st.none() | st.sampled_from(DIGESTS)),
            media_type=draw(st.none() | st.sampled_from(MEDIA_TYPES)),
        ),
        fields={
            name: Field(value=value, type=FIELDS[name].type, agreement="single", sources=[])
            for name, value in said.items()
        },
    )


@st.composite
def _compares(draw: st.DrawFn) -> Compare:
    field = draw(st.sampled_from(ASKED))
    ordered = kind(field) in ("integer", "number", "datetime")
    operators: tuple[Operator, ...] = ("=", "!=", "<", "<=", ">", ">=") if ordered else ("=", "!=")
    return Compare(field, draw(st.sampled_from(operators)), draw(_wanted(field)))


def _wanted(field: str) -> st.SearchStrategy[Any]:
    own = {"file.path": PATHS, "file.digest": DIGESTS, "file.media_type": MEDIA_TYPES}
    if field in own:
        return st.sampled_from(own[field])
    if field == "gps.latitude":
        return st.sampled_from([latitude for latitude, _ in POSITIONS])
    if kind(field) == "datetime":
        return st.sampled_from(MOMENTS).map(moment)
    if kind(field) == "list":
        return _cut(_TEXTS)
    return _cut(_VALUES[kind(field)])


def _cut(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values.map(lambda value: value[:MAX_TEXT] if isinstance(value, str) else value)


@st.composite
def _contains(draw: st.DrawFn) -> Contains:
    field = draw(st.sampled_from([name for name in ASKED if kind(name) in ("text", "list")]))
    text = draw(_wanted(field))
    first = draw(st.integers(0, len(text)))
    part = text[first : draw(st.integers(first, min(len(text), first + 8)))]
    return Contains(field, draw(st.sampled_from((part, part.upper(), part.lower())))[:MAX_TEXT])


@st.composite
def _words(draw: st.DrawFn) -> Words:
    whole = draw(st.lists(st.sampled_from(_WORDS), max_size=2, unique=True))
    beginnings = draw(st.lists(_beginnings(), min_size=0 if whole else 1, max_size=2, unique=True))
    return Words(tuple(whole), tuple(beginnings))


@st.composite
def _beginnings(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(_WORDS))
    return word[: draw(st.integers(1, len(word)))]


@st.composite
def _near(draw: st.DrawFn) -> Near:
    latitude, longitude = draw(st.sampled_from(POSITIONS))
    return Near(latitude, longitude, draw(st.sampled_from(METRES)))


def filters() -> st.SearchStrategy[Filter]:
    """Of every kind, nested."""
    leaves: st.SearchStrategy[Filter] = st.one_of(
        _compares(), _contains(), _words(), _near(), st.sampled_from(ASKED).map(Has)
    )
    return st.recursive(leaves, _combined, max_leaves=8)


def _combined(parts: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, parts)
