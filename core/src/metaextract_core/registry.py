"""Registry: which extractors there are, in which state, and who reads a media type."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from blake3 import blake3
from msgspec import structs

from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, HOOKS, discover, sources
from metaextract_core.health.level import judge
from metaextract_core.health.store import State, Store
from metaextract_core.installed import normalise
from metaextract_core.settings import Settings, cache_folder, state_folder
from metaextract_core.vetting import Diagnostic, Verdict, vet
from metaextract_core.vetting.memory import Memory


class Missing(NamedTuple):
    """An extractor that would read a file if it could; `reason` says what keeps it from that."""

    descriptor: Descriptor
    reason: str
    code: str


class Registry:
    """The verdicts of all plugins, and quick answers to what runs need to know.

    Attributes:
        verdicts: one for each plugin found, by name.
        ready: the extractors that may run, by id.
        hooks: the targets of the hook plugins that may be loaded, by name.
        marks: group and name -> what changes with the plugin's sources.
    """

    def __init__(
        self, verdicts: Sequence[Verdict], marks: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.marks = marks or {}
        _check_needs(verdicts)
        self.verdicts = sorted(verdicts, key=lambda verdict: (verdict.name, verdict.distribution))
        self.ready: Mapping[str, Descriptor] = {
            verdict.name: verdict.descriptor
            for verdict in self.verdicts
            if verdict.status == "ready" and verdict.descriptor is not None
        }
        self.hooks = {
            verdict.name: verdict.target
            for verdict in verdicts
            if verdict.status == "ready" and verdict.group == HOOKS
        }
        self._by_type: dict[tuple[str, str], tuple[Descriptor, ...]] = {}

    @property
    def known(self) -> frozenset[str]:
        """The ids of all extractors, usable or not."""
        return frozenset(item.name for item in self.verdicts if item.group == EXTRACTORS)

    @property
    def kept(self) -> frozenset[str]:
        """The ids of extractors that go on as they were: what is there now is broken."""
        return frozenset(
            item.name for item in self.verdicts if item.code == "MX111" and item.status == "ready"
        )

    def tools(self) -> dict[str, str | None]:
        """Where the programs are, now, that the extractors start."""
        described = (verdict.descriptor for verdict in self.verdicts if verdict.descriptor)
        return {tool: shutil.which(tool) for descriptor in described for tool in descriptor.tools}

    def same_as(self, other: Registry) -> bool:
        """Whether `other` has the same plugins in the same states."""
        return self.marks == other.marks and self._states() == other._states()

    def _states(self) -> list[tuple[object, ...]]:
        return [
            (item.name, item.group, item.distribution, item.status, item.message, item.descriptor)
            for item in self.verdicts
        ]

    def mark(self, extractor: str) -> str:
        """What changes with the sources of an extractor; empty where nothing is known of them."""
        return self.marks.get((EXTRACTORS, extractor), "")

    def for_media_type(self, media_type: str, profile: str) -> tuple[Descriptor, ...]:
        """The ready extractors that `profile` runs on files of `media_type`, by id."""
        key = (media_type, profile)
        if key not in self._by_type:
            self._by_type[key] = tuple(
                descriptor
                for descriptor in self.ready.values()
                if profile in descriptor.profiles and reads(descriptor, media_type)
            )
        return self._by_type[key]

    def missing_for(self, media_type: str, profile: str) -> list[Missing]:
        """The extractors that would read such files if they were not kept from it, and by what."""
        return [
            Missing(verdict.descriptor, f"{verdict.message}; {verdict.fix}", verdict.code or "")
            for verdict in self.verdicts
            if verdict.status in ("unavailable", "quarantined")
            and verdict.descriptor is not None
            and profile in verdict.descriptor.profiles
            and reads(verdict.descriptor, media_type)
        ]


def reads(descriptor: Descriptor, media_type: str) -> bool:
    """Whether an extractor says that it reads files of `media_type`."""
    # Who only lists plugins does not wait for the tables of formats.
    from metaextract_core.identify import media_type_matches

    return any(media_type_matches(pattern, media_type) for pattern in descriptor.media_types)


def _check_needs(verdicts: Sequence[Verdict]) -> None:
    """Take out extractors whose needs cannot be met, and those that would wait in a circle."""
    ready = {item.name: item for item in verdicts if item.descriptor and item.status == "ready"}
    met: set[str] = set()
    waiting = dict(ready)
    while True:
        free = [name for name, item in waiting.items() if set(_needs(item)) <= met]
        if not free:
            break
        met.update(free)
        for name in free:
            del waiting[name]
    for item in waiting.values():
        absent = sorted(set(_needs(item)) - ready.keys())
        if absent:
            message = f"it needs the extractor {absent[0]}, which is not ready"
            item.decide(Diagnostic("MX108", message))
    for item in waiting.values():
        if item.status == "ready":
            blocked = [need for need in _needs(item) if need in waiting]
            code = "MX109" if _in_circle(item.name, waiting) else "MX108"
            item.decide(Diagnostic(code, f"it waits for {' and '.join(sorted(blocked))}"))


def _needs(verdict: Verdict) -> tuple[str, ...]:
    return verdict.descriptor.needs if verdict.descriptor else ()


def _in_circle(name: str, waiting: Mapping[str, Verdict]) -> bool:
    """Whether following needs from `name` comes back to it."""
    seen: set[str] = set()
    stack = list(_needs(waiting[name]))
    while stack:
        need = stack.pop()
        if need == name:
            return True
        if need in waiting and need not in seen:
            seen.add(need)
            stack += _needs(waiting[need])
    return False


def glance(settings: Settings) -> bytes:
    """What `load_registry` looks at, in brief; equal means that it would find the same plugins.

    Names, sizes and times of change: nothing is imported, not even what is known to be broken.
    """
    digest = blake3(msgspec.json.encode(settings))
    for folder in sys.path:
        digest.update(_stamp(folder))
    for candidate in discover():
        digest.update(repr(candidate).encode("utf-8", "surrogateescape"))
        for file in sources(candidate):
            digest.update(_stamp(file))
    return digest.digest()


def _stamp(path: str) -> bytes:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return b"-"
    facts = f"{path}\0{found.st_ino}\0{found.st_size}\0{found.st_mtime_ns}\0"
    return facts.encode("utf-8", "surrogateescape")


def load_registry(
    settings: Settings,
    *,
    plugins: bool = True,
    paths: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
    fresh: bool = False,
    health: State | None = None,
    keep: Mapping[str, Descriptor] | None = None,
) -> Registry:
    """Find and vet all plugins.

    Args:
        settings: the operator's lists and limits.
        plugins: False gives a registry without any.
        paths: further folders with plugins; a distribution found there hides the installed one.
        progress: told how many imports have been probed, and of how many.
        fresh: try imports that once ran into their deadline again.
        health: what has been counted; read from the user's state folder if None.
        keep: extractors that go on as they were if what is there now turns out to be broken.
    """
    if not plugins:
        return Registry([])
    found = discover(paths)
    named = {normalise(item.distribution) for item in found if item.origin}
    candidates = [
        item for item in found if item.origin or normalise(item.distribution) not in named
    ]
    memory = Memory(cache_folder(), fresh=fresh)
    verdicts = vet(candidates, settings.plugins, memory, progress)
    marks = memory.marks()
    state = health if health is not None else Store(state_folder(), lambda _: None).read()
    for verdict in verdicts:
        if verdict.group == EXTRACTORS:
            _keep(verdict, keep or {})
            _prefer(verdict, settings)
            _look_back(verdict, settings, state)
    return Registry(verdicts, marks)


_BREAKS: Final = frozenset({"broken", "incompatible", "conflict"})


def _keep(verdict: Verdict, keep: Mapping[str, Descriptor]) -> None:
    """Let an extractor that was usable go on where a change has broken it."""
    if verdict.status in _BREAKS and verdict.name in keep:
        verdict.descriptor = keep[verdict.name]
        why = f"what is there now is {verdict.status}: {verdict.code} {verdict.message}"
        verdict.decide(Diagnostic("MX111", why))


def _prefer(verdict: Verdict, settings: Settings) -> None:
    """Have the operator's priority take the place of the extractor's own trust."""
    priority = settings.plugins.priority.get(verdict.name)
    if priority is not None and verdict.descriptor is not None:
        verdict.descriptor = structs.replace(verdict.descriptor, trust=priority)


def _look_back(verdict: Verdict, settings: Settings, state: State) -> None:
    """Say how the extractor has done so far, and take it out if that was too bad."""
    if verdict.descriptor is None or verdict.origin:  # an author's own tree has no past here
        return
    key = (verdict.name, verdict.descriptor.version)
    tally, quarantine = state.tallies.get(key), state.quarantined.get(key)
    if tally is not None:
        verdict.health = judge(tally, verdict.descriptor.memory, settings.health)
    if quarantine is not None and verdict.status == "ready":
        fix = f"upgrade it, or try again with `metaextract plugins reset {verdict.name}`"
        verdict.decide(Diagnostic("MX110", quarantine), fix=fix)
        if verdict.health is not None:
            verdict.health.level = "critical"
