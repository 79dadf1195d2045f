"""Records that say times."""

from __future__ import annotations

from metaextract_core.fields import FIELDS
from metaextract_core.record import Field, FileInfo, Record, Source


def record(path: str = "/a.jpg", **values: str | list[str]) -> Record:
    """A record of fields; of several times of one field each is a tag's, the first is chosen."""
    fields = {}
    for name, said in values.items():
        field = name.replace("__", ".")
        times = [said] if isinstance(said, str) else said
        fields[field] = Field(
            value=times[0],
            type=FIELDS[field].type,
            agreement="single"
            if len(times) == 1
            else "conflict"
            if len(set(times)) > 1
            else "agree",
            sources=[
                Source(extractor="exiftool", tag=f"T{number}", value=time, chosen=number == 0)
                for number, time in enumerate(times)
            ],
        )
    return Record(file=FileInfo(path=path, name=path.rpartition("/")[2]), fields=fields)
