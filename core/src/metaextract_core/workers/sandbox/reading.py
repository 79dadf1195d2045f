"""What a worker needs to read besides its input: Python, libraries, plugins, tools."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from typing import Final

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers.sandbox.landlock import READ, RUN, Access, Grant

_PROGRAMS: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
_CONFIGURATION: Final = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/timezone",
    # names of owners and groups
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/mime.types",
    "/etc/magic",
    "/etc/perl",
    "/etc/os-release",
)
_SYSTEM: Final = (
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
)
_NULL: Final = "/dev/null"
_LIBRARIES: Final = ("LD_LIBRARY_PATH", "PERL5LIB")
"""Variables of the environment that name further folders of libraries."""
_BESIDE_PROGRAMS: Final = ("lib", "lib64", "libexec")

WRITABLE: Final[tuple[Grant, ...]] = ((_NULL, Access.WRITE_FILE), ("/dev/zero", Access.WRITE_FILE))
"""Where any process may write, and nothing comes of it."""


def code(descriptors: Iterable[Descriptor], readable: Iterable[str]) -> list[Grant]:
    """Read and run what belongs to Python, the system and the tools of `descriptors`.

    Args:
        descriptors: of all extractors that a worker may be asked to run.
        readable: what the operator adds.
    """
    descriptors = list(descriptors)
    run = {*_PROGRAMS, *_prefixes(), *_tools(descriptors)}
    read = {*_CONFIGURATION, *_SYSTEM, _NULL, *readable, *_modules(), *_libraries()}
    for descriptor in descriptors:
        read.update(descriptor.paths)
    return [
        *((path, RUN) for path in sorted(run)),
        *((path, READ) for path in sorted(read - run)),
    ]


def _prefixes() -> Iterator[str]:
    """Where Python and its environment are installed."""
    yield from {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix} - {"/"}
    yield from sysconfig.get_paths().values()
    yield os.path.dirname(os.path.realpath(sys.executable))


def _modules() -> Iterator[str]:
    """Where modules are looked for, editable installations included."""
    yield from (path for path in sys.path if os.path.isabs(path))
    for finder in sys.meta_path:
        # setuptools maps the packages of some editable installations to their folders.
        module = sys.modules.get(getattr(finder, "__module__", ""))
        with contextlib.suppress(AttributeError, TypeError):
            yield from (str(path) for path in getattr(module, "MAPPING", {}).values())


def _libraries() -> Iterator[str]:
    for name in _LIBRARIES:
        yield from filter(os.path.isabs, os.environ.get(name, "").split(os.pathsep))


def _tools(descriptors: Iterable[Descriptor]) -> Iterator[str]:
    """The folder of each program that an extractor starts, and the libraries beside it."""
    for name in {tool for descriptor in descriptors for tool in descriptor.tools}:
        found = shutil.which(name)
        if found is None:
            continue
        for program in {os.path.abspath(found), os.path.realpath(found)}:
            folder, prefix = os.path.dirname(program), os.path.dirname(os.path.dirname(program))
            yield folder
            if os.path.basename(folder) in ("bin", "sbin"):
                yield from (os.path.join(prefix, part) for part in _BESIDE_PROGRAMS)
