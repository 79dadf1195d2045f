"""Which extractors read a file, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from metaextract_core.descriptor import Descriptor

PROFILES = ("fast", "standard", "deep")
"""``fast`` starts no external tool, ``standard`` adds what only ExifTool has, ``deep`` is all."""


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
