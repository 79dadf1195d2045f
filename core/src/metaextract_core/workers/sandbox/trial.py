"""Tries every layer in a process of its own: `python -m metaextract_core.workers.sandbox.trial`.

That process reads a `Policy` from standard input and writes what is missing, and why, to standard
output, both as JSON.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec

from metaextract_core.errors import SandboxError
from metaextract_core.workers.sandbox.layers import try_all
from metaextract_core.workers.sandbox.policy import LAYERS, Layer, Policy


def missing_here(policy: Policy) -> dict[Layer, str]:
    """Why each layer that does not hold on this machine does not, by layer."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "metaextract_core.workers.sandbox.trial"],
            input=msgspec.json.encode(policy),
            capture_output=True,
            timeout=60,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=dict[Layer, str])
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        return dict.fromkeys(LAYERS, f"it cannot be tried: {type(error).__name__}")


def demand(policy: Policy) -> None:
    """Do nothing where every layer holds.

    Raises:
        SandboxError: one is missing.
    """
    for layer, reason in missing_here(policy).items():
        raise SandboxError(
            f"workers.require_sandbox is set and the layer {layer} is missing: {reason}; "
            "`metaextract doctor` says how to mend it"
        )


if __name__ == "__main__":
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Policy)
    sys.stdout.buffer.write(msgspec.json.encode(try_all(request)))
