"""Which distributions are installed, from the names of their folders and what they hold.

The formats are those of the Python packaging specifications: "Recording installed projects",
"Core metadata" and "Entry points". `importlib.metadata` reads the same files, but makes an email
message of each: with five hundred plugins that takes longer than everything else of a start. It is
still asked about what is no plain ``*.dist-info`` folder.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import importlib.metadata

_CAP: Final = 1 << 20
"""Bytes of a file of metadata that are read; entry points and headers take a few kilobytes."""


def normalise(name: str) -> str:
    """A distribution's name as package indexes compare it (PEP 503)."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


class EntryPoint(NamedTuple):
    """One line of ``entry_points.txt`` with the group that it stands in."""

    group: str
    name: str
    value: str


class Metadata(NamedTuple):
    """The headers that matter here; a name or version that is not given is empty."""

    name: str
    version: str
    requires: tuple[str, ...]


class Distribution:
    """One that is installed.

    Attributes:
        key: its normalised name, as the name of its folder has it.
        folder: where its metadata is, for telling one installation from another.
    """

    def __init__(self, key: str, folder: str) -> None:
        self.key = key
        self.folder = folder

    def read(self, file: str) -> bytes:
        """One of its files; nothing where it cannot be read."""
        try:
            fd = os.open(f"{self.folder}/{file}", os.O_RDONLY)
        except OSError:
            return b""
        data = b""
        try:
            # In small parts: to make room for the whole cap takes longer than to read.
            while len(data) < _CAP and (part := os.read(fd, 1 << 14)):
                data += part
        except OSError:  # a folder, for one
            pass
        finally:
            os.close(fd)
        return data

    @functools.cached_property
    def metadata(self) -> Metadata:
        """Its headers, read at the first use."""
        return _headers(self.read("METADATA"))


class _Foreign(Distribution):
    """One in an archive, or in a format of older times."""

    def __init__(self, found: importlib.metadata.Distribution) -> None:
        self._found = found
        super().__init__(normalise(self.metadata.name), str(getattr(found, "_path", "")))

    def read(self, file: str) -> bytes:
        try:
            return (self._found.read_text(file) or "").encode()
        except UnicodeDecodeError as error:
            return error.object

    @functools.cached_property
    def metadata(self) -> Metadata:
        facts = self._found.metadata.json
        name, version = str(facts.get("name", "")), str(facts.get("version", ""))
        return Metadata(name, version, tuple(self._found.requires or ()))


def _headers(data: bytes) -> Metadata:
    """What stands before the first empty line; an indented line continues the one before it."""
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    first: dict[str, str] = {}
    requires: list[str] = []
    for line in re.sub(r"\n[ \t]+", " ", head).split("\n"):
        name, _, value = line.partition(":")
        if name.lower() == "requires-dist":
            requires.append(value.strip())
        else:
            first.setdefault(name.lower(), value.strip())
    return Metadata(first.get("name", ""), first.get("version", ""), tuple(requires))


def entry_points(text: str) -> list[EntryPoint]:
    """The entry points that an ``entry_points.txt`` lists.

    Raises:
        ValueError: a line is none.
    """
    found = []
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1]
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            if not equals:
                raise ValueError(f"{line!r} is no entry point")
            found.append(EntryPoint(group, name.strip(), value.strip()))
    return found


class Installed:
    """The distributions on a search path, as they are when this is made.

    Args:
        path: folders and archives; `sys.path` if None.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        self._by_key: dict[str, list[Distribution]] = {}
        for found in _search(sys.path if path is None else path):
            self._by_key.setdefault(found.key, []).append(found)
        if path is None:
            for found in _of_other_finders():
                self._by_key.setdefault(found.key, []).append(found)

    def __iter__(self) -> Iterator[Distribution]:
        return map(_valid, self._by_key.values())

    def version(self, name: str) -> str:
        """The version of a distribution by any spelling of its name; empty if it is not there."""
        copies = self._by_key.get(normalise(name))
        return _valid(copies).metadata.version if copies else ""


def _valid(copies: list[Distribution]) -> Distribution:
    """The first on the path, which hides the others, unless it is what an uninstallation left."""
    if len(copies) == 1:
        return copies[0]
    return next((copy for copy in copies if copy.metadata.name), copies[0])


def _search(path: Sequence[str]) -> Iterator[Distribution]:
    for entry in path:
        try:
            names = os.listdir(entry or ".")
        except FileNotFoundError:
            continue
        except OSError:  # an archive, mostly
            names = ["EGG-INFO"]
        for name in names:
            if name.endswith(".dist-info"):
                # The specification allows no hyphen in either part, some old tools did in names.
                key = normalise(name.removesuffix(".dist-info").rpartition("-")[0])
                yield Distribution(key, os.path.join(entry, name))
        if any(name.endswith(".egg-info") or name == "EGG-INFO" for name in names):
            from importlib import metadata

            for found in map(_Foreign, metadata.distributions(path=[entry])):
                if not found.folder.endswith(".dist-info") or names == ["EGG-INFO"]:
                    yield found


def _of_other_finders() -> Iterator[Distribution]:
    """Those that a finder of some other kind than Python's own knows of."""
    for finder in sys.meta_path:
        find = getattr(finder, "find_distributions", None)
        if find is not None and finder is not PathFinder:
            from importlib import metadata

            yield from map(_Foreign, find(metadata.DistributionFinder.Context()))
