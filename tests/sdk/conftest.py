"""Files for the tests of the SDK."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from metaextract_sdk import FileView


@pytest.fixture
def view(tmp_path: Path) -> Callable[[bytes], AbstractContextManager[FileView]]:
    """Opens a view of a file ``photo.jpg`` with the given content."""

    @contextmanager
    def open_view(content: bytes) -> Iterator[FileView]:
        path = tmp_path / "photo.jpg"
        path.write_bytes(content)
        fd = os.open(path, os.O_RDONLY)
        try:
            yield FileView(fd, path, "image/jpeg")
        finally:
            os.close(fd)

    return open_view
