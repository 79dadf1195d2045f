"""The order of the checks: cheap ones in this process, then memory, then a child that imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from metaextract_core.discovery import EXTRACTORS, Candidate, find
from metaextract_core.installed import normalise
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting.fingerprint import Basis
from metaextract_core.vetting.memory import Memory
from metaextract_core.vetting.requirements import Requirements
from metaextract_core.vetting.surroundings import surroundings
from metaextract_core.vetting.verdict import Diagnostic, Verdict

Progress = Callable[[int, int], None]
"""Told how many imports have been probed, and of how many."""


class Judged(Struct):
    """A candidate on its way to a verdict."""

    candidate: Candidate
    basis: Basis
    verdict: Verdict | None = None


def vet(
    candidates: Iterable[Candidate],
    settings: PluginSettings,
    memory: Memory,
    progress: Progress | None = None,
) -> list[Verdict]:
    """A verdict for each of `candidates`, sorted by name.

    Args:
        candidates: as `discover` finds them.
        settings: the operator's lists and limits.
        memory: verdicts of earlier runs; what is new is added and saved.
        progress: told as imports are probed.
    """
    candidates = list(candidates)
    requirements = Requirements(memory.answers)
    judged = [_first_look(candidate, settings, requirements) for candidate in candidates]
    _find_duplicates(judged)
    open_ = [item for item in judged if item.verdict is None]
    around = surroundings(requirements.others(candidates))
    for item in open_:
        item.basis.present = requirements.present(item.candidate)
        item.basis.surroundings = around
        item.verdict = memory.recall(item.candidate, item.basis)
    unknown = [item for item in open_ if item.verdict is None]
    if unknown:
        # A warm start imports no plugin, and does not even load what would.
        from metaextract_core.vetting.probe import probe_all

        asked = [(item.candidate, item.basis.files) for item in unknown]
        for item, probed in zip(unknown, probe_all(asked, settings, progress), strict=True):
            item.verdict = probed.verdict
            memory.remember(item.candidate, item.basis, probed.verdict, probed.modules)
    memory.answers = requirements.answers
    memory.save()
    verdicts = [_with_tools(item.verdict) for item in judged if item.verdict is not None]
    return sorted(verdicts, key=lambda verdict: (verdict.name, verdict.distribution))


def _first_look(
    candidate: Candidate, settings: PluginSettings, requirements: Requirements
) -> Judged:
    """What can be said without reading a source file."""
    for problem, fix in _problems(candidate, settings, requirements):
        return Judged(candidate, Basis([]), Verdict.of(candidate, problem, fix=fix))
    files, there = find(candidate)
    if not there:
        missing = Diagnostic("MX103", f"there is no module {candidate.module}")
        return Judged(candidate, Basis([]), Verdict.of(candidate, missing))
    for text in (*candidate.paths, *files):
        if not _is_unicode(text):
            name = Diagnostic("MX201", f"the name {text!r} is not UTF-8")
            return Judged(candidate, Basis([]), Verdict.of(candidate, name))
    return Judged(candidate, Basis(files))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _problems(
    candidate: Candidate, settings: PluginSettings, requirements: Requirements
) -> Iterator[tuple[Diagnostic, str]]:
    if listed(candidate, settings.deny):
        yield Diagnostic("MX102", "the configuration denies it"), ""
    if settings.allow and not listed(candidate, settings.allow):
        yield Diagnostic("MX102", "the configuration does not list it among those allowed"), ""
    module, colon, attribute = candidate.target.partition(":")
    parts = [*module.strip().split("."), *(attribute.strip().split(".") if colon else [])]
    is_class = candidate.group == EXTRACTORS
    if not all(part.isidentifier() for part in parts) or is_class != bool(colon):
        yield Diagnostic("MX104", f"the entry point says {candidate.target!r}"), ""
        return
    yield from requirements.unmet(candidate)


def listed(candidate: Candidate, names: Iterable[str]) -> bool:
    """Whether one of `names` is the candidate's own or that of its distribution."""
    distribution = normalise(candidate.distribution)
    return any(name == candidate.name or normalise(name) == distribution for name in names)


def _find_duplicates(judged: list[Judged]) -> None:
    by_name: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for item in judged:
        if item.verdict is None or item.verdict.code != "MX102":
            by_name[item.candidate.group, item.candidate.name].append(item)
    for items in by_name.values():
        if len(items) > 1:
            owners = " and ".join(sorted({item.candidate.distribution for item in items}))
            for item in items:
                problem = Diagnostic("MX101", f"it is provided {len(items)} times, by {owners}")
                item.verdict = Verdict.of(item.candidate, problem)


def _with_tools(verdict: Verdict) -> Verdict:
    """The verdict, unless a program is missing: that can change from one start to the next."""
    if verdict.status != "ready" or verdict.descriptor is None:
        return verdict
    if verdict.descriptor.tools:
        import shutil
    for tool, install in verdict.descriptor.tools.items():
        if shutil.which(tool) is None:
            verdict.decide(Diagnostic("MX107", f"the program {tool} is not on PATH"), fix=install)
            break
    return verdict
