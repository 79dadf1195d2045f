"""Records for tests of the catalogue."""

from __future__ import annotations

from typing import Any

from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, FileInfo, Record, Section, Source, Summary


def record(
    path: str = "/photos/a.jpg",
    *,
    digest: str | None = "blake3:" + "0" * 64,
    size: int | None = 1000,
    media_type: str | None = "image/jpeg",
    sections: dict[str, Section] | None = None,
    **values: Any,
) -> Record:
    """A record whose fields have `values`; a double underscore stands for the dot of a name."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return Record(
        file=FileInfo(
            path=path,
            name=path.rpartition("/")[2],
            size=size,
            digest=digest,
            media_type=media_type,
            media_type_from="content",
        ),
        fields={name: field(name, named[name]) for name in FIELDS if name in named},
        sections=sections or {"exiftool": Section(status="ok", version="1", data={"A:B": 1})},
        summary=Summary(fields_extracted=len(named), extractors_run=1),
    )


def field(name: str, value: Any) -> Field:
    """A field that one extractor speaks of."""
    source = Source(extractor="exiftool", tag=f"T:{name}", value=value, chosen=True)
    return Field(value=value, type=FIELDS[name].type, agreement="single", sources=[source])
