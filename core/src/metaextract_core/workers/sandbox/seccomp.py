"""Seccomp: which system calls a process and its children may make.

A filter is a small program (classic BPF) that the kernel runs before each call; see the kernel's
"Seccomp BPF" (Documentation/userspace-api/seccomp_filter.rst) and seccomp(2), seccomp_unotify(2).

Written here rather than taken from the package index: pyseccomp (last release 2021) needs the
system's libseccomp, which who installs with pip may not have, and Debian's python3-seccomp serves
Debian's own Python alone. The filters are two lists, and assembling them is a page of code.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from metaextract_core.workers import libc
from metaextract_core.workers.sandbox.syscalls import Architecture, architecture, number

REFUSED: Final = (
    # A worker's channel to the host exists before the filter, and pairs are made at once.
    *("socket", "bind", "listen", "accept", "accept4", "connect"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("pidfd_getfd", "kcmp"),
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat", "file_setattr"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "mount_setattr", "unshare"),
    *("open_tree", "open_tree_attr", "fsopen", "fsconfig", "fsmount", "fspick", "setns"),
    *("open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd"),
    *("bpf", "perf_event_open", "userfaultfd", "memfd_secret", "lookup_dcookie", "syslog"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "add_key", "request_key", "keyctl"),
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module"),
    *("personality", "modify_ldt", "iopl", "ioperm", "reboot", "swapon", "swapoff", "acct"),
    *("sethostname", "setdomainname", "settimeofday", "clock_settime", "adjtimex"),
    *("clock_adjtime", "vhangup"),
)
"""Calls that no parser needs; they fail with EPERM."""

_NEW_NAMESPACES: Final = 0x7E02_0000  # CLONE_NEW* of linux/sched.h
_CLONE_THREAD: Final = 0x0001_0000
_REFUSED_IOCTLS: Final = (
    0x5412,  # TIOCSTI: type into a terminal
    0x40086602,  # FS_IOC_SETFLAGS: chattr
    0x401C5820,  # FS_IOC_FSSETXATTR: the same, newer
)
_KIND_OF_SOCKET: Final = 0xF  # the rest of the type are flags

_SET_MODE_FILTER: Final = 1  # linux/seccomp.h
_NEW_LISTENER: Final = 1 << 3
_KILL_PROCESS: Final = 0x8000_0000
_ERRNO: Final = 0x0005_0000
_NOTIFY: Final = 0x7FC0_0000
_ALLOW: Final = 0x7FFF_0000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32: Final = 0x4000_0000  # x86_64's second set of numbers for the same calls

Instruction = tuple[int, int, int, int]
"""Code, steps to skip if true, steps to skip if false, operand: struct sock_filter."""


def refuse_calls(protected: Collection[int] = ()) -> None:
    """Refuse this thread and its future children the calls of `REFUSED`, and some uses of others.

    New sockets are refused but for connected pairs, new namespaces but not new processes.
    Cannot be undone; needs no_new_privs.

    Args:
        protected: ids of processes whose limits stay as they are.

    Raises:
        OSError: the kernel does not do it, or this machine's calls are not known.
    """
    _install(refusals(architecture(), protected), 0)


def watch_forks() -> int:
    """Have every new process of this thread and its future children wait for leave.

    Gives the descriptor through which `metaextract_core.workers.sandbox.processes` gives it.

    Raises:
        OSError: as `refuse_calls`; or somebody watches this process in this way already.
    """
    return _install(forks(architecture()), _NEW_LISTENER)


def _install(program: list[Instruction], flags: int) -> int:
    filters = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    kept = ctypes.create_string_buffer(filters, len(filters))
    descriptor = struct.pack("@HP", len(program), ctypes.addressof(kept))  # struct sock_fprog
    call = number("seccomp", architecture())
    if call is None:
        raise OSError(errno.ENOSYS, "there is no seccomp")
    return libc.syscall(call, _SET_MODE_FILTER, flags, descriptor)


def refusals(on: Architecture, protected: Collection[int] = ()) -> list[Instruction]:
    """The program behind `refuse_calls`."""
    return [
        *_native(on),
        *(step for name in REFUSED for step in _if_called(on, name, _give(_errno(errno.EPERM)))),
        *_if_called(on, "socketpair", _if_no_plain_pair()),
        *_if_called(on, "ioctl", _if_argument(1, _REFUSED_IOCTLS, errno.EPERM)),
        *_if_called(on, "prlimit64", _if_argument(0, protected, errno.EPERM)),
        *_if_called(on, "clone", _if_flags(_NEW_NAMESPACES, _errno(errno.EPERM))),
        # Its flags are in memory, where a filter cannot look; the C library goes on with clone.
        *_if_called(on, "clone3", _give(_errno(errno.ENOSYS))),
        *_give(_ALLOW),
    ]


def forks(on: Architecture) -> list[Instruction]:
    """The program behind `watch_forks`."""
    return [
        *_native(on),
        *_if_called(on, "fork", _give(_NOTIFY)),
        *_if_called(on, "vfork", _give(_NOTIFY)),
        *_if_called(on, "clone", _unless_flags(_CLONE_THREAD, _NOTIFY)),
        *_if_called(on, "clone3", _give(_errno(errno.ENOSYS))),
        *_give(_ALLOW),
    ]


def _native(on: Architecture) -> Iterator[Instruction]:
    """End whoever makes the calls of another architecture, whose numbers mean other things."""
    yield _load(_ARCHITECTURE)
    yield from _unless_equal(on.audit, _give(_KILL_PROCESS))
    yield _load(_NUMBER)
    if on.machine == "x86_64":
        yield from _if_at_least(_X32, _give(_errno(errno.ENOSYS)))


def _if_called(on: Architecture, name: str, then: Iterable[Instruction]) -> Iterator[Instruction]:
    called = number(name, on)
    if called is not None:
        steps = list(then)
        yield (0x15, 0, len(steps), called)  # BPF_JMP | BPF_JEQ | BPF_K
        yield from steps


def _unless_equal(value: int, then: list[Instruction]) -> list[Instruction]:
    return [(0x15, len(then), 0, value), *then]


def _if_at_least(value: int, then: list[Instruction]) -> list[Instruction]:
    return [(0x35, 0, len(then), value), *then]  # BPF_JMP | BPF_JGE | BPF_K


def _if_argument(index: int, values: Iterable[int], error: int) -> list[Instruction]:
    steps = [_load_argument(index)]
    for value in values:
        steps += [(0x15, 0, 1, value), *_give(_errno(error))]
    return [*steps, *_give(_ALLOW)]


def _if_flags(flags: int, verdict: int) -> list[Instruction]:
    """`verdict` where the first argument has one of `flags`."""
    # BPF_JMP | BPF_JSET | BPF_K
    return [_load_argument(0), (0x45, 0, 1, flags), *_give(verdict), *_give(_ALLOW)]


def _unless_flags(flags: int, verdict: int) -> list[Instruction]:
    return [_load_argument(0), (0x45, 1, 0, flags), *_give(verdict), *_give(_ALLOW)]


def _if_no_plain_pair() -> list[Instruction]:
    """Refuse all but Unix streams: a pair of datagram sockets can still write to any address."""
    refusal = _give(_errno(errno.EPERM))
    return [
        _load_argument(0),
        *_unless_equal(socket.AF_UNIX, refusal),
        _load_argument(1),
        (0x54, 0, 0, _KIND_OF_SOCKET),  # BPF_ALU | BPF_AND | BPF_K
        *_unless_equal(socket.SOCK_STREAM, refusal),
        *_give(_ALLOW),
    ]


def _load(offset: int) -> Instruction:
    return (0x20, 0, 0, offset)  # BPF_LD | BPF_W | BPF_ABS


def _load_argument(index: int) -> Instruction:
    """The lower half of an argument; both architectures are little-endian."""
    return _load(_ARGUMENTS + 8 * index)


def _give(verdict: int) -> list[Instruction]:
    return [(0x06, 0, 0, verdict)]  # BPF_RET | BPF_K


def _errno(error: int) -> int:
    return _ERRNO | error
