"""A record as rows of the catalogue's tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from blake3 import blake3
from msgspec import UNSET, Struct

from metaextract_core.catalogue.columns import document
from metaextract_core.catalogue.filters import MAX_TEXT
from metaextract_core.catalogue.moments import wall_clock
from metaextract_core.catalogue.tables import HOT
from metaextract_core.catalogue.words import words
from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, Record

_OF_EACH_READING: Final = "file.accessed"
"""The field that a reading itself changes."""
_PLACES: Final = {name: place for place, name in enumerate(FIELDS)}


class Row(Struct, kw_only=True):
    """What the tables hold of one record, but for the keys.

    Attributes:
        path: absolute; bytes that are not UTF-8 are lone surrogates, as `os.fsdecode` has them.
        path_digest: of the bytes of the path.
        hot: columns of `records`, by name.
        sections: columns of `sections`.
        fields: columns of `fields`.
    """

    path: str
    path_digest: str
    digest: str | None
    fingerprint: str
    hot: dict[str, Any]
    sections: list[dict[str, Any]]
    fields: list[dict[str, Any]]


def row(record: Record) -> Row:
    """The rows of `record`."""
    raw = os.path.abspath(record.file.raw_path)
    path = raw.decode(errors="surrogateescape")
    body = msgspec.to_builtins(record)
    data = {name: section.pop("data") for name, section in body["sections"].items()}
    hot: dict[str, Any] = {column.name: None for column in HOT.values()}
    hot |= {
        HOT[name].name: cell(name, found.value)
        for name, found in record.fields.items()
        if name in HOT
    }
    hot["media_type"] = record.file.media_type
    hot["size"] = record.file.size
    hot["phash"] = signed(record.fields.get("image.phash"))
    hot["failed"] = record.summary.extractors_failed + isinstance(record.file.error, str)
    hot["words"] = " ".join(dict.fromkeys(_words(record, path)))
    hot["body"] = body
    return Row(
        path=path,
        path_digest=path_digest(raw),
        digest=record.file.digest,
        fingerprint=_fingerprint(record),
        hot=hot,
        sections=[
            {
                "extractor": name,
                "version": section.version,
                "status": section.status,
                "code": None if section.code is UNSET else section.code,
                "reason": None if section.reason is UNSET else section.reason,
                "data": data[name],
            }
            for name, section in record.sections.items()
        ],
        fields=[
            {"field": name, "position": position, **value}
            for name, found in record.fields.items()
            if name in FIELDS and name not in HOT
            for position, value in enumerate(_values(name, found.value))
        ],
    )


def path_digest(path: bytes) -> str:
    """What a path is found by."""
    return blake3(path).hexdigest(16)


def record(body: dict[str, Any], data: Mapping[str, dict[str, Any]]) -> Record:
    """A record as it was, from its body and what its sections say.

    Its fields are in the order of the vocabulary and its sections in that of their names, for not
    every database keeps an order.
    """
    fields, sections = body["fields"], body["sections"]
    last = len(_PLACES)
    names = sorted(fields, key=lambda name: (_PLACES.get(name, last), name))
    body["fields"] = {name: fields[name] for name in names}
    body["sections"] = {
        name: {**sections[name], **({"data": data[name]} if name in data else {})}
        for name in sorted(sections)
    }
    return msgspec.convert(body, Record)


def cell(name: str, value: Any) -> Any:
    """The value of a field in a column of its type; None for what has no place there."""
    kind = FIELDS[name].type
    if kind == "datetime":
        return wall_clock(value) if isinstance(value, str) else None
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, bool):
        return float(value)
    return value if isinstance(value, int | float) else None


def _values(name: str, value: Any) -> Iterator[dict[str, Any]]:
    column = {"text": "text", "list": "text", "datetime": "moment"}.get(FIELDS[name].type, "number")
    cells: dict[str, Any] = {"text": None, "number": None, "moment": None}
    for member in dict.fromkeys(value) if isinstance(value, list) else [value]:
        found = cell(name, member)
        if found is not None:
            yield cells | {column: found}


def _words(record: Record, path: str) -> Iterator[str]:
    yield from words(path)
    yield from words(record.file.media_type or "")
    for name, found in record.fields.items():
        if name in FIELDS and FIELDS[name].type in ("text", "list") and name != "file.media_type":
            for text in found.value if isinstance(found.value, list) else [found.value]:
                yield from words(str(text))


def signed(phash: Field | None) -> int | None:
    """The 64 bits of a perceptual hash as databases hold them.

    None for a picture of one colour as well: all of its coefficients but the first are zero, and it
    would be like every other such picture.
    """
    if phash is None or not isinstance(phash.value, str) or len(phash.value) != 16:
        return None
    try:
        bits = bytes.fromhex(phash.value)
    except ValueError:
        return None
    plain = int.from_bytes(bits).bit_count() <= 1
    return None if plain else int.from_bytes(bits, signed=True)


def _fingerprint(record: Record) -> str:
    """Of all that is the same as long as neither the file nor an extractor changes."""
    accessed = record.fields.get(_OF_EACH_READING)
    passing = {(source.extractor, source.tag) for source in accessed.sources} if accessed else set()
    parts = [
        record.file,
        {name: found for name, found in record.fields.items() if name != _OF_EACH_READING},
        [
            [
                name,
                section.version,
                section.status,
                None if section.reason is UNSET else section.reason,
                {tag: value for tag, value in section.data.items() if (name, tag) not in passing},
            ]
            for name, section in sorted(record.sections.items())
        ],
    ]
    return blake3(document(parts).encode()).hexdigest(16)
