"""The layers between plugin code and the machine, and which of them hold."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Final, TypeVar

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers import limits
from metaextract_core.workers.sandbox import landlock, privileges, reading, seccomp
from metaextract_core.workers.sandbox.policy import LAYERS, Layer, Policy

OMITTED: Final = "left out by workers.omit_layers"

_Result = TypeVar("_Result")


class Sandbox:
    """Applies what it can of the layers to this process, step by step, and remembers the rest.

    Nothing of it can be undone, and children inherit all but the tie to the parent.

    Attributes:
        missing: why a layer does not hold, by layer.
    """

    def __init__(
        self, policy: Policy, descriptors: Iterable[Descriptor] = (), memory: int = 0
    ) -> None:
        self.missing: dict[Layer, str] = dict.fromkeys(policy.omit, OMITTED)
        if sys.platform != "linux":
            self.missing = dict.fromkeys(LAYERS, "Linux alone has it") | self.missing
        self._policy = policy
        self._descriptors = list(descriptors)
        self._memory = memory

    @property
    def active(self) -> list[Layer]:
        """The layers that hold."""
        return [layer for layer in LAYERS if layer not in self.missing]

    @property
    def refusal(self) -> str:
        """Why nothing may be read here: a layer is missing, and all are required; else empty."""
        if not (self._policy.require and self.missing):
            return ""
        layer, reason = next(iter(self.missing.items()))
        return f"refused: workers.require_sandbox is set and {layer} is missing: {reason}"

    @property
    def growth_capped(self) -> Callable[[int], AbstractContextManager[None]]:
        """`limits.growth_capped`, unless the limits are left out."""
        return _uncapped if "limits" in self._policy.omit else limits.growth_capped

    def enclose_template(self, scratch: str) -> None:
        """What holds for the code that is imported ahead of need, and for every worker.

        Args:
            scratch: the folder that may be written to, and removed in the end.
        """
        self._apply("no-new-privileges", privileges.give_up)
        self._apply("landlock", lambda: self._write_only(scratch))
        self._apply("seccomp", lambda: seccomp.refuse_calls((os.getpid(), os.getppid())))

    def enclose_worker(self, scratch: str, inputs: Iterable[bytes]) -> int | None:
        """What holds for one worker from now on, before it reads anything.

        Args:
            scratch: its own folder.
            inputs: the files and folders that it reads from.

        Returns:
            The descriptor through which it gets leave to start processes; None where it needs none.
        """
        self._apply("die-with-parent", limits.die_with_parent)
        self._apply("limits", lambda: limits.cap(self._memory))
        self._apply("landlock", lambda: self._confine(scratch, inputs))
        return self._apply("processes", seccomp.watch_forks)

    def _apply(self, layer: Layer, action: Callable[[], _Result]) -> _Result | None:
        if layer in self.missing:
            return None
        try:
            return action()
        except OSError as error:
            self.missing[layer] = error.strerror or str(error)
            return None

    def _write_only(self, scratch: str) -> None:
        parent = os.path.dirname(os.path.abspath(scratch))
        grants = [(scratch, landlock.KEEP), (parent, landlock.Access.REMOVE_DIR)]
        landlock.restrict(landlock.CHANGE, [*grants, *reading.WRITABLE])

    def _confine(self, scratch: str, inputs: Iterable[bytes]) -> None:
        # Rules hold for inodes, and that of /proc/self is another one once it has been forgotten:
        # as long as it is open it is not.
        os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)
        read = [(path, landlock.READ) for path in inputs]
        code = reading.code(self._descriptors, self._policy.readable)
        grants = [*code, *reading.WRITABLE, *read, (scratch, landlock.KEEP)]
        landlock.restrict(landlock.ALL, grants)
        if (offered := landlock.version()) < landlock.NEEDED:
            raise OSError(None, f"it is of version {offered}, {landlock.NEEDED} is needed")


def _uncapped(_: int) -> AbstractContextManager[None]:
    return contextlib.nullcontext()


def try_all(policy: Policy) -> dict[Layer, str]:
    """Apply every layer to this process, for good; why each that is missing is missing."""
    sandbox = Sandbox(policy, memory=1 << 30)
    nowhere = os.path.join(tempfile.gettempdir(), "metaextract-none")
    sandbox.enclose_template(nowhere)
    listener = sandbox.enclose_worker(nowhere, [])
    if listener is not None:
        os.close(listener)
    return sandbox.missing
