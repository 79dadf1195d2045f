"""Examines the extractors of some verdicts, and puts what is wrong into these."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from metaextract_core.conformance.pooled import PooledReader
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import HOOKS, locate
from metaextract_core.fields import FIELDS
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect
from metaextract_core.registry import Registry, reads
from metaextract_core.vetting import Diagnostic, Verdict
from metaextract_core.walking import Found
from metaextract_core.workers.pool import Pool, default_size
from metaextract_core.workers.sandbox.policy import Policy
from metaextract_sdk.conformance.evidence import Evidence, Sample
from metaextract_sdk.conformance.examining import examine
from metaextract_sdk.conformance.rules import RULES, Tier, tier
from metaextract_sdk.conformance.samples import Trouble, find_samples

_APART: Final = 1.1
"""Seconds between two readings of a sample: a clock that counts seconds shows."""


class RuleResult(Struct):
    """One rule: whether it is kept, None where that cannot be told, and why not."""

    code: str
    passed: bool | None
    message: str


class Deep(Struct, kw_only=True):
    """What the deep check says of one plugin.

    Attributes:
        tier: the quality tier reached; None for one that does not reach the lowest.
        reason: why nothing was examined; empty where something was.
        rules: in the order of their codes.
    """

    tier: Tier | None = None
    reason: str = ""
    rules: list[RuleResult] = field(default_factory=list)


def check(
    registry: Registry,
    verdicts: Sequence[Verdict],
    hooks: Hooks,
    progress: Callable[[int, int], None] | None = None,
) -> list[Deep]:
    """Examine each of `verdicts` that is of an extractor which is ready.

    Rules that are broken become diagnostics of the verdict.

    Args:
        registry: to which they belong.
        verdicts: some of the registry's.
        hooks: for identifying samples.
        progress: told how many are done, and of how many.
    """
    with _pools(registry) as (pool, another):

        def look(verdict: Verdict) -> Deep:
            descriptor = verdict.descriptor
            if verdict.group == HOOKS:
                return Deep(reason="it has hooks, which read no files")
            if descriptor is None or verdict.status != "ready":
                return Deep(reason=f"it is {verdict.status}")
            files, evidence = _gather(descriptor, hooks)
            before = [file.stat() for file in files]
            media_types = {
                number: _taken_for(descriptor, sample.media_type)
                for number, sample in enumerate(evidence.samples)
            }
            reader = PooledReader(pool, another, descriptor, registry.ready, media_types)
            with tempfile.TemporaryDirectory(prefix="metaextract-check-") as folder:
                examine(evidence, reader, Path(folder).resolve(), apart=_APART)
            _look_at_originals(files, before, evidence)
            return _judged(verdict, evidence)

        results = []
        with ThreadPoolExecutor(pool.size) as threads:
            for number, deep in enumerate(threads.map(look, verdicts), 1):
                results.append(deep)
                if progress is not None:
                    progress(number, len(verdicts))
    return results


_SEED: Final = "PYTHONHASHSEED"


@contextlib.contextmanager
def _pools(registry: Registry) -> Iterator[tuple[Pool, Pool]]:
    """Workers in which an extractor can do what it likes, and workers as they are in use.

    What the sandbox stops is seen only where it does not: a file that is changed or left behind.
    Each has another seed for hashes, on which the order of sets depends, whatever this process has.
    """
    open_ = Policy(omit=["landlock", "seccomp"])
    size = default_size()
    with (
        contextlib.closing(
            Pool(registry.ready, size=size, policy=open_, environment={_SEED: "1"})
        ) as first,
        contextlib.closing(Pool(registry.ready, size=size, environment={_SEED: "2"})) as second,
    ):
        yield first, second


def _gather(descriptor: Descriptor, hooks: Hooks) -> tuple[list[Path], Evidence]:
    """The sample files of an extractor, and what it declares."""
    evidence = Evidence(
        description=descriptor.description,
        media_types=descriptor.media_types,
        crosswalk={tag: name for tag, name in descriptor.crosswalk.items() if name in FIELDS},
        volatile=frozenset(descriptor.volatile),
        content_only=descriptor.content_only,
    )
    files: list[Path] = []
    try:
        files = find_samples(_folder(descriptor), descriptor.samples)
        evidence.samples = [
            Sample(
                file.name,
                file.read_bytes(),
                inspect(Found(str(file)), hooks).info.media_type or "",
            )
            for file in files
        ]
    except (Trouble, OSError) as error:
        evidence.trouble = str(error)
    return files, evidence


def _look_at_originals(
    files: Sequence[Path], before: Sequence[os.stat_result], evidence: Evidence
) -> None:
    """Extractors are given copies, but know where their samples are."""
    for file, status, sample in zip(files, before, evidence.samples, strict=True):
        try:
            same = file.read_bytes() == sample.content
            same &= file.stat().st_mtime_ns == status.st_mtime_ns
        except OSError:
            same = False
        if not same:
            evidence.readings[-1].traces["file"] = (
                f"it changes {file}, which is not the file it read"
            )


def _folder(descriptor: Descriptor) -> Path:
    """The folder of the module that the entry point names, found without importing anything."""
    module = descriptor.target.partition(":")[0].strip()
    spec = locate(module, [*descriptor.paths, *sys.path])
    if spec is None or spec.origin is None or not spec.has_location:
        raise Trouble(f"the module {module} is no file, so it has no samples beside it")
    return Path(spec.origin).parent


def _taken_for(descriptor: Descriptor, media_type: str) -> str:
    """`media_type` if the extractor reads it, else the first exact type that it does."""
    exact = [name for name in descriptor.media_types if "*" not in name]
    return media_type if reads(descriptor, media_type) or not exact else exact[0]


def _judged(verdict: Verdict, evidence: Evidence) -> Deep:
    if evidence.readings and evidence.readings[-1].status == "unavailable":
        return Deep(reason=f"it is unavailable: {evidence.stopped}")
    judgements = {rule.code: rule.judge(evidence) for rule in RULES}
    broken = [rule for rule in RULES if judgements[rule.code].passed is False]
    # In the order of the tiers, so that the worst decides.
    verdict.decide(*(Diagnostic(rule.code, judgements[rule.code].message) for rule in broken))
    return Deep(
        tier=tier(judgements),
        rules=[RuleResult(code, passed, text) for code, (passed, text) in judgements.items()],
    )
