"""Which kind of file system a path lies on."""

from __future__ import annotations

import os
from typing import Final

_NETWORK: Final = frozenset(
    {
        *("9p", "afs", "ceph", "cifs", "gfs2", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3"),
        *("smbfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)
"""Types of file systems that several machines share, as Linux names them."""


def network_file_system(path: str, mounts: str = "/proc/self/mountinfo") -> str | None:
    """The type of the network file system that `path` lies on; None where it lies on no such.

    Args:
        path: it, or its folder, need not be there.
        mounts: the table of mounts, in the form of proc_pid_mountinfo(5).
    """
    try:
        with open(mounts, "rb") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return None  # not Linux
    real = os.fsencode(os.path.realpath(path))
    best, found = b"", ""
    for line in lines:
        fields, _, rest = line.partition(b" - ")
        point = _unescaped(fields.split(b" ")[4])
        inside = real == point or real.startswith(point.rstrip(b"/") + b"/")
        # Of mounts on the same point, the last hides the others.
        if inside and len(point) >= len(best):
            best, found = point, rest.split(b" ")[0].decode(errors="replace")
    return found if found in _NETWORK else None


def _unescaped(point: bytes) -> bytes:
    for escape, char in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        point = point.replace(escape, char)
    return point
