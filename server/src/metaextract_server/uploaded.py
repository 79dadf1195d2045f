"""Reads files that clients sent, as theirs: what is true of the server's copy is left out."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from metaextract_core import Kernel, Record
from metaextract_core.assembling import assemble
from metaextract_core.merging import Merger
from metaextract_core.record import Section, Source, Unread
from metaextract_server.uploads.receiving import Received

_FILESYSTEM: Final = "filesystem"
"""The extractor that reads nothing but what the file system says."""
_OF_THE_COPY: Final = {"exiftool": "System:"}
"""Extractor -> how its tags begin that speak of the file system: ExifTool's group 1 ``System``."""
_SUFFIX: Final = re.compile(r"\A\.[A-Za-z0-9]{1,16}\Z")
"""What of a client's name is kept in that of the copy: some kinds of file are known by it alone."""


def read(
    kernel: Kernel,
    files: Sequence[Received],
    *,
    folder: Path,
    profile: str = "standard",
    only: Collection[str] = (),
    exclude: Collection[str] = (),
) -> list[Record]:
    """The records of files that a client sent, each under the path ``/uploads/DIGEST/NAME``.

    The path names no file of the server's: it is the same for the same content and name.

    Args:
        kernel: what reads.
        files: the files, read side by side.
        folder: where links to them may be made.
        profile: as for `Kernel.extract`.
        only: as for `Kernel.extract`.
        exclude: as for `Kernel.extract`.

    Raises:
        ValueError: the profile or an extractor's id is not known, or one of `only` is broken.
    """
    left_out = {*exclude, *(kernel.registry.known & {_FILESYSTEM})}
    with tempfile.TemporaryDirectory(dir=folder) as own:
        links = [_link(each, Path(own), number) for number, each in enumerate(files)]
        records = kernel.extract(links, profile=profile, only=only, exclude=left_out)
        found = {record.file.name: record for record in records}
    merger = Merger(kernel.registry.ready)
    return [
        _as_theirs(found[link.name], each, merger) for link, each in zip(links, files, strict=True)
    ]


def _link(received: Received, folder: Path, number: int) -> Path:
    suffix = os.path.splitext(received.name)[1]
    link = folder / f"{number}{suffix if _SUFFIX.match(suffix) else ''}"
    os.link(received.path, link)
    return link


def _as_theirs(record: Record, received: Received, merger: Merger) -> Record:
    sections = {
        name: _without(section, _OF_THE_COPY[name]) if name in _OF_THE_COPY else section
        for name, section in record.sections.items()
        if name != _FILESYSTEM
    }
    theirs = assemble(record.file, sections, merger)
    digest = received.digest.removeprefix("blake3:")
    theirs.file = replace(
        record.file,
        path=f"/uploads/{digest}/{received.name}",
        name=received.name,
        modified=None,
    )
    # Hooks add fields that no section has: those stay as they are.
    theirs.fields = {
        name: theirs.fields[name] if any(map(_of_the_copy, field.sources)) else field
        for name, field in record.fields.items()
        if name in theirs.fields or not any(map(_of_the_copy, field.sources))
    }
    theirs.unread = [each for each in record.unread if not _of_the_copy(each)]
    theirs.sandbox = record.sandbox
    return theirs


def _of_the_copy(source: Source | Unread) -> bool:
    beginning = _OF_THE_COPY.get(source.extractor)
    return source.extractor == _FILESYSTEM or (
        beginning is not None and source.tag.startswith(beginning)
    )


def _without(section: Section, beginning: str) -> Section:
    data = {tag: value for tag, value in section.data.items() if not tag.startswith(beginning)}
    return replace(section, data=data)
