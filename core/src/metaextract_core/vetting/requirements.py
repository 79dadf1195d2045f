"""What the metadata of a plugin asks for (PEP 508), against what is installed."""

from __future__ import annotations

import functools
import importlib.metadata
import sys
from collections.abc import Iterator

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from metaextract_core.discovery import Candidate
from metaextract_core.vetting.verdict import Diagnostic

_SDK = "metaextract-sdk"


def unmet(candidate: Candidate) -> Iterator[tuple[Diagnostic, str]]:
    """Each requirement that does not hold, with how to mend it."""
    for requirement in _needed(candidate):
        version = _installed(requirement.name, candidate.paths)
        if version and _fits(requirement, version):
            continue
        have = f"{requirement.name} {version} is installed" if version else "it is missing"
        code = "MX105" if version and canonicalize_name(requirement.name) == _SDK else "MX106"
        wanted = f"{requirement.name}{requirement.specifier}"
        yield Diagnostic(code, f"it requires {wanted}, but {have}"), f"pip install '{wanted}'"


def present(candidate: Candidate) -> list[str]:
    """What is installed of what it requires: ``name==version`` each."""
    return [
        f"{requirement.name}=={_installed(requirement.name, candidate.paths)}"
        for requirement in _needed(candidate)
    ]


def look_again() -> None:
    """Forget which versions are installed; a long-lived process calls this before each look."""
    _installed.cache_clear()


def _needed(candidate: Candidate) -> Iterator[Requirement]:
    for text in candidate.requires:
        requirement = _parse(text)
        if requirement is not None:
            yield requirement


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> Requirement | None:
    """A requirement, unless it is for another machine or for an extra."""
    try:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            return None
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return None  # what pip could install is not for us to refuse
    return requirement


def _fits(requirement: Requirement, version: str) -> bool:
    try:
        return requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False


@functools.lru_cache(maxsize=4096)
def _installed(name: str, paths: tuple[str, ...]) -> str:
    """The version of a distribution, or nothing."""
    for distribution in importlib.metadata.distributions(name=name, path=[*paths, *sys.path]):
        return str(distribution.metadata.json.get("version", ""))
    return ""
