"""Looks at the processes of this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def processes_with(mark: str) -> list[int]:
    """Processes that inherited an environment variable with the value `mark`."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                environment = Path(f"/proc/{name}/environ").read_bytes()
            except OSError:
                continue
            if f"METAEXTRACT_TEST_MARK={mark}\0".encode() in environment:
                found.append(int(name))
    return found


def until(condition: Callable[[], object]) -> bool:
    """Whether `condition` comes true; a minute is for machines that are very busy."""
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)  # between two looks at the process table, which tells nobody of changes
    return bool(condition())
