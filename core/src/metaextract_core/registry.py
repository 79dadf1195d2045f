"""Registry: which extractors there are, in which state, and who reads a media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, HOOKS, discover
from metaextract_core.installed import normalise
from metaextract_core.settings import Settings, cache_folder
from metaextract_core.vetting import Diagnostic, Verdict, vet
from metaextract_core.vetting.memory import Memory


class Registry:
    """The verdicts of all plugins, and quick answers to what runs need to know.

    Attributes:
        verdicts: one for each plugin found, by name.
        ready: the extractors that may run, by id.
        hooks: the targets of the hook plugins that may be loaded, by name.
    """

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
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

    def unavailable_for(self, media_type: str, profile: str) -> list[tuple[Descriptor, str]]:
        """The extractors that would read such files if something were not missing, and what."""
        return [
            (verdict.descriptor, f"{verdict.message}; {verdict.fix}")
            for verdict in self.verdicts
            if verdict.status == "unavailable"
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


def load_registry(
    settings: Settings,
    *,
    plugins: bool = True,
    paths: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
    fresh: bool = False,
) -> Registry:
    """Find and vet all plugins.

    Args:
        settings: the operator's lists and limits.
        plugins: False gives a registry without any.
        paths: further folders with plugins; a distribution found there hides the installed one.
        progress: told how many imports have been probed, and of how many.
        fresh: try imports that once ran into their deadline again.
    """
    if not plugins:
        return Registry([])
    found = discover(paths)
    named = {normalise(item.distribution) for item in found if item.origin}
    candidates = [
        item for item in found if item.origin or normalise(item.distribution) not in named
    ]
    memory = Memory(cache_folder(), fresh=fresh)
    return Registry(vet(candidates, settings.plugins, memory, progress))
