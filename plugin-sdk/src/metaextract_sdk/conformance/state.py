"""What extractors share in one process, as it is now, so that changes can be named."""

from __future__ import annotations

import builtins
import gc
import locale
import os
import resource
import signal
import sys
from collections.abc import Mapping
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
        "the standard library": _library(),
        "modules of the standard library": _impostors(),
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two states, with the first few names of what was changed in it."""
    found = []
    for name, old in before.items():
        new = after[name]
        if isinstance(old, dict):
            if name == "the standard library":  # more of it is loaded by any import
                new = {key: value for key, value in new.items() if key in old}
            keys = [key for key in {**old, **new} if _differs(old, new, key)]
            if keys:
                more = ", ..." if len(keys) > _NAMED_KEYS else ""
                found.append(f"{name} ({', '.join(keys[:_NAMED_KEYS])}{more})")
        elif old != new:
            found.append(name)
    return found


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


def _library() -> dict[str, Any]:
    """Loaded modules of the standard library and their public functions and classes."""
    found: dict[str, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in sys.stdlib_module_names:
            found[name] = module
            found |= {
                f"{name}.{key}": value
                for key, value in list(getattr(module, "__dict__", {}).items())
                if not key.startswith("_") and callable(value)
            }
    return found


def _impostors() -> dict[str, Any]:
    """Modules that go by the name of one of the standard library without being it."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name in sys.stdlib_module_names
        and getattr(getattr(module, "__spec__", None), "name", None) != name
    }
