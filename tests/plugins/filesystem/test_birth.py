"""The time of creation, against what coreutils' stat says of the same file."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from metaextract_filesystem import birth


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "new"
    path.write_bytes(b"")
    return path


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("stat") is None, reason="needs stat of GNU coreutils"
)
def test_it_is_what_coreutils_say(path: Path) -> None:
    """A wrong offset in the structure would give another of its times."""
    os.utime(path, (1, 1))
    said = subprocess.run(
        ["stat", "--format=%W", str(path)], capture_output=True, text=True, check=True
    ).stdout.strip()
    with path.open("rb") as stream:
        found = birth.birth_ns(stream.fileno(), os.fstat(stream.fileno()))
    if said in ("0", "-"):
        assert found is None
    else:
        assert found is not None
        assert found // 10**9 == int(said)


def test_a_descriptor_that_is_not_open_has_none(path: Path) -> None:
    """statx fails, as it may in a sandbox; that is no reason to fail with it."""
    assert birth.birth_ns(-1, path.stat()) is None or hasattr(path.stat(), "st_birthtime")


def test_the_structure_is_as_large_as_the_kernel_writes() -> None:
    """Smaller, and the kernel would write over something else."""
    assert ctypes.sizeof(birth._Statx) == 256
