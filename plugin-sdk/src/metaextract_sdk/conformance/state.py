"""What extractors share in one process, as it is now, so that changes can be named."""

from __future__ import annotations

import builtins
import gc
import locale
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Final

_NAMED_KEYS: Final = 3
_ABSENT: Final = object()


def state() -> dict[str, Any]:
    """Everything of this process that a plugin's import must leave as it is."""
    return {
        "the working folder": _folder(),
        "the umask": _umask(),
        "the environment": dict(os.environ),
        "signal handlers": {number.name: signal.getsignal(number) for number in signal.Signals},
        "resource limits": {
            name: resource.getrlimit(getattr(resource, name))
            for name in dir(resource)
            if name.startswith("RLIMIT_")
        },
        "the locale": locale.setlocale(locale.LC_ALL),
        "the recursion limit": sys.getrecursionlimit(),
        "sys.path": list(sys.path),
        "standard streams": {
            name: getattr(sys, name, None) for name in ("stdin", "stdout", "stderr")
        },
        "tracing": (sys.gettrace(), sys.getprofile()),
        "garbage collection": (gc.isenabled(), gc.get_threshold()),
        "builtins": dict(vars(builtins)),
        "modules of the standard library": _impostors(),
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two states, with the first few names of what was changed in it."""
    found = []
    for name, old in before.items():
        new = after[name]
        if isinstance(old, dict):
            keys = [key for key in {**old, **new} if _differs(old, new, key)]
            if keys:
                found.append(f"{name} ({_some(keys)})")
        elif old != new:
            found.append(name)
    return found


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_NAMED_KEYS]) + (", ..." if len(keys) > _NAMED_KEYS else "")


def _differs(old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> bool:
    one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
    # Numbers and texts may be equal objects; of functions and streams only identity counts.
    same = one == other if isinstance(one, str | int | tuple) else one is other
    return not same


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was deleted under us
        return ""


def _umask() -> int:
    umask = os.umask(0o77)
    os.umask(umask)
    return umask


class Library:
    """The loaded modules of the standard library with their public functions and classes.

    There are thousands of them. A prober looks at them once, before it forks: looking writes to
    their counts of references, and each child would have to copy the pages that they lie on.
    """

    def __init__(self) -> None:
        self._modules = {
            name: (module, _public(module))
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in sys.stdlib_module_names
        }

    def changes(self) -> list[str]:
        """What is another now, as `changes` says it; further modules are no change."""
        keys: list[str] = []
        for name, (module, old) in self._modules.items():
            if sys.modules.get(name) is not module:
                keys.append(name)
                continue
            now = vars(module)
            keys += [f"{name}.{key}" for key in old if now.get(key, _ABSENT) is not old[key]]
        return [f"the standard library ({_some(keys)})"] if keys else []


def _public(module: ModuleType) -> dict[str, Any]:
    return {
        key: value
        for key, value in list(vars(module).items())
        if not key.startswith("_") and callable(value)
    }


def _impostors() -> dict[str, Any]:
    """Modules that go by the name of one of the standard library without being it."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name in sys.stdlib_module_names
        and getattr(getattr(module, "__spec__", None), "name", None) != name
    }
