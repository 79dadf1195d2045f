"""`metaextract import`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

import click

from metaextract_core.cli import asking, console, options
from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Record

_EXTRACTOR: Final = "exiftool"
_MAX_SAID: Final = 20
"""Objects that are no answers of ExifTool, which are told one by one."""


@click.command("import")
@click.argument("sources", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--root",
    default=".",
    type=click.Path(file_okay=False, path_type=str),
    help="The folder that relative paths begin in: where exiftool was run.",
)
@asking.database
def import_(sources: tuple[str, ...], root: str, database: str | None) -> int:
    """Save what `exiftool -json` has printed in the catalogue; - is standard input.

    Nothing is read but what ExifTool said. With its options -G1 -struct -long the fields are those
    that `extract` finds through ExifTool. Files that the catalogue knows already get a new version.

    Exit status: 0 all good, 1 something was no answer of ExifTool, 2 usage.
    """
    bad = 0
    with asking.opened(database) as catalogue:
        for source in sources:
            with options.opened(source) as stream:
                answers = _Answers("standard input" if source == "-" else source, root)
                saved = catalogue.save(answers.records(stream))
            bad += answers.bad
            console.say(
                f"{answers.name}: {saved.new} files are new, {saved.changed} changed, "
                f"{saved.unchanged} unchanged"
            )
    return 1 if bad else 0


class _Answers:
    """The records of one file.

    Attributes:
        bad: how many objects were none.
    """

    def __init__(self, name: str, root: str) -> None:
        self.name = name
        self.bad = 0
        self._root = root

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        from metaextract_core.exiftool_json import read
        from metaextract_core.inspection import named
        from metaextract_core.json_objects import Problem

        for found in read(stream, _descriptor()):
            if isinstance(found, Problem):
                self.bad += 1
                if self.bad <= _MAX_SAID:
                    console.say(f"{self.name}, object {found.number}: {found.reason}")
                continue
            raw = os.path.join(os.fsencode(self._root), found.file.raw_path)
            whole = named(os.fsdecode(os.path.abspath(raw)))
            found.file.path, found.file.path_base64 = whole.path, whole.path_base64
            yield found
        if self.bad > _MAX_SAID:
            console.say(f"{self.name}: {self.bad} objects in all are no answers of ExifTool")


def _descriptor() -> Descriptor:
    """Of the extractor whose answers these are, which may be here without ExifTool itself."""
    from metaextract_core.registry import load_registry
    from metaextract_core.settings import load_settings

    for verdict in load_registry(load_settings()).verdicts:
        if verdict.name == _EXTRACTOR and verdict.descriptor is not None:
            return verdict.descriptor
    raise click.UsageError(
        "the plugin that knows what ExifTool's tags mean is missing: "
        "pip install metaextract-exiftool"
    )
