"""Files that appear under their name only when they are complete."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def whole(path: str) -> Iterator[str]:
    """The name under which to write what is to appear at `path` when the block ends.

    That is where `path` leads, with ``.part`` behind it; a link stays, and what it points to is
    replaced. It remains where the block raises. A device or a FIFO takes what it is given, so it
    comes as it is.
    """
    if is_special(path):
        yield path
        return
    target = os.path.realpath(path)
    yield f"{target}.part"
    os.replace(f"{target}.part", target)


def is_special(path: str) -> bool:
    """Whether there is something at `path` that is no regular file, such as a device or a FIFO."""
    return os.path.exists(path) and not os.path.isfile(path)
