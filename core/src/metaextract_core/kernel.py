"""Kernel: the composition root that command line, server and engines hold."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from importlib.metadata import EntryPoint
from types import TracebackType
from typing import Self

from metaextract_core.descriptor import PROFILES
from metaextract_core.discovery import EXTRACTORS
from metaextract_core.hooks import GROUP, Hooks
from metaextract_core.inspection import inspect
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.record import FileInfo, Record
from metaextract_core.registry import Registry, load_registry
from metaextract_core.settings import Settings, load_settings
from metaextract_core.walking import walk
from metaextract_core.workers.pool import Pool, default_size
from metaextract_core.workers.roots import Roots
from metaextract_core.workers.sandbox.trial import demand

Paths = Iterable[str | os.PathLike[str]]


class Kernel:
    """Plugins, hooks and workers, ready to read files. Close it, or use it in a ``with`` statement.

    Args:
        settings: the configuration; read from the user's file if None.
        plugins: False runs without any plugin: records then hold what the kernel itself sees.
        jobs: how many workers run side by side; one for each processor if None.
        on_fault: told of each hook plugin that misbehaves, by name and reason.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        plugins: bool = True,
        jobs: int | None = None,
        on_fault: Callable[[str, str], None] | None = None,
    ) -> None:
        self.settings = settings if settings is not None else load_settings()
        self.faults: list[tuple[str, str]] = []
        self.hooks = Hooks(on_fault or (lambda name, reason: self.faults.append((name, reason))))
        self.registry: Registry = load_registry(self.settings, plugins=plugins)
        self.hooks.load(
            EntryPoint(name, target, GROUP) for name, target in self.registry.hooks.items()
        )
        self._jobs = jobs or default_size()
        self._pool: Pool | None = None
        self._lock = threading.Lock()

    def extract(
        self,
        paths: Paths,
        *,
        profile: str = "standard",
        only: Collection[str] = (),
        exclude: Collection[str] = (),
        timeout: float | None = None,
    ) -> Iterator[Record]:
        """A record for every file that `paths` name or hold, in that order, as they are ready.

        Args:
            paths: files, and folders to walk. Workers may read these and nothing beside them;
                where they are no collection but an iterator, also what lies beside a file.
            profile: ``fast``, ``standard`` or ``deep``.
            only: ids of the extractors to run, whatever the profile says.
            exclude: ids of extractors not to run.
            timeout: seconds that an extractor may take for one file, at most.

        Raises:
            ValueError: the profile or an extractor's id is not known, or one of `only` is broken.
            SandboxError: the configuration requires the sandbox, and a layer is missing.
        """
        self._check(profile, {*only, *exclude})
        self._check_usable({*only})
        request = Request(
            profile=profile, only=frozenset(only), exclude=frozenset(exclude), timeout=timeout
        )
        run = Run(self.registry, self.pool, self.hooks, request, Roots(paths))
        return run.records(walk(paths))

    def identify(self, paths: Paths) -> Iterator[FileInfo]:
        """What each file is, by its content and name; runs no extractor."""
        return (inspect(found, self.hooks).info for found in walk(paths))

    @property
    def pool(self) -> Pool:
        """The workers, started at the first use.

        Raises:
            SandboxError: as `extract`.
        """
        with self._lock:
            if self._pool is None:
                policy = self.settings.workers.policy
                if policy.require:
                    demand(policy)
                self._pool = Pool(self.registry.ready, size=self._jobs, policy=policy)
            return self._pool

    def _check(self, profile: str, extractors: set[str]) -> None:
        if profile not in PROFILES:
            raise ValueError(f"there is no profile {profile!r}; choose from {', '.join(PROFILES)}")
        unknown = sorted(extractors - self.registry.known)
        if unknown:
            known = ", ".join(sorted(self.registry.known)) or "none is installed"
            raise ValueError(f"there is no extractor {unknown[0]!r}; known: {known}")

    def _check_usable(self, extractors: set[str]) -> None:
        """Whoever asks for an extractor by name wants to hear that it cannot run."""
        for verdict in self.registry.verdicts:
            if (
                verdict.group == EXTRACTORS
                and verdict.name in extractors - self.registry.ready.keys()
                and verdict.status != "unavailable"  # its sections say so
            ):
                raise ValueError(
                    f"the extractor {verdict.name!r} is {verdict.status}: {verdict.message}"
                )

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def extract(
    paths: Paths,
    *,
    profile: str = "standard",
    only: Collection[str] = (),
    exclude: Collection[str] = (),
    timeout: float | None = None,
) -> Iterator[Record]:
    """`Kernel.extract` with a kernel of its own, closed when the records are used up."""
    with Kernel() as kernel:
        yield from kernel.extract(
            paths, profile=profile, only=only, exclude=exclude, timeout=timeout
        )
