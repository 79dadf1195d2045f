"""Whether a file is still what it was when the host first looked at it."""

from __future__ import annotations

import os
from typing import NamedTuple


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it, as `os.stat` gives it.

    The time of the last status change (`changed_ns`) moves with every other change and cannot be
    set back; 0 stands for one that was not asked for.
    """

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in `status`."""
        return cls(
            status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
        )


def change_since(before: Stamp, path: bytes) -> str | None:
    """What has happened to the file at `path`, in a few words; None if nothing has."""
    try:
        now = Stamp.of(os.stat(path, follow_symlinks=False))
    except OSError:
        return "it is gone"
    if now[:2] != before[:2]:
        return "another file took its place"
    if now.size != before.size:
        return f"its size went from {before.size} to {now.size} bytes"
    if now.modified_ns != before.modified_ns:
        return "it was written to"
    if before.changed_ns and now.changed_ns != before.changed_ns:
        return "its content or its status, such as its permissions, changed"
    return None
