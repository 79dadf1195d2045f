"""`metaextract identify`."""

from __future__ import annotations

import itertools
import sys

import click
import msgspec

from metaextract_core.cli import console
from metaextract_core.cli.options import file_list, no_plugins, read_list
from metaextract_core.kernel import Kernel
from metaextract_core.record import FileInfo


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@file_list
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@no_plugins
def identify(
    paths: tuple[str, ...], files_from: str | None, null: bool, as_json: bool, plugins: bool
) -> int:
    """Say what each file is, by its content first and its name second.

    Exit status: 0 all good, 1 some file could not be read, 2 usage.
    """
    if not paths and files_from is None:
        raise click.UsageError("name at least one file or folder, or use --files-from")
    failed = False
    encode = msgspec.json.Encoder().encode
    with Kernel(
        plugins=plugins, on_fault=lambda name, why: console.say(f"{name}: {why}")
    ) as kernel:
        for info in kernel.identify(itertools.chain(paths, read_list(files_from, null=null))):
            failed |= isinstance(info.error, str)
            line = encode(info).decode() if as_json else _line(info)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 1 if failed else 0


def _line(info: FileInfo) -> str:
    path = console.safe(info.path)
    if isinstance(info.error, str):
        return f"{path}: {console.safe(info.error)}"
    mismatch = (
        f", although its name says {info.name_media_type}"
        if isinstance(info.name_media_type, str)
        else ""
    )
    return f"{path}: {info.media_type} (by {info.media_type_from}{mismatch})"
