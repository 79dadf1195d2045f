"""Numbers of system calls.

Those of x86_64 stand in the kernel's arch/x86/entry/syscalls/syscall_64.tbl, those of aarch64 in
include/uapi/asm-generic/unistd.h. A call that an architecture lacks is None there.
"""

from __future__ import annotations

import platform
from typing import Final, NamedTuple

_ABSENT: Final = None


class Architecture(NamedTuple):
    """How a machine names itself, and its AUDIT_ARCH constant of linux/audit.h."""

    machine: str
    audit: int


ARCHITECTURES: Final = (Architecture("x86_64", 0xC000003E), Architecture("aarch64", 0xC00000B7))

NUMBERS: Final[dict[str, tuple[int | None, int | None]]] = {
    # connections to anybody
    "socket": (41, 198),
    "socketpair": (53, 199),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "connect": (42, 203),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "prlimit64": (302, 261),
    # owner, mode, times and attributes of files, which Landlock leaves alone
    "chmod": (90, _ABSENT),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, _ABSENT),
    "lchown": (94, _ABSENT),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, _ABSENT),
    "utimes": (235, _ABSENT),
    "futimesat": (261, _ABSENT),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "ioctl": (16, 29),
    # another view of files
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "unshare": (272, 97),
    "setns": (308, 268),
    # the kernel's own workings
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "lookup_dcookie": (212, 18),
    "syslog": (103, 116),
    "personality": (135, 92),
    "modify_ldt": (154, _ABSENT),
    "iopl": (172, _ABSENT),
    "ioperm": (173, _ABSENT),
    # the machine
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "vhangup": (153, 58),
    # new processes and filters
    "fork": (57, _ABSENT),
    "vfork": (58, _ABSENT),
    "clone": (56, 220),
    "clone3": (435, 435),
    "seccomp": (317, 277),
    # capabilities
    "capget": (125, 90),
    "capset": (126, 91),
}


def architecture() -> Architecture:
    """That of this process.

    Raises:
        OSError: its numbers are not known here.
    """
    machine = platform.machine()
    for known in ARCHITECTURES:
        if known.machine == machine:
            return known
    raise OSError(None, f"the numbers of system calls on {machine} are not known")


def number(name: str, on: Architecture) -> int | None:
    """The number of a call; None where the architecture has no such call."""
    return NUMBERS[name][ARCHITECTURES.index(on)]
