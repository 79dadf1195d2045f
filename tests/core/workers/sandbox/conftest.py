"""Runs code in a process of its own, because what the sandbox does cannot be undone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from metaextract_core.workers.sandbox.policy import LAYERS, Layer, Policy
from metaextract_core.workers.sandbox.trial import missing_here

Run = Callable[..., list[str]]

_BEGIN = """
import os, socket, sys
from metaextract_core.workers import limits
from metaextract_core.workers.sandbox import landlock, privileges, processes, reading, seccomp
from metaextract_core.workers.sandbox.layers import Sandbox
from metaextract_core.workers.sandbox.policy import Policy


def attempt(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
"""


@pytest.fixture
def run() -> Run:
    """The lines that `code` prints; `attempt` prints ``done`` or the kind of OSError."""

    def run_(code: str, *arguments: object) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", _BEGIN + code, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    return run_


@pytest.fixture(scope="session")
def missing() -> dict[Layer, str]:
    return missing_here(Policy())


@pytest.fixture
def every_layer(missing: dict[Layer, str]) -> None:
    """Skips where the kernel does not offer all layers."""
    for layer in LAYERS:
        if layer in missing:
            pytest.skip(f"this machine lacks the layer {layer}: {missing[layer]}")
