"""The file of a task: opened if it is still the one that the host has seen, and digested."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from blake3 import blake3

from metaextract_core.workers.messages import FileTask
from metaextract_core.workers.opening import Refused, open_regular
from metaextract_sdk import FileView

_REPLACED: Final = "another file took its place while it was being read"


class Unreadable(Exception):
    """There is nothing to read; says why, in one sentence."""


def open_task(task: FileTask) -> FileView:
    """A view on the file of `task`, which the caller closes.

    Raises:
        Unreadable: it cannot be opened, or is not the file any more that the host has seen.
    """
    try:
        fd = open_regular(task.path)
    except Refused as error:
        raise Unreadable(str(error)) from error
    except OSError as error:
        # The sandbox gives no leave to open what has taken the place of an input.
        denied = isinstance(error, PermissionError) and _is_another(task)
        raise Unreadable(_REPLACED if denied else _why(error)) from error
    status = os.fstat(fd)
    if (status.st_dev, status.st_ino) != (task.device, task.inode):
        os.close(fd)
        raise Unreadable(_REPLACED)
    return FileView(fd, Path(os.fsdecode(task.path)), task.media_type)


def _is_another(task: FileTask) -> bool:
    try:
        status = os.lstat(task.path)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) != (task.device, task.inode)


def digest_of(view: FileView, report: Callable[[int, int], None] = lambda *_: None) -> str:
    """``blake3:`` and the digest of the whole content. Closes the view where that fails.

    Args:
        view: the file.
        report: told how many bytes have been read, and of how many.

    Raises:
        Unreadable: the file cannot be read.
    """
    hasher, done = blake3(), 0
    try:
        for window in view.windows():
            hasher.update(window)
            done += len(window)
            report(done, view.size)
    except OSError as error:
        os.close(view.fileno())
        raise Unreadable(_why(error)) from error
    return f"blake3:{hasher.hexdigest()}"


def _why(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"
