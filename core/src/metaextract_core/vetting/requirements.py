"""What the metadata of a plugin asks for (PEP 508), against what is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from metaextract_core.discovery import Candidate
from metaextract_core.installed import Installed, normalise
from metaextract_core.vetting.verdict import Diagnostic

_SDK: Final = "metaextract-sdk"
_CORE: Final = "metaextract-core"
_NAME: Final = re.compile(r"[\s(]*([A-Za-z0-9][A-Za-z0-9._-]*)")


class Requirements:
    """One look at what is installed.

    Args:
        answers: of an earlier look in the same Python: for a requirement and the version that is
            installed, what is wanted in its place, or nothing where all is well.
    """

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self._installed = Installed()
        self._beside: dict[tuple[str, ...], Installed] = {(): self._installed}
        self._known = answers or {}
        self.answers: dict[str, str] = {}
        self._judges = [f"{name}=={self._installed.version(name)}" for name in (_SDK, _CORE)]

    def unmet(self, candidate: Candidate) -> Iterator[tuple[Diagnostic, str]]:
        """Each requirement that does not hold, with how to mend it."""
        for text, name, version in self._named(candidate):
            key = f"{text}\n{version}"
            if key not in self.answers:
                known = self._known.get(key)
                self.answers[key] = _wanted(text, version) if known is None else known
            wanted = self.answers[key]
            if wanted:
                have = f"{name} {version} is installed" if version else "it is missing"
                code = "MX105" if version and normalise(name) == _SDK else "MX106"
                problem = Diagnostic(code, f"it requires {wanted}, but {have}")
                yield problem, f"pip install '{wanted}'"

    def present(self, candidate: Candidate) -> list[str]:
        """What is installed of what it names, optional or not, and who judges it.

        Each is ``name==version``.
        """
        named = [f"{name}=={version}" for _, name, version in self._named(candidate)]
        return [*self._judges, *named]

    def others(self, candidates: Iterable[Candidate]) -> list[str]:
        """The folders of all that is installed and provides none of `candidates`."""
        own = {normalise(candidate.distribution) for candidate in candidates}
        return sorted(
            found.folder
            for installed in self._beside.values()
            for found in installed
            if found.key not in own
        )

    def _named(self, candidate: Candidate) -> Iterator[tuple[str, str, str]]:
        """Each requirement: its text, the name in it, and the version that is installed."""
        if candidate.paths not in self._beside:
            self._beside[candidate.paths] = Installed(candidate.paths)
        beside = self._beside[candidate.paths]
        for text in candidate.requires:
            # A requirement begins with the name; what does not is no requirement.
            if match := _NAME.match(text):
                name = match[1].rstrip("._-")
                yield text, name, beside.version(name) or self._installed.version(name)


def _wanted(text: str, version: str) -> str:
    """What has to be installed for a requirement to hold; nothing if it holds already.

    One that is for another machine or for an extra asks for nothing.
    """
    # Imported here: at most starts every answer is known, and reading the rules takes a while.
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.version import InvalidVersion

    try:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            return ""
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return ""  # what pip could install is not for us to refuse
    try:
        if version and requirement.specifier.contains(version, prereleases=True):
            return ""
    except InvalidVersion:
        pass
    return f"{requirement.name}{requirement.specifier}"
