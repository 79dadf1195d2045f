"""Crew: a registry and the workers that serve it, until a change brings the next crew."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from msgspec import structs

from metaextract_core.descriptor import Descriptor
from metaextract_core.registry import Registry
from metaextract_core.workers.messages import Job
from metaextract_core.workers.orders import Listener, Step
from metaextract_core.workers.pool import Pool
from metaextract_core.workers.roots import Identity, Roots
from metaextract_core.workers.sandbox.policy import Policy
from metaextract_core.workers.sandbox.trial import demand

_Facts = Mapping[str, tuple[Descriptor, str]]
"""Extractor -> its descriptor, and what changes with its sources."""


class Crew:
    """What a run works with. To the run it is a pool.

    Nothing is reloaded in place: code that has changed is run by workers of a new pool. A crew has
    one pool of its own, and uses older ones for extractors whose new code is broken.

    Args:
        registry: who reads what.
        jobs: how many workers a pool has.
        policy: what the operator says about their sandbox.

    Attributes:
        users: runs that are under way.
    """

    def __init__(self, registry: Registry, jobs: int, policy: Policy) -> None:
        self.registry = registry
        self.size = jobs
        self._policy = policy
        self.users = 0
        self._lock = threading.Lock()
        self._own: Pool | None = None
        self._known: _Facts = _facts(registry)
        self._kept: dict[str, Pool] = {}

    def successor(self, registry: Registry, policy: Policy) -> Crew:
        """A crew for `registry` and `policy`.

        It shares our workers where these know its extractors as they are, under the same policy.
        An extractor that `registry` keeps goes on in the pool that has its code.
        """
        crew = Crew(registry, self.size, policy)
        changed = {name for name, facts in crew._known.items() if self._known.get(name) != facts}
        if changed <= registry.kept and policy == self._policy:
            crew._own, crew._known, crew._kept = self._own, self._known, dict(self._kept)
        else:
            crew._kept = {name: pool for name in registry.kept if (pool := self._holder(name))}
        crew._kept = {name: pool for name, pool in crew._kept.items() if name in registry.kept}
        return crew

    def holds(self, extractor: str) -> bool:
        """Whether the code of an extractor is in memory, so that it can outlive its sources."""
        return self._holder(extractor) is not None

    def _holder(self, extractor: str) -> Pool | None:
        pool = self._kept.get(extractor, self._own)
        return pool if pool is not None and pool.holds(extractor) else None

    @property
    def pools(self) -> set[Pool]:
        """All that it uses and that have been started."""
        return {*self._kept.values(), *([self._own] if self._own else [])}

    def forget_pools(self) -> None:
        """Start with new ones: these have been closed."""
        with self._lock:
            self._own = None
            self._known = _facts(self.registry)
            self._kept = {}

    def hungry(self, priority: int = 0) -> bool:
        """Whether another job would soon be begun."""
        return self._pool().hungry(priority)

    def steps(self) -> list[Step]:
        """How far workers have come with the files that they say so of; from any thread."""
        return [step for pool in self.pools for step in pool.steps()]

    def submit(
        self,
        job: Job,
        listener: Listener,
        roots: dict[Identity, bytes] | None = None,
        ahead: Roots | None = None,
    ) -> None:
        """Have `job` done, each extractor by the workers that have the right code of it."""
        for name in self._kept.keys() & {name for task in job.files for name in task.extractors}:
            own, theirs = _split(job, name)
            self._kept[name].submit(theirs, listener, roots, ahead)
            job = own
        if any(task.extractors or task.digest for task in job.files):
            self._pool().submit(job, listener, roots, ahead)

    def _pool(self) -> Pool:
        """Our own workers, started at the first use."""
        with self._lock:
            if self._own is None:
                known = {name: descriptor for name, (descriptor, _) in self._known.items()}
                if self._policy.require:
                    demand(self._policy)
                self._own = Pool(known, size=self.size, policy=self._policy)
            return self._own


def _facts(registry: Registry) -> _Facts:
    return {name: (descriptor, registry.mark(name)) for name, descriptor in registry.ready.items()}


def _split(job: Job, extractor: str) -> tuple[Job, Job]:
    """`job` without an extractor, and the part of it that is that extractor's."""
    files = [task for task in job.files if extractor in task.extractors]
    theirs = [structs.replace(task, extractors=[extractor], digest=False) for task in files]
    own = [
        structs.replace(task, extractors=[name for name in task.extractors if name != extractor])
        for task in job.files
    ]
    batch = None if job.batch == extractor else job.batch
    return structs.replace(job, files=own, batch=batch), structs.replace(job, files=theirs)
