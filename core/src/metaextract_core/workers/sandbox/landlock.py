"""Landlock: which files a process and its children may open, for what, and whom they may signal.

Rights, structures and call numbers are those of linux/landlock.h; what they mean stands in the
kernel's "Landlock: unprivileged access control" (Documentation/userspace-api/landlock.rst).

Written here rather than taken from the package index: of the bindings there, none has reached a
first stable release (landlock 1.0.0.dev5, py-landlock 0.1.1, landlockpy 0.2.0), each leaves out
what the kernel lacks without saying so to its caller, and what is needed is three system calls.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from collections.abc import Iterable
from enum import IntFlag
from typing import Final

from metaextract_core.workers import libc

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_GET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1

NEEDED: Final = 3
"""The first version that keeps files from being cut short by truncate(2): Linux 6.2."""


class Access(IntFlag):
    """What may be done with a file or folder, and with everything below it."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ: Final = Access.READ_FILE | Access.READ_DIR
RUN: Final = READ | Access.EXECUTE
CHANGE: Final = (
    Access.WRITE_FILE
    | Access.REMOVE_DIR
    | Access.REMOVE_FILE
    | Access.MAKE_CHAR
    | Access.MAKE_DIR
    | Access.MAKE_REG
    | Access.MAKE_SOCK
    | Access.MAKE_FIFO
    | Access.MAKE_BLOCK
    | Access.MAKE_SYM
    | Access.REFER
    | Access.TRUNCATE
)
KEEP: Final = READ | CHANGE & ~(Access.MAKE_CHAR | Access.MAKE_BLOCK)
"""A folder of one's own: everything but running what is in it, and making devices."""
ALL: Final = RUN | CHANGE | Access.IOCTL_DEV

_OF_A_FILE: Final = (
    Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
)
_SINCE: Final = ((2, Access.REFER), (3, Access.TRUNCATE), (5, Access.IOCTL_DEV))
_TCP: Final = (4, 0b11)  # bind and connect
_SCOPES: Final = (6, 0b11)  # abstract Unix sockets and signals end at the sandbox

Grant = tuple[str | bytes, Access]


def version() -> int:
    """The version of Landlock's interface.

    Raises:
        OSError: this kernel has none, or it is switched off.
    """
    return libc.syscall(_CREATE_RULESET, None, 0, _GET_VERSION)


def restrict(handled: Access, grants: Iterable[Grant]) -> None:
    """Refuse this thread and its future children all of `handled` but what `grants` give back.

    They may open no TCP connection either, and signal only each other, where the kernel is new
    enough. A path that is not there gives nothing back. Cannot be undone; needs no_new_privs.

    Raises:
        OSError: the kernel does not do it.
    """
    offered = version()
    for since, right in _SINCE:
        if offered < since:
            handled &= ~right
    tcp, scopes = (flags if offered >= since else 0 for since, flags in (_TCP, _SCOPES))
    attributes = struct.pack("=QQQ", handled, tcp, scopes)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, access in grants:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _grant(ruleset, path, access & handled)
        libc.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: str | bytes, access: Access) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= _OF_A_FILE
        if access:
            rule = struct.pack("=Qi", access, fd)
            libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(fd)
