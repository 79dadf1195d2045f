"""The order of the checks: cheap ones in this process, then memory, then a child that imports."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from packaging.utils import canonicalize_name

from metaextract_core.discovery import EXTRACTORS, Candidate, locate, sources
from metaextract_core.settings import PluginSettings
from metaextract_core.vetting import requirements
from metaextract_core.vetting.memory import Memory
from metaextract_core.vetting.verdict import Diagnostic, Verdict

Progress = Callable[[int, int], None]
"""Told how many imports have been probed, and of how many."""


class Judged(Struct):
    """A candidate on its way to a verdict."""

    candidate: Candidate
    files: list[str]
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
    requirements.look_again()
    judged = [_first_look(candidate, settings) for candidate in candidates]
    _find_duplicates(judged)
    open_ = [item for item in judged if item.verdict is None]
    for item in open_:
        item.verdict = memory.recall(item.candidate, item.files)
    unknown = [item for item in open_ if item.verdict is None]
    if unknown:
        # A warm start imports no plugin, and does not even load what would.
        from metaextract_core.vetting.probe import probe_all

        probed = probe_all([(item.candidate, item.files) for item in unknown], settings, progress)
        for item, verdict in zip(unknown, probed, strict=True):
            item.verdict = verdict
            memory.remember(item.candidate, verdict)
    memory.save()
    verdicts = [_with_tools(item.verdict) for item in judged if item.verdict is not None]
    return sorted(verdicts, key=lambda verdict: (verdict.name, verdict.distribution))


def _first_look(candidate: Candidate, settings: PluginSettings) -> Judged:
    """What can be said without reading a source file."""
    for problem in _problems(candidate, settings):
        return Judged(candidate, [], Verdict.of(candidate, problem[0], fix=problem[1]))
    files = sources(candidate)
    for text in (*candidate.paths, *files):
        if not _is_unicode(text):
            name = Diagnostic("MX201", f"the name {text!r} is not UTF-8")
            return Judged(candidate, [], Verdict.of(candidate, name))
    return Judged(candidate, files)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _problems(candidate: Candidate, settings: PluginSettings) -> Iterator[tuple[Diagnostic, str]]:
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
    if locate(candidate.module, candidate.search_path()) is None:
        yield Diagnostic("MX103", f"there is no module {candidate.module}"), ""


def listed(candidate: Candidate, names: Iterable[str]) -> bool:
    """Whether one of `names` is the candidate's own or that of its distribution."""
    distribution = canonicalize_name(candidate.distribution)
    return any(name == candidate.name or canonicalize_name(name) == distribution for name in names)


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
    for tool, install in verdict.descriptor.tools.items():
        if shutil.which(tool) is None:
            verdict.decide(Diagnostic("MX107", f"the program {tool} is not on PATH"), fix=install)
            break
    return verdict
