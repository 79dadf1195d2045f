"""What a failed import may have lacked, as far as it can be looked at quickly.

A verdict that does not rest on the sources of a plugin alone holds only while all of this stays as
it was: a library or a program that is installed or removed, a variable of the environment, a module
of somebody else that the import had asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Final

from metaextract_core.discovery import locate

_FLEETING: Final = frozenset({"_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL"})
"""Variables that a shell changes from one command to the next."""

_LIBRARIES: Final = "/etc/ld.so.cache"
"""Written anew whenever shared libraries are installed, see ldconfig(8)."""


def surroundings(distributions: Iterable[str]) -> str:
    """Folders of the installed distributions, programs, libraries and environment, in one text."""
    variables = {key: os.environ[key] for key in os.environ.keys() - _FLEETING}
    folders = [_LIBRARIES, *os.get_exec_path()]
    parts = [*distributions, *map(stamp, folders), *sys.path]
    parts += [f"{key}={value}" for key, value in sorted(variables.items())]
    return "\0".join(parts)


def stamp(path: str) -> str:
    """Equal for the same file with nothing written to it since; nothing for one that is gone."""
    try:
        return facts(os.stat(path))
    except OSError:
        return ""


def facts(status: os.stat_result) -> str:
    """What changes when a file is written or replaced.

    Unlike the time of modification, that of change (``ctime``) cannot be set back.
    """
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def stamps(modules: Iterable[str], search_path: list[str]) -> dict[str, str]:
    """The `stamp` of each module's file; importing none of them."""
    found = {}
    for name in modules:
        spec = locate(name, search_path)
        found[name] = stamp(spec.origin) if spec is not None and spec.origin else ""
    return found
