"""Records to export."""

from __future__ import annotations

from typing import Any

from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, FileInfo, Record, Section, Source


def record(path: str = "/a.jpg", **fields: Any) -> Record:
    """A record with these fields (``camera__make`` for ``camera.make``), all said by `x`."""
    return Record(
        file=FileInfo(path=path, name=path.rpartition("/")[2], size=3, digest="blake3:00"),
        fields={name.replace("__", "."): said(name, value) for name, value in fields.items()},
        sections={"x": Section(status="partial", version="1", reason="cut", duration_ms=1.5)},
    )


def said(name: str, value: Any) -> Field:
    """A field of one source."""
    source = Source(extractor="x", tag="T", value=value, chosen=True)
    kind = FIELDS[name.replace("__", ".")].type if name.replace("__", ".") in FIELDS else "derived"
    return Field(value=value, type=kind, agreement="single", sources=[source])


EVERY_TYPE: dict[str, Any] = {
    "camera__make": "Canon",
    "image__width": 640,
    "capture__f_number": 2.8,
    "image__transparency": False,
    "capture__time": "2024-05-01T12:00:00+02:00",
    "document__keywords": ["one", "two; three"],
}
