"""From what the user names to the files to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """A path to read, or one that cannot even be listed, with the reason.

    `top` is the folder that the user named, None for what was named itself.
    """

    path: str
    error: str | None = None
    top: str | None = None


def walk(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Found]:
    """Each path that is no folder, and every entry below each that is, sorted by name.

    Links are not followed. What cannot be listed comes with the reason; the walk goes on.
    """
    for path in paths:
        yield from _walk(os.fspath(path))


def _walk(top: str) -> Iterator[Found]:
    # A stack, not recursion: a hostile tree may be thousands of folders deep.
    stack = [top]
    while stack:
        path = stack.pop()
        if not os.path.isdir(path) or (path != top and os.path.islink(path)):
            yield Found(path, top=top if path != top else None)
            continue
        try:
            with os.scandir(path) as entries:
                names = sorted((entry.name for entry in entries), reverse=True)
        except OSError as error:
            yield Found(path, f"cannot be listed: {error.strerror}")
            continue
        stack += [os.path.join(path, name) for name in names]
