"""`metaextract diff`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
from msgspec import UNSET

from metaextract_core.cli import asking, console, options

if TYPE_CHECKING:
    from metaextract_core.comparing import Comparison
    from metaextract_core.record import Record

_SIGNS = {"same": "=", "different": "≠", "only_first": "<", "only_second": ">"}


@click.command()
@click.argument("first", metavar="FILE", type=click.Path(path_type=str))
@click.argument("second", metavar="[FILE]", required=False, type=click.Path(path_type=str))
@click.option(
    "--versions",
    nargs=2,
    type=click.IntRange(min=1),
    metavar="A B",
    help="Of one file: what the catalogue knew at two times (`metaextract history`).",
)
@options.profile
@click.option("--tags", is_flag=True, help="Compare all tags, not only canonical fields.")
@click.option("--all", "everything", is_flag=True, help="Show what is the same as well.")
@asking.as_json
@asking.database
def diff(
    first: str,
    second: str | None,
    versions: tuple[int, int] | None,
    profile: str,
    tags: bool,
    everything: bool,
    as_json: bool,
    database: str | None,
) -> int:
    """Compare what two files say of themselves, or what one file said at two times.

    Files are read now. < stands before what only the first says, > before what only the second
    says.

    Exit status: 0 the same, but for where they lie, 1 different, 2 usage.
    """
    from metaextract_core.comparing import compare

    if (second is None) == (versions is None):
        raise click.UsageError("name two files, or one file and --versions")
    if second is not None:
        one, other = _read(first, second, profile)
    else:
        assert versions is not None  # noqa: S101 -- tells the type checker; just looked at
        one, other = _known(first, versions, database)
    found = compare(one, other)
    if as_json:
        asking.write_json(found)
    else:
        _show(found, tags=tags, everything=everything)
    return 0 if found.same else 1


def _read(first: str, second: str, profile: str) -> tuple[Record, Record]:
    for path in (first, second):
        if os.path.isdir(path):
            raise click.UsageError(f"{path}: this is a folder; both have to be files")
    records = list(asking.records_of([first, second], None, None, profile=profile))
    for record in records:
        if isinstance(record.file.error, str):
            raise click.UsageError(f"{record.file.path}: {record.file.error}")
    return records[0], records[1]


def _known(path: str, versions: tuple[int, int], database: str | None) -> tuple[Record, Record]:
    with asking.opened(database) as catalogue:
        found = [catalogue.record(path, version) for version in versions]
    for number, record in zip(versions, found, strict=True):
        if record is None:
            raise click.UsageError(f"{path}: the catalogue has no version {number} of it")
    one, other = found
    assert one is not None  # noqa: S101 -- tells the type checker; just looked at
    assert other is not None  # noqa: S101 -- as above
    return one, other


def _show(found: Comparison, *, tags: bool, everything: bool) -> None:
    differences = [
        one for one in (found.tags if tags else found.fields) if everything or one.outcome != "same"
    ]
    rows = [
        (_SIGNS[one.outcome], one.name, _value(one.first), _value(one.second))
        for one in differences
    ]
    if rows:
        asking.show(("", "tag" if tags else "field", "first", "second"), rows)
    content = {True: "equal", False: "different", None: "of unknown equality"}[found.content]
    sys.stdout.write(
        f"{found.similarity:g} % of the fields are the same; the contents are {content}\n"
    )


def _value(value: Any) -> str:
    if value is UNSET:
        return ""
    if isinstance(value, dict) and "val" in value:
        value = value["val"]
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return console.shorten(" ".join(text.split()), 60)
