"""Identifies files that are written for one test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.identify import Identity, identify
from metaextract_sdk import FileView

Look = Callable[..., Identity]
Identified = Callable[[Path], Identity]


@pytest.fixture
def identified() -> Identified:
    """Identifies a file."""

    def identified(path: Path) -> Identity:
        fd = os.open(path, os.O_RDONLY)
        try:
            return identify(FileView(fd, path, ""))
        finally:
            os.close(fd)

    return identified


@pytest.fixture
def look(tmp_path: Path, identified: Identified) -> Look:
    """Identifies a file of the given content and name."""

    def look(content: bytes, name: str = "noname") -> Identity:
        path = tmp_path / name
        path.write_bytes(content)
        return identified(path)

    return look
