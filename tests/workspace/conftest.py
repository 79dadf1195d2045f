"""The tree that these tests are about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = {"__pycache__", "build", "dist", "uv.lock"}


def files_of_the_tree(suffix: str = "") -> list[Path]:
    """Every file that belongs to the project, relative to its root, in order."""
    found: list[Path] = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [
            name
            for name in names
            if name not in MADE and (name == ".ci" or not name.startswith("."))
        ]
        found += [
            Path(folder, name).relative_to(ROOT)
            for name in files
            if name not in MADE and name.endswith(suffix)
        ]
    return sorted(found)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def python_files() -> list[Path]:
    return files_of_the_tree(".py")


@pytest.fixture(scope="session")
def all_files() -> list[Path]:
    return files_of_the_tree()
