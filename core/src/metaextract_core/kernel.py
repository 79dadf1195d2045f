"""Kernel: the composition root that command line, server and engines hold."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from types import TracebackType
from typing import Self, TypedDict, Unpack

from metaextract_core.caching.cache import open_cache
from metaextract_core.changes import Changes
from metaextract_core.crew import Crew
from metaextract_core.descriptor import PROFILES
from metaextract_core.discovery import EXTRACTORS
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect
from metaextract_core.pace import Pace
from metaextract_core.pipeline import Run
from metaextract_core.planning import Request
from metaextract_core.pressure import Pressure
from metaextract_core.recall import Recall
from metaextract_core.record import FileInfo, Record, Result
from metaextract_core.registry import Registry
from metaextract_core.settings import Settings, load_settings
from metaextract_core.walking import walk
from metaextract_core.workers.orders import Step
from metaextract_core.workers.pool import default_size
from metaextract_core.workers.roots import Roots

Paths = Iterable[str | os.PathLike[str]]


class How(TypedDict, total=False):
    """How files are read.

    Attributes:
        profile: ``fast``, ``standard`` (if it is not given) or ``deep``.
        only: ids of the extractors to run, whatever the profile says.
        exclude: ids of extractors not to run.
        timeout: seconds that an extractor may take for one file, at most.
        deadline: seconds that the whole run may take. Files that are not done by then say so in
            their records.
        retries: how often files are read again whose worker was ended by somebody else, such as a
            system that is short of memory; 0 if it is not given, and the sections say so.
        priority: of runs that share a kernel, those with a higher one have their files read first;
            0 if it is not given.
        ordered: False gives records as they are ready, not in the order of the paths.
    """

    profile: str
    only: Collection[str]
    exclude: Collection[str]
    timeout: float | None
    deadline: float | None
    retries: int
    priority: int
    ordered: bool


class Kernel:
    """Plugins, hooks and workers, ready to read files. Close it, or use it in a ``with`` statement.

    Args:
        settings: the configuration; read from the user's file if None.
        plugins: False runs without any plugin: records then hold what the kernel itself sees.
        jobs: how many workers run side by side; one for each processor if None.
        cache: False asks every extractor anew, and keeps nothing of what it says.
        on_fault: told, by name and reason, of each hook plugin that misbehaves and of each plugin
            that a change has broken while the kernel was running; as ``memory``, when files are
            read one at a time because memory runs out.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        plugins: bool = True,
        jobs: int | None = None,
        cache: bool = True,
        on_fault: Callable[[str, str], None] | None = None,
    ) -> None:
        self.settings = settings if settings is not None else load_settings()
        self.faults: list[tuple[str, str]] = []
        tell = on_fault or (lambda name, reason: self.faults.append((name, reason)))
        self._tell = tell
        self.hooks = Hooks(tell)
        self._changes = Changes(self.hooks, tell, plugins=plugins, given=settings)
        registry = self._changes.first(self.settings)
        self._crew = Crew(registry, jobs or default_size(), self.settings.workers.policy)
        self._cache = (
            open_cache(self.settings, lambda reason: tell("cache", reason))
            if cache and plugins and self.settings.cache.enabled
            else None
        )
        self._retired: list[Crew] = []
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._looked = time.monotonic()

    @property
    def registry(self) -> Registry:
        """The plugins, as the next run will use them."""
        return self._crew.registry

    def extract(self, paths: Paths, **how: Unpack[How]) -> Iterator[Record]:
        """A record for every file that `paths` name or hold.

        Args:
            paths: files, and folders to walk. Workers may read these and nothing beside them;
                where they are no collection but an iterator, also what lies beside a file.
            how: see `How`.

        Raises:
            ValueError: the profile or an extractor's id is not known, or one of `only` is broken.
            SandboxError: the configuration requires the sandbox, and a layer is missing.
        """
        return (result.record for result in self.results(paths, **how))

    def results(
        self,
        paths: Paths,
        *,
        skip: Callable[[str], bool] = lambda _: False,
        cancelled: Callable[[], bool] = lambda: False,
        **how: Unpack[How],
    ) -> Iterator[Result]:
        """As `extract`, for whoever needs the records as JSON, or wants a hand in the run.

        Args:
            paths: as for `extract`.
            how: as for `extract`.
            skip: asked of each path that is found; where it says True, there is no record.
            cancelled: asked again and again; once it says True, no more records come.
        """
        if time.monotonic() - self._looked >= self.settings.plugins.refresh:
            self._refresh(wait=False)
        request = Request(
            profile=how.get("profile", "standard"),
            only=frozenset(how.get("only", ())),
            exclude=frozenset(how.get("exclude", ())),
            timeout=how.get("timeout"),
            retries=how.get("retries", 0),
            priority=how.get("priority", 0),
        )
        self._check(request.profile, request.only | request.exclude)
        self._check_usable(request.only)
        deadline = how.get("deadline")
        pace = Pace(
            ordered=how.get("ordered", True),
            until=math.inf if deadline is None else time.monotonic() + deadline,
            cancelled=cancelled,
        )
        return self._run(request, paths, skip, pace)

    def _run(
        self, request: Request, paths: Paths, skip: Callable[[str], bool], pace: Pace
    ) -> Iterator[Result]:
        with self._lock:
            crew = self._crew
            crew.users += 1
        try:
            run = Run(
                crew.registry,
                crew,
                self.hooks,
                request,
                Roots(paths),
                self._changes.remembered,
                Recall(self._cache, crew.registry, self.hooks, request),
                pace,
                Pressure(self.settings.memory, lambda reason: self._tell("memory", reason)),
            )
            yield from run.results(found for found in walk(paths) if not skip(found.path))
        finally:
            with self._lock:
                crew.users -= 1
            self._dismiss()
            self._save()

    def _save(self) -> None:
        self._changes.save()
        if self._cache is not None:
            self._cache.save()

    def refresh(self) -> bool:
        """Look for new, changed and removed plugins and settings now; whether there were any.

        `extract` does it by itself when the last look is older than ``plugins.refresh`` seconds.
        Runs that are under way go on with the code they began with; later ones get new workers.
        A plugin whose new code is broken goes on with the old where that is still in memory. Hook
        plugins live in this process: a new one is loaded, one that was removed or denied is
        dropped, a changed one goes on as it is until the program is started again.
        """
        return self._refresh(wait=True)

    def _refresh(self, *, wait: bool) -> bool:
        if not self._refreshing.acquire(blocking=wait):
            return False  # somebody else is looking
        try:
            found = self._changes.look(self.settings, self._crew)
            self._looked = time.monotonic()
            if found is None:
                return False
            self.settings, registry = found
            with self._lock:
                self._retired.append(self._crew)
                self._crew = self._crew.successor(registry, self.settings.workers.policy)
        finally:
            self._refreshing.release()
        self._dismiss()
        return True

    def _dismiss(self) -> None:
        """End the workers of crews that have been replaced, once nobody uses them."""
        with self._lock:
            gone = {pool for crew in self._retired for pool in crew.pools}
            self._retired = [crew for crew in self._retired if crew.users]
            gone -= {pool for crew in (self._crew, *self._retired) for pool in crew.pools}
        for pool in gone:
            pool.close()

    def steps(self) -> list[Step]:
        """How far workers have come inside files, where extractors say so; from any thread."""
        return self._crew.steps()

    def identify(self, paths: Paths) -> Iterator[FileInfo]:
        """What each file is, by its content and name; runs no extractor."""
        return (inspect(found, self.hooks).info for found in walk(paths))

    def _check(self, profile: str, extractors: Set[str]) -> None:
        if profile not in PROFILES:
            raise ValueError(f"there is no profile {profile!r}; choose from {', '.join(PROFILES)}")
        unknown = sorted(extractors - self.registry.known)
        if unknown:
            known = ", ".join(sorted(self.registry.known)) or "none is installed"
            raise ValueError(f"there is no extractor {unknown[0]!r}; known: {known}")

    def _check_usable(self, extractors: Set[str]) -> None:
        """Whoever asks for an extractor by name wants to hear that it cannot run."""
        for verdict in self.registry.verdicts:
            if (
                verdict.group == EXTRACTORS
                and verdict.name in extractors - self.registry.ready.keys()
                and verdict.status not in ("unavailable", "quarantined")  # its sections say so
            ):
                raise ValueError(
                    f"the extractor {verdict.name!r} is {verdict.status}: {verdict.message}"
                )

    def close(self) -> None:
        """End all workers, and write what was counted."""
        with self._lock:
            crews = [self._crew, *self._retired]
            pools = {pool for crew in crews for pool in crew.pools}
            for crew in crews:
                crew.forget_pools()
        for pool in pools:
            pool.close()
        self._save()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def extract(paths: Paths, **how: Unpack[How]) -> Iterator[Record]:
    """`Kernel.extract` with a kernel of its own, closed when the records are used up."""
    with Kernel() as kernel:
        yield from kernel.extract(paths, **how)
