"""Finds candidates through entry points, importing none of them.

`importlib.metadata` supplies distributions and their requirements; where the sources are is found
by asking the import system's finders part by part, because `importlib.util.find_spec("a.b")`
would import `a`.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any, Final, Literal, cast

from msgspec import Struct
from packaging.utils import canonicalize_name

Group = Literal["metaextract.extractors", "metaextract.hooks"]
EXTRACTORS: Final[Group] = "metaextract.extractors"
HOOKS: Final[Group] = "metaextract.hooks"
GROUPS: Final[tuple[Group, ...]] = (EXTRACTORS, HOOKS)


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
    found = list(_installed(importlib.metadata.distributions()))
    for path in paths:
        if (path / "pyproject.toml").is_file():
            found += _source_tree(path)
        else:
            there = importlib.metadata.distributions(path=[str(path)])
            found += _installed(there, paths=(str(path),), origin=str(path))
    return found


def _installed(
    distributions: Any, *, paths: tuple[str, ...] = (), origin: str = ""
) -> Iterator[Candidate]:
    seen: set[str] = set()
    for distribution in distributions:
        points = [point for point in distribution.entry_points if point.group in GROUPS]
        if not points:
            continue
        name = distribution.metadata["Name"] or ""
        # The first on the path is the one that would be imported; later ones are shadowed.
        if canonicalize_name(name) in seen:
            continue
        seen.add(canonicalize_name(name))
        for point in points:
            yield Candidate(
                point.name,
                cast("Group", point.group),
                point.value,
                name,
                distribution.version,
                tuple(distribution.requires or ()),
                paths,
                origin,
            )


def _source_tree(folder: Path) -> Iterator[Candidate]:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8")).get("project", {})
    except (OSError, ValueError) as error:
        raise ValueError(f"{folder / 'pyproject.toml'}: cannot be read: {error}") from error
    roots = tuple(str(root.resolve()) for root in (folder / "src", folder) if root.is_dir())
    for group in GROUPS:
        for name, target in project.get("entry-points", {}).get(group, {}).items():
            yield Candidate(
                name,
                group,
                target,
                str(project.get("name", folder.name)),
                str(project.get("version", "0")),
                tuple(project.get("dependencies", ())),
                roots,
                str(folder),
            )


def locate(module: str, search_path: Sequence[str]) -> ModuleSpec | None:
    """Where a module is, without importing it or its parents; None where it is not."""
    spec: ModuleSpec | None = None
    path: Sequence[str] | None = search_path
    name = ""
    for part in module.split("."):
        if path is None:
            return None
        name = f"{name}.{part}" if name else part
        spec = PathFinder.find_spec(name, path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
    return spec


def sources(candidate: Candidate) -> list[str]:
    """Every source file of the candidate's package, sorted; empty where it cannot be found.

    For ``a.b:C`` that is all of ``a``, unless ``a`` is a namespace that packages share.
    """
    parts = candidate.module.split(".")
    for count in range(1, len(parts) + 1):
        spec = locate(".".join(parts[:count]), candidate.search_path())
        if spec is None:
            return []
        if spec.origin is not None and spec.has_location:
            break
    else:
        return []
    if spec.submodule_search_locations is None:
        return [spec.origin]
    return sorted(
        file for folder in spec.submodule_search_locations for file in _python_files(folder)
    )


def _python_files(folder: str) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(where, name) for name in files if name.endswith(".py"))
