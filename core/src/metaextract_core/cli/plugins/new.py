"""`metaextract plugins new`: a plugin to begin with, made from the files in `template`."""

from __future__ import annotations

import importlib.metadata
import keyword
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

import click
from packaging.utils import canonicalize_name

from metaextract_core.cli import console
from metaextract_core.discovery import discover, locate

_LONGEST: Final = 40
"""Characters of a name; lists of plugins show as many."""
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""A name as package indexes write it (PEP 503), that makes an identifier of Python as well."""
_FORM: Final = (
    f"at most {_LONGEST} small letters, digits and single hyphens, beginning with a letter"
)
_OURS: Final = frozenset({"core", "mock", "sdk", "server", "suite"})
_SUFFIX: Final = ".in"
"""Of each file of the template, so that no tool takes it for what it is not yet."""


@click.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="DIR",
    help="Make the folder NAME in this one, not in the current one.",
)
def new(name: str, into: Path) -> int:
    """Make a new plugin in a folder of this NAME: a distribution with an extractor that works.

    Exit status: 0 made, 1 it could not be written, 2 usage.
    """
    complaint = _complaint(name)
    target = into / name
    if complaint is None and (target.exists() or target.is_symlink()):
        complaint = f"{target} is there already; choose another name, or another folder with --into"
    if complaint is not None:
        console.say(complaint)
        return 2
    try:
        make(name, target)
    except OSError as error:
        console.say(f"cannot write {error.filename or target}: {error.strerror}")
        return 1
    place = shlex.quote(str(target))
    console.say(
        f"made {place}; next: pip install --editable {shlex.quote(f'{target}[test]')} "
        f"&& pytest {place} && metaextract plugins check {name} --deep"
    )
    return 0


def make(name: str, target: Path) -> None:
    """Write the plugin `name` into the new folder `target`; all of it or nothing.

    Raises:
        OSError: the folder exists, or something cannot be written.
    """
    target.mkdir()
    try:
        for path, content in files(name):
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file of the plugin `name`."""
    values = {
        "name": name,
        "distribution": f"metaextract-{name}",
        "module": _module(name),
        "class_name": "".join(part.capitalize() for part in name.split("-")) + "Extractor",
    }

    def filled(text: str) -> str:
        return Template(text).substitute(values)

    root = resources.files("metaextract_core.cli.plugins") / "template"
    for path, file in _walk(root, ""):
        # Latin-1 has a character for each byte: samples are filled in as text is.
        content = filled(file.read_bytes().decode("latin-1")).encode("latin-1")
        yield filled(path.removesuffix(_SUFFIX)), content


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(_SUFFIX):
            yield f"{path}{entry.name}", entry


def _module(name: str) -> str:
    return f"metaextract_{name.replace('-', '_')}"


def _complaint(name: str) -> str | None:
    """What keeps `name` from being that of a new plugin, in one line."""
    shown = f"{console.shorten(name, _LONGEST)!r}"
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        better = canonicalize_name(name) if name.isascii() else ""
        hint = f"; write {better}" if _NAME.fullmatch(better) and len(better) <= _LONGEST else ""
        return f"{shown} cannot be the name of a plugin: {_FORM}{hint}"
    if name.startswith("metaextract-"):
        return f"{shown}: leave out metaextract-, the distribution is called so in any case"
    if keyword.iskeyword(name) or keyword.iskeyword(name.capitalize()):
        return f"{shown} is a word of Python; choose another name"
    if name.replace("-", "_") in sys.stdlib_module_names:
        return f"{shown} is a module of Python's own; choose another name"
    if name in _OURS or (taken := _taken(name)):
        by = "MetaExtract itself" if name in _OURS else taken
        return f"{shown} is taken by {by}; choose another name"
    return None


def _taken(name: str) -> str | None:
    """Who has a plugin, a distribution or a package of this name already."""
    for candidate in discover():
        if canonicalize_name(candidate.name) == name:
            return f"{candidate.distribution} {candidate.version}, which is installed"
    try:
        version = importlib.metadata.version(f"metaextract-{name}")
    except importlib.metadata.PackageNotFoundError:
        pass
    else:
        return f"metaextract-{name} {version}, which is installed"
    if locate(_module(name), sys.path) is not None:
        return f"a package {_module(name)} that is on the path of Python"
    return None
