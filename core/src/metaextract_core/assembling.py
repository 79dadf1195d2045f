"""From the sections of one file to its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metaextract_core.merging import Merger
from metaextract_core.record import FAILED, FileInfo, Record, Section, Summary


def assemble(info: FileInfo, sections: Mapping[str, Section], merger: Merger) -> Record:
    """The record of a file from its sections."""
    ordered = dict(sorted(sections.items()))
    run = [section for section in ordered.values() if section.status != "unavailable"]
    merged = merger.merge(ordered)
    return Record(
        file=info,
        fields=merged.fields,
        unread=merged.unread,
        sections=ordered,
        summary=Summary(
            fields_extracted=sum(leaves(section.data) for section in ordered.values()),
            extractors_run=len(run),
            extractors_failed=sum(section.status in FAILED for section in run),
        ),
    )


def leaves(data: Any) -> int:
    """How many values of `data` are neither containers nor empty."""
    count = 0
    waiting = [data]
    while waiting:
        value = waiting.pop()
        kind = type(value)  # data have no subclasses, and this is done for every value
        if kind is dict:
            waiting.extend(value.values())
        elif kind is list:
            waiting.extend(value)
        else:
            count += value is not None and value != ""
    return count
