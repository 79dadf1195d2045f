"""Finds candidates through entry points, importing none of them.

Where the sources are is found by asking the import system's finders part by part, because
`importlib.util.find_spec("a.b")` would import `a`.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    FileFinder,
    ModuleSpec,
    PathFinder,
)
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from metaextract_core.installed import Distribution, Installed, entry_points

Group = Literal["metaextract.extractors", "metaextract.hooks"]
EXTRACTORS: Final[Group] = "metaextract.extractors"
HOOKS: Final[Group] = "metaextract.hooks"
GROUPS: Final[tuple[Group, ...]] = (EXTRACTORS, HOOKS)

_CODE: Final = (*SOURCE_SUFFIXES, *EXTENSION_SUFFIXES)


class Candidate(Struct, frozen=True):
    """A plugin that was found and not yet judged.

    Attributes:
        name: of the entry point; an extractor's id.
        group: of the entry point.
        target: ``module:attribute``, or ``module`` for hooks.
        distribution, version: who provides it.
        requires: its requirements, as its metadata has them (PEP 508).
        paths: folders that have to be on ``sys.path`` for it beyond those that are.
        origin: the folder that was named to be searched, or empty.
    """

    name: str
    group: Group
    target: str
    distribution: str
    version: str
    requires: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    origin: str = ""

    @property
    def module(self) -> str:
        """The module that the target names."""
        return self.target.partition(":")[0].strip()

    def search_path(self) -> list[str]:
        """Where its module is looked for."""
        return [*self.paths, *sys.path]


def discover(paths: Sequence[Path] = ()) -> list[Candidate]:
    """Every candidate that is installed, then those in `paths`.

    Args:
        paths: folders with installed distributions (``*.dist-info``), or source trees with a
            ``pyproject.toml``.
    """
    # In a host that runs for long: what was written within a tick of the clock must not be missed.
    for finder in sys.path_importer_cache.values():
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()
    found = list(_installed(Installed()))
    for path in paths:
        if (path / "pyproject.toml").is_file():
            found += _source_tree(path)
        else:
            there = Installed([str(path)])
            found += _installed(there, paths=(str(path.resolve()),), origin=str(path))
    return found


def _installed(
    installed: Installed, *, paths: tuple[str, ...] = (), origin: str = ""
) -> Iterator[Candidate]:
    for distribution in installed:
        points = _entry_points(distribution)
        if points:
            name, version, requires = distribution.metadata
            for group, point, target in points:
                yield Candidate(point, group, target, name, version, requires, paths, origin)


def _entry_points(distribution: Distribution) -> list[tuple[Group, str, str]]:
    """Group, name and target of each entry point of ours.

    Where the list cannot be read but speaks of us, one without a target, for vetting to refuse.
    """
    data = distribution.read("entry_points.txt")
    if not any(group.encode() in data for group in GROUPS):
        return []
    try:
        points = entry_points(data.decode())
    except ValueError:
        name = distribution.metadata.name or "unnamed"
        return [(group, name, "") for group in GROUPS if f"[{group}]".encode() in data]
    return [(our, name, value) for our in GROUPS for group, name, value in points if group == our]


class _Project(Struct, rename="kebab"):
    """The table ``[project]`` of a ``pyproject.toml``, as far as it matters here."""

    name: str
    version: str = "0"
    dependencies: tuple[str, ...] = ()
    entry_points: dict[str, dict[str, str]] = {}


class _PyProject(Struct):
    project: _Project | None = None


def _source_tree(folder: Path) -> Iterator[Candidate]:
    import tomllib

    try:
        text = (folder / "pyproject.toml").read_text("utf-8")
        project = msgspec.convert(tomllib.loads(text), _PyProject).project
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{folder / 'pyproject.toml'}: cannot be read: {error}") from error
    if project is None:
        return
    roots = tuple(str(root.resolve()) for root in (folder / "src", folder) if root.is_dir())
    for group in GROUPS:
        for name, target in project.entry_points.get(group, {}).items():
            yield Candidate(
                name,
                group,
                target,
                project.name,
                project.version,
                project.dependencies,
                roots,
                str(folder),
            )


def locate(module: str, search_path: Sequence[str]) -> ModuleSpec | None:
    """Where a module is, without importing it or its parents; None where it is not."""
    first, *rest = module.split(".")
    spec = _find(first, search_path) or _find_elsewhere(first)
    name = first
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = f"{name}.{part}"
        spec = _find(name, spec.submodule_search_locations)
    return spec


def _find(name: str, path: Iterable[str]) -> ModuleSpec | None:
    """As `PathFinder` does it; that one wants the parent of a nested namespace in sys.modules."""
    portions: list[str] = []
    for entry in path:
        finder = pkgutil.get_importer(entry)
        spec = finder.find_spec(name) if finder is not None else None
        if spec is None:
            continue
        if spec.loader is not None:
            return spec
        portions += spec.submodule_search_locations or ()
    if not portions:
        return None
    namespace = ModuleSpec(name, None, is_package=True)
    namespace.submodule_search_locations = portions
    return namespace


def _find_elsewhere(name: str) -> ModuleSpec | None:
    """Editable installs of some build backends are known to a finder of their own alone."""
    for finder in sys.meta_path:
        if finder is not PathFinder and (spec := finder.find_spec(name, None)) is not None:
            return spec
    return None


def sources(candidate: Candidate) -> list[str]:
    """Every file of code of the candidate's package, sorted; empty where it cannot be found.

    For ``a.b:C`` that is all of ``a``, unless ``a`` is a namespace that packages share.
    """
    return find(candidate)[0]


def find(candidate: Candidate) -> tuple[list[str], bool]:
    """The candidate's `sources`, and whether its module is there."""
    search_path = candidate.search_path()
    parts = candidate.module.split(".")
    for count in range(1, len(parts) + 1):
        spec = locate(".".join(parts[:count]), search_path)
        if spec is None:
            return [], False
        if spec.origin is not None and spec.has_location:
            break
    else:
        return [], True
    if spec.submodule_search_locations is None:
        return ([spec.origin] if os.path.isfile(spec.origin) else []), count == len(parts)
    folders = spec.submodule_search_locations
    files = sorted(file for folder in folders for file in _code(folder))
    # Mostly a file that was just seen; the finders take longer to say so.
    names = [os.path.join(folder, *parts[count:]) + ".py" for folder in folders]
    there = count == len(parts) or any(name in files for name in names)
    return files, there or locate(candidate.module, search_path) is not None


def _code(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as scan:
            entries = list(scan)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _code(entry.path)
        # An editor's lock is a link to nowhere, and a pipe would hold whoever reads it.
        elif entry.name.endswith(_CODE) and entry.is_file():
            yield entry.path
