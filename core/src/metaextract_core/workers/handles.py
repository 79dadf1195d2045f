"""The host's ends of its child processes: one template and its workers."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers import limits
from metaextract_core.workers.flight import Flight, FlightPage
from metaextract_core.workers.messages import (
    Exited,
    FrameBuffer,
    FromTemplate,
    Introduction,
    Job,
    Report,
    Spawn,
    encode,
    frame,
    host_decoder,
    report_decoder,
)
from metaextract_core.workers.roots import Identity
from metaextract_core.workers.sandbox.policy import Layer, Policy

if TYPE_CHECKING:
    from metaextract_core.workers.orders import Order

_NEVER: Final = float("inf")
_START: Final = 60.0  # seconds that forking a worker may take, imports of the template aside
_GRACE: Final = 0.25  # seconds past a deadline before the worker is killed
_DAY: Final = 86400.0
_END: Final = 2.0  # seconds that the template has to end what is left


class WorkerHandle:
    """One worker: its channel, its flight page, and the order that it works on.

    Attributes:
        pid: 0 until the template has said it.
        order: what it works on; None while idle.
        verdict: why the host killed it: ``timeout`` or a sentence; empty where it did not.
        leaving: the `time.monotonic` second by which a retiring worker must be gone; 0 else.
        roots: what it may read from.
        sandbox: the layers that it reported; None until then.
        listener: where its forks wait for an answer; None where they do not.
    """

    def __init__(
        self,
        number: int,
        channel: socket.socket,
        page: FlightPage,
        roots: frozenset[Identity] = frozenset(),
    ) -> None:
        self.number = number
        self.pid = 0
        self.order: Order | None = None
        self.verdict = ""
        self.killed = False
        self.leaving = 0.0
        self.roots = roots
        self.sandbox: list[Layer] | None = None
        self.listener: int | None = None
        self._born = time.monotonic()
        self._channel = channel
        self._page = page
        self._frames = FrameBuffer()

    def fileno(self) -> int:
        """The channel's descriptor."""
        return self._channel.fileno()

    @property
    def starting(self) -> bool:
        """Whether the template has not yet said that it is there."""
        return self.pid == 0

    @property
    def idle(self) -> bool:
        """Whether it can be given an order."""
        return bool(self.pid) and self.order is None and not self.leaving and not self.killed

    def send(self, job: Job) -> None:
        """Give it a job. A worker that is gone or does not read shows at its exit or deadline."""
        self._page.note(-1, -1, _START)
        self._channel.setblocking(True)
        self._channel.settimeout(10)
        with contextlib.suppress(OSError):
            self._channel.sendall(frame(job))
        self._channel.setblocking(False)

    def receive(self) -> tuple[list[Report], bool]:
        """Reports that have arrived whole, and whether the worker has closed its end.

        Raises:
            ValueError, msgspec.MsgspecError: what came is no report.
        """
        reports: list[Report] = []
        while True:
            try:
                data = self._read()
            except (BlockingIOError, InterruptedError):
                return reports, False
            except OSError:
                return reports, True
            if not data:
                return reports, True
            reports += [report_decoder.decode(body) for body in self._frames.feed(data)]
            if reports and self.sandbox is None:
                self.sandbox = reports[0].sandbox or []

    def _read(self) -> bytes:
        if self.sandbox is not None:
            return self._channel.recv(1 << 18)
        data, descriptors, _, _ = socket.recv_fds(self._channel, 1 << 18, 1)
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
            self.listener = descriptor
        return data

    def flight(self) -> Flight:
        """What it was doing last, by its own account."""
        return self._page.read()

    def deadline(self) -> float:
        """The `time.monotonic` second at which it is late, by what its page says now."""
        if self.killed:
            return _NEVER
        if self.leaving:
            return self.leaving
        if self.starting:
            return self._born + _START
        if self.order is None:
            return _NEVER
        flight = self._page.read()
        # The page belongs to a process that may be out of control.
        timeout = flight.timeout if 0 <= flight.timeout < _DAY else 0.0
        return min(flight.started, time.monotonic()) + timeout + _GRACE

    def kill(self) -> None:
        """Kill it and its process group."""
        self.killed = True
        if self.pid:
            limits.kill(self.pid)

    def hang_up(self) -> None:
        """Tell it that no more jobs will come."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)

    def retire(self, seconds: float) -> None:
        """Tell it to leave, and give it `seconds` to do so."""
        self.leaving = time.monotonic() + seconds
        self.hang_up()

    def refuse_forks(self) -> None:
        """Have all its further forks fail."""
        if self.listener is not None:
            os.close(self.listener)
            self.listener = None

    def close(self) -> None:
        """Let go of channel, page and listener."""
        self._channel.close()
        self._page.close()
        self.refuse_forks()


class TemplateHandle:
    """The template process.

    Attributes:
        importing: the extractor that it said it was importing, while it is.
    """

    def __init__(
        self,
        descriptors: list[Descriptor],
        import_timeout: float,
        scratch: str,
        policy: Policy | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.importing: str | None = None
        self._numbers = itertools.count(1)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "metaextract_core.workers.template",
                    str(theirs.fileno()),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**os.environ, **limits.SINGLE_THREADED, **(environment or {})},
            )
        stdin = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(BrokenPipeError), stdin:
                introduction = Introduction(
                    descriptors, import_timeout, scratch, policy or Policy()
                )
                stdin.write(encode(introduction))

    def fileno(self) -> int:
        """The control socket's descriptor."""
        return self._control.fileno()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def spawn(
        self, preload: list[str], inputs: Mapping[Identity, bytes] | None = None
    ) -> WorkerHandle:
        """Ask for a worker that may read from `inputs`; it is there when the template says so."""
        number = next(self._numbers)
        inputs = inputs or {}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, tempfile.TemporaryFile() as page, tempfile.TemporaryFile() as paths:
            page.truncate(FlightPage.SIZE)
            paths.write(encode([*inputs.values()]))
            paths.flush()
            worker = WorkerHandle(number, ours, FlightPage(page.fileno()), frozenset(inputs))
            with contextlib.suppress(OSError):  # a template that is gone shows on its own socket
                descriptors = [theirs.fileno(), page.fileno(), paths.fileno()]
                socket.send_fds(self._control, [encode(Spawn(number, preload))], descriptors)
        ours.setblocking(False)
        return worker

    def receive(self) -> FromTemplate | None:
        """The next message, or None when the template is gone."""
        try:
            data = self._control.recv(1 << 16)
        except OSError:
            return None
        return host_decoder.decode(data) if data else None

    def end(self, workers: list[WorkerHandle]) -> None:
        """End the template and every process that it answers for, within seconds.

        Workers get a moment to close their extractors, then are killed.
        """
        for worker in workers:
            worker.refuse_forks()  # from now on nobody would answer
            if worker.order is None:
                worker.hang_up()
            else:
                worker.kill()
        self._await_exits({worker.number for worker in workers if worker.pid})
        self._control.shutdown(socket.SHUT_WR)
        self._await_end()
        self._control.close()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            limits.kill(self._process.pid)
            self._process.wait()
        for worker in workers:
            worker.close()

    def _await_end(self) -> None:
        """Until the template is gone: `Popen.wait` with a timeout looks only now and then."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        until = time.monotonic() + _END
        while (left := until - time.monotonic()) > 0:
            if not poll.poll(left * 1000) or self.receive() is None:
                return

    def _await_exits(self, numbers: set[int]) -> None:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        until = time.monotonic() + _END
        while numbers and (left := until - time.monotonic()) > 0:
            if not poll.poll(left * 1000):
                return
            message = self.receive()
            if message is None:
                return
            if isinstance(message, Exited):
                numbers.discard(message.worker)
