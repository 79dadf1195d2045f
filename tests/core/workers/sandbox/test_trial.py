"""Trying the sandbox leaves the process that asks as it was."""

from __future__ import annotations

import socket
import subprocess

import pytest

from metaextract_core.errors import SandboxError
from metaextract_core.workers.sandbox.layers import OMITTED
from metaextract_core.workers.sandbox.policy import LAYERS, Policy
from metaextract_core.workers.sandbox.trial import demand, missing_here


def test_what_is_left_out_is_missing_and_this_process_is_free() -> None:
    assert missing_here(Policy(omit=["seccomp"]))["seccomp"] == OMITTED
    socket.socket().close()


def test_a_missing_layer_is_demanded_in_one_line() -> None:
    with pytest.raises(SandboxError) as caught:
        demand(Policy(omit=["limits"]))
    assert "the layer limits is missing" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_trial_that_cannot_be_made_finds_nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not known to hold does not hold."""

    def fail(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("trial", 60)

    monkeypatch.setattr(subprocess, "run", fail)
    assert missing_here(Policy()).keys() == set(LAYERS)
