"""Changes: what a running host notices of plugins, settings and health that have changed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from importlib.metadata import EntryPoint
from typing import Final

from metaextract_core.crew import Crew
from metaextract_core.discovery import EXTRACTORS, HOOKS
from metaextract_core.errors import MetaExtractError
from metaextract_core.health.recorder import Recorder
from metaextract_core.health.remembered import Remembered
from metaextract_core.health.store import State, Store
from metaextract_core.hooks import GROUP, Hooks
from metaextract_core.registry import Registry, glance, load_registry
from metaextract_core.settings import Settings, load_settings, state_folder
from metaextract_core.vetting import Verdict

Fault = Callable[[str, str], None]
_COUNTERS: Final = "health counters"
"""The name of our own hook plugin, and of the state file in what is said of it."""


class Changes:
    """Looks at what is installed, configured and counted, for one kernel.

    Args:
        hooks: in which hook plugins are registered, the counting of sections among them.
        tell: told of what has become unusable, by name and reason.
        plugins: False looks at no plugin.
        given: the settings where no file decides them.
    """

    def __init__(self, hooks: Hooks, tell: Fault, *, plugins: bool, given: Settings | None) -> None:
        self._hooks = hooks
        self._tell = tell
        self._plugins = plugins
        self._given = given
        self._store = Store(state_folder(), lambda reason: tell(_COUNTERS, reason))
        self._loaded: dict[str, str] = {}
        self._seen: object = None
        self._trouble = ""
        self._recorder: Recorder | None = None

    def first(self, settings: Settings) -> Registry:
        """The registry that a kernel begins with."""
        if not self._plugins:
            return Registry([])
        state = self._store.read()
        self._recorder = Recorder(self._store, settings.health)
        self._recorder.load(state.deaths, settings.health)
        self._hooks.register(self._recorder, _COUNTERS, fresh_only=True)
        registry = load_registry(settings, health=state)
        self._load_hooks(registry)
        return registry

    def look(self, settings: Settings, crew: Crew) -> tuple[Settings, Registry] | None:
        """The settings and the registry as they should be now; None where nothing has changed.

        What cannot be used is told and changes nothing.
        """
        if self._recorder is None:
            return None
        try:
            new = self._given or load_settings()
            importlib.invalidate_caches()
            state = self._store.read()
            self._recorder.load(state.deaths, new.health)
            before = crew.registry
            held = {name for name in before.kept if crew.holds(name)}
            looked = (glance(new), sorted(state.quarantined))
            if (*looked, before.tools(), held) == self._seen:
                return None
            registry = self._load(new, state, crew)
        except (MetaExtractError, OSError) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._tell("plugins", f"changes are not taken in: {error}")
            return None
        self._trouble = ""
        self._seen = (*looked, registry.tools(), registry.kept)
        self._load_hooks(registry)
        return None if new == settings and registry.same_as(before) else (new, registry)

    def _load(self, settings: Settings, state: State, crew: Crew) -> Registry:
        before = crew.registry
        keep = {name: found for name, found in before.ready.items() if crew.holds(name)}
        registry = load_registry(settings, health=state, keep=keep)
        for verdict in registry.verdicts:
            if verdict.group != EXTRACTORS or verdict.name not in before.ready:
                continue
            if verdict.status not in ("ready", "disabled"):
                self._tell(verdict.name, f"it is {verdict.status} now: {verdict.message}")
            elif verdict.name in registry.kept - before.kept:
                self._tell(verdict.name, f"it goes on as it was: {verdict.message}")
        return registry

    def _load_hooks(self, registry: Registry) -> None:
        """Load new hook plugins, drop those that are gone, and say which have changed."""
        verdicts = {found.name: found for found in registry.verdicts if found.group == HOOKS}
        for name in self._loaded.keys() - _staying(verdicts.values()):
            self._hooks.unregister(name)
            del self._loaded[name]
        new = {name: target for name, target in registry.hooks.items() if name not in self._loaded}
        self._hooks.load(EntryPoint(name, target, GROUP) for name, target in new.items())
        for name in registry.hooks:
            mark = registry.marks.get((HOOKS, name), "")
            if self._loaded.setdefault(name, mark) != mark:
                self._tell(name, "it was changed; start the program again to use what is there now")

    @property
    def remembered(self) -> Remembered:
        """The files over which workers were lost."""
        return self._recorder.remembered if self._recorder else Remembered()

    def save(self) -> None:
        """Write what was counted."""
        if self._recorder is not None:
            self._recorder.save()


def _staying(verdicts: Collection[Verdict]) -> set[str]:
    """The hook plugins that are wanted; one that is broken now goes on as it was loaded."""
    return {verdict.name for verdict in verdicts if verdict.status != "disabled"}
