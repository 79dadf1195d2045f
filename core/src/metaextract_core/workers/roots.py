"""What a run reads from: the files and folders that workers must be allowed to read.

A worker is told which when it is forked, and can never be told of more. So it is told of all that
is known by then, and replaced when a file comes that lies elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import Final

from metaextract_core.workers.messages import FileTask

MAX_ROOTS: Final = 4096
"""Roots of one run that are remembered: four times as many as files that it may have begun."""

Identity = tuple[int, int]
"""Device and inode: what the system goes by, whatever the path says later."""
Root = tuple[Identity, bytes]
"""With the path by which it was found."""


class Roots:
    """The roots of one run, as far as they are known.

    A file that lies in a folder that was named has that folder for its root. A file that was named
    itself is its own, so that nothing beside it can be read; but where names come one by one from a
    stream, nobody knows which come next, and its folder is the root.

    Args:
        paths: what the user named.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]] = iter(())) -> None:
        self._alone = isinstance(paths, Collection) and len(paths) <= MAX_ROOTS
        self._recent: dict[Identity, bytes] = {}
        self._last: tuple[str | bytes, Root] | None = None
        if self._alone:
            for path in paths:
                self._add(os.fspath(path))

    def of(self, top: str | None, file: bytes, identity: Identity) -> Root:
        """The root of a file; from now on it is known.

        Args:
            top: the folder that the user named and that it was found in; None for none.
            file: its absolute path.
            identity: of the file.
        """
        if top is None and self._alone:
            return self._keep(identity, file)
        folder = os.path.dirname(file) if top is None else top
        if self._last is None or self._last[0] != folder:
            self._last = folder, self._add(folder)
        return self._last[1]

    def known(self) -> dict[Identity, bytes]:
        """The path of each root; safe to call from another thread."""
        return self._recent.copy()

    def _add(self, path: str | bytes) -> Root:
        try:
            status = os.stat(path)
            # The path stays as it is: after a link ``..`` leads elsewhere than the text suggests.
            absolute = os.path.join(os.getcwdb(), os.fsencode(path))
        except (OSError, ValueError):  # whoever reads the file will say what is wrong
            return (0, 0), b""
        return self._keep((status.st_dev, status.st_ino), absolute)

    def _keep(self, identity: Identity, path: bytes) -> Root:
        self._recent.pop(identity, None)
        self._recent[identity] = path
        if len(self._recent) > MAX_ROOTS:
            del self._recent[next(iter(self._recent))]
        return identity, path


def each_alone(files: Iterable[FileTask]) -> dict[Identity, bytes]:
    """The roots of files where nothing is known of any folder: each for itself."""
    return {(task.device, task.inode): task.path for task in files}
