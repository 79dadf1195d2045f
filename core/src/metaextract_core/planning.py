"""Which extractors read a file, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from metaextract_core.descriptor import PROFILES, Descriptor
from metaextract_core.hooks import Hooks
from metaextract_core.registry import Missing, Registry, reads


class Request(Struct, frozen=True, kw_only=True):
    """What the caller wants of every file.

    Attributes:
        profile: ``fast``, ``standard`` or ``deep``.
        only: ids of the extractors to run; empty means all of the profile.
        exclude: ids of extractors not to run.
        timeout: seconds that an extractor may take for one file, at most; its own limit if None.
        retries: how often files are read again whose worker was ended by somebody else.
        priority: of runs that share workers, those with a higher one have their files read first.
    """

    profile: str = "standard"
    only: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    timeout: float | None = None
    retries: int = 0
    priority: int = 0


def stages(extractors: Iterable[Descriptor]) -> list[list[Descriptor]]:
    """`extractors` in stages: those of one stage are independent and may run side by side.

    Each comes in the first stage after everything that it needs. A need that is not among
    `extractors` does not hold anyone back: its section will be missing from the context.
    """
    waiting = {descriptor.id: descriptor for descriptor in extractors}
    result: list[list[Descriptor]] = []
    while waiting:
        stage = [
            descriptor
            for descriptor in waiting.values()
            if not any(need in waiting for need in descriptor.needs)
        ]
        if not stage:  # the registry refuses cycles; a hook may still have brought one in
            stage = list(waiting.values())
        result.append(stage)
        for descriptor in stage:
            del waiting[descriptor.id]
    return result


def lanes(stage: Iterable[Descriptor]) -> list[list[Descriptor]]:
    """A stage split by worker: each batch extractor has one to itself, the rest share one."""
    together = [descriptor for descriptor in stage if not descriptor.batch]
    alone = [[descriptor] for descriptor in stage if descriptor.batch]
    return [together, *alone] if together else alone


def choose(
    extractors: Iterable[Descriptor], *, only: Collection[str] = (), exclude: Collection[str] = ()
) -> list[Descriptor]:
    """Those of `extractors` that the caller asked for: among `only` if given, not in `exclude`."""
    return [
        descriptor
        for descriptor in extractors
        if (not only or descriptor.id in only) and descriptor.id not in exclude
    ]


def without_replaced(
    extractors: Sequence[Descriptor], asked: Collection[str] = ()
) -> list[Descriptor]:
    """Those of `extractors` that run; the others are named in `instead_of` by one that does.

    Who stands in for an extractor stands in for those as well for which that one would. Where
    several name each other, the first by id runs. One that is `asked` for by name runs in any
    case, as does what one that runs needs.
    """
    known = {descriptor.id: descriptor for descriptor in extractors}
    if not any(descriptor.instead_of for descriptor in extractors):
        return list(extractors)
    replaces = {name: _reached(name, known) for name in known}
    running = [
        name
        for name in known
        if name in asked
        or not any(
            name in behind and (name > other or other not in replaces[name])
            for other, behind in replaces.items()
            if other != name
        )
    ]
    kept: set[str] = set()
    while running:
        name = running.pop()
        if name in known and name not in kept:
            kept.add(name)
            running += known[name].needs
    return [descriptor for descriptor in extractors if descriptor.id in kept]


def _reached(name: str, known: Mapping[str, Descriptor]) -> set[str]:
    """Whom following `instead_of` from `name` comes to, among `known`."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for other in known[waiting.pop()].instead_of:
            if other in known and other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


class Plans:
    """What a request runs on each media type, worked out once for each."""

    def __init__(self, registry: Registry, hooks: Hooks, request: Request) -> None:
        self._registry = registry
        self._hooks = hooks
        self._request = request
        self._stages: dict[str, list[list[Descriptor]]] = {}

    def stages(self, media_type: str) -> list[list[Descriptor]]:
        """The stages for files of `media_type`; empty where nothing reads them."""
        if media_type not in self._stages:
            chosen = self._wanted(self._candidates(media_type))
            if self._hooks.wanted("metaextract_plan"):
                chosen = self._replan(media_type, chosen)
            # After the hooks: who was taken away stands in for nobody.
            self._stages[media_type] = stages(without_replaced(chosen, self._request.only))
        return self._stages[media_type]

    def missing(self, media_type: str) -> list[Missing]:
        """The extractors that would run as well if something were not missing, and what."""
        # An extractor that is asked for by name needs no profile.
        profiles = PROFILES if self._request.only else (self._request.profile,)
        found = {
            item.descriptor.id: item
            for profile in profiles
            for item in self._registry.missing_for(media_type, profile)
        }
        return [item for item in found.values() if self._wanted([item.descriptor])]

    def _wanted(self, extractors: Iterable[Descriptor]) -> list[Descriptor]:
        return choose(extractors, only=self._request.only, exclude=self._request.exclude)

    def _candidates(self, media_type: str) -> Iterable[Descriptor]:
        """What the profile runs; an extractor that is asked for by name needs no profile."""
        found = list(self._registry.for_media_type(media_type, self._request.profile))
        known = {descriptor.id for descriptor in found}
        for extractor in sorted(self._request.only - known):
            descriptor = self._registry.ready.get(extractor)
            if descriptor and reads(descriptor, media_type):
                found.append(descriptor)
        return found

    def _replan(self, media_type: str, chosen: list[Descriptor]) -> list[Descriptor]:
        for _, ids in self._hooks.call(
            "metaextract_plan",
            media_type=media_type,
            profile=self._request.profile,
            extractors=tuple(descriptor.id for descriptor in chosen),
        ):
            chosen = [descriptor for descriptor in chosen if descriptor.id in set(ids)]
        return chosen
