"""Calls the hooks of `metaextract_sdk.hookspecs`, one plugin at a time, and survives each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint
from typing import Annotated, Any, Final

import msgspec
import pluggy

from metaextract_core.workers.cleaning import clean
from metaextract_sdk import hookspecs

GROUP = "metaextract.hooks"

_ANSWERS: Final[dict[str, Any]] = {
    "metaextract_identify": Annotated[str, msgspec.Meta(pattern=r"^[\w.+-]+/[\w.+-]+\Z")],
    "metaextract_plan": list[str],
    "metaextract_assemble": dict[str, Any],
}
"""What each hook gives; the others give nothing."""

_MAX_FAULTS: Final = 1000
"""Different faults that are reported; a hook may put each file's name into its message."""

Fault = Callable[[str, str], None]
"""Told the name of a hook plugin and what went wrong with it."""


class Hooks:
    """The plugins of the pipeline, those from entry points and the host's own alike.

    pluggy stops at the first implementation that raises, so each plugin's is called by itself; one
    that raises is reported to `on_fault` and the others go on. What is the same for every file is
    reported once.
    """

    def __init__(self, on_fault: Fault) -> None:
        self._manager = pluggy.PluginManager("metaextract")
        self._manager.add_hookspecs(hookspecs)
        self._tell = on_fault
        self._told: set[tuple[str, str]] = set()
        self._callers: dict[str, list[tuple[str, pluggy.HookCaller]]] = {}
        self._arguments: dict[str, set[str]] = {}
        self._fresh_only: set[str] = set()

    def _on_fault(self, name: str, reason: str) -> None:
        if (name, reason) not in self._told and len(self._told) < _MAX_FAULTS:
            self._told.add((name, reason))
            self._tell(name, reason)

    def register(self, plugin: object, name: str, *, fresh_only: bool = False) -> None:
        """Add a plugin.

        Args:
            plugin: a module or an object with `hookimpl` functions.
            name: under which it is known.
            fresh_only: it need not hear of sections that come from the cache.
        """
        if fresh_only:
            self._fresh_only.add(name)
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            self._on_fault(name, str(error))
            if self._manager.get_plugin(name) is plugin:
                self._manager.unregister(name=name)
        self._callers.clear()

    def unregister(self, name: str) -> None:
        """Remove a plugin by the name it was registered under, if it is there."""
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)
        self._callers.clear()

    def load(self, entry_points: Iterable[EntryPoint]) -> None:
        """Import and register hook plugins that vetting has found ready."""
        found = {point.name: point for point in entry_points}
        if not found:
            return
        # Imported here: most installations have no hook plugin and need not wait for stevedore.
        from stevedore.named import NamedExtensionManager

        class Vetted(NamedExtensionManager[Any]):
            def list_entry_points(self) -> list[EntryPoint]:
                # stevedore's own list comes from a cache that can be older than an installation.
                return list(found.values())

        manager = Vetted(
            GROUP,
            list(found),
            on_load_failure_callback=lambda _, point, error: self._on_fault(
                point.name, f"it does not load: {error}"
            ),
        )
        for extension in manager:
            self.register(extension.plugin, extension.name)

    def wanted(self, hook: str, argument: str | None = None) -> bool:
        """Whether any plugin implements `hook`, and takes `argument`, so it is worth preparing."""
        wanted = self._of(hook)
        return bool(wanted) and (argument is None or argument in self._arguments[hook])

    def again(self, *hooks: str) -> set[str]:
        """The plugins that implement any of `hooks` and want to hear of cached sections, too."""
        return {name for hook in hooks for name, _ in self._of(hook)} - self._fresh_only

    def call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """(plugin name, result) of each implementation that gave something other than None."""
        results: list[tuple[str, Any]] = []
        for name, caller in self._of(hook):
            try:
                results += [(name, _checked(hook, answer)) for answer in caller(**arguments)]
            except msgspec.ValidationError as error:
                self._on_fault(name, f"{hook} gave a wrong answer: {error}")
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- a hook may raise anything
                self._on_fault(name, f"{hook} raised {type(error).__name__}: {error}")
        return results

    def _of(self, hook: str) -> list[tuple[str, pluggy.HookCaller]]:
        if hook not in self._callers:
            plugins = dict(self._manager.list_name_plugin())
            implementations = getattr(self._manager.hook, hook).get_hookimpls()
            implementing = [implementation.plugin_name for implementation in implementations]
            self._arguments[hook] = {name for found in implementations for name in found.argnames}
            self._callers[hook] = [
                (
                    name,
                    self._manager.subset_hook_caller(
                        hook, [plugin for other, plugin in plugins.items() if other != name]
                    ),
                )
                for name in implementing
            ]
        return self._callers[hook]


def _checked(hook: str, answer: Any) -> Any:
    """`answer` as plain data of the kind that `hook` gives.

    Raises:
        msgspec.ValidationError: it is of another kind.
        TypeError: it holds something that is no data.
    """
    if hook not in _ANSWERS:
        return answer
    if isinstance(answer, dict):
        answer, _ = clean(answer)
    return msgspec.convert(answer, _ANSWERS[hook])
