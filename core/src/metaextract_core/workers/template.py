"""The warm process that forks workers: `python -m metaextract_core.workers.template FD`.

It has one thread and imports extractors on request, so that a worker is ready milliseconds after it
was asked for. It also adopts what workers leave behind, and ends it.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress

from metaextract_core.workers import limits
from metaextract_core.workers.flight import FlightPage
from metaextract_core.workers.loader import Loader
from metaextract_core.workers.messages import (
    Exited,
    Importing,
    Introduction,
    Spawn,
    Spawned,
    encode,
    inputs_decoder,
    introduction_decoder,
    spawn_decoder,
)
from metaextract_core.workers.sandbox.layers import Sandbox
from metaextract_core.workers.scratch import Scratch
from metaextract_core.workers.worker import IMPORT_MEMORY, Worker

_MAX_MESSAGE = 1 << 20
_ROOM = 4 << 30  # bytes of address space for all that a worker maps besides one extractor's work


class Template:
    """Serves one host over `control` until the host closes it."""

    def __init__(self, control: socket.socket, introduction: Introduction) -> None:
        self._control = control
        self._loader = Loader(introduction.descriptors, introduction.import_timeout)
        self._scratch = introduction.scratch
        self._policy = introduction.policy
        memory = max([IMPORT_MEMORY, *(item.memory for item in introduction.descriptors)])
        self._sandbox = Sandbox(introduction.policy, introduction.descriptors, memory + _ROOM)
        self._workers: dict[int, int] = {}
        self._condemned: set[int] = set()
        self._pid = os.getpid()
        self._wakeup_read, self._wakeup_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self) -> None:
        """Handle requests and the ends of workers until the host is gone."""
        limits.adopt_orphans()
        limits.no_core_dumps()
        self._sandbox.enclose_template(self._scratch)
        signal.set_wakeup_fd(self._wakeup_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wakeup_read, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if self._wakeup_read in ready:
                with suppress(BlockingIOError):
                    os.read(self._wakeup_read, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._handle():
                break
        self._end_all()
        # The host does this as well, unless it was killed.
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _handle(self) -> bool:
        data, fds, _, _ = socket.recv_fds(self._control, _MAX_MESSAGE, 3)
        if not data:
            return False
        channel, page, paths = fds
        with open(paths, "rb") as file:
            file.seek(0)
            inputs = inputs_decoder.decode(file.read())
        self._spawn(spawn_decoder.decode(data), channel, page, inputs)
        return True

    def _spawn(self, request: Spawn, channel: int, page: int, inputs: list[bytes]) -> None:
        loader = self._loader
        for extractor in request.preload:
            if not loader.imported(extractor):
                self._tell(Importing(extractor))
                # An import that hangs in C cannot be interrupted; the alarm's default action
                # ends this process, and the host knows whom to blame.
                signal.alarm(max(1, round(loader.import_timeout)))
                loader.try_import(extractor)
                signal.alarm(0)
        pid = os.fork()
        if pid == 0:
            self._become_worker(request.worker, channel, page, inputs)
        os.close(channel)
        os.close(page)
        self._workers[pid] = request.worker
        self._tell(Spawned(request.worker, pid))

    def _become_worker(self, number: int, channel: int, page: int, inputs: list[bytes]) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            os.close(self._wakeup_read)
            os.close(self._wakeup_write)
            os.setsid()
            scratch = Scratch(os.path.join(self._scratch, str(number)))
            listener = self._sandbox.enclose_worker(str(scratch.home), inputs)
            if os.getppid() != self._pid:  # it died before a tie to its end could be made
                return
            host, flight = socket.socket(fileno=channel), FlightPage(page)
            worker = Worker(self._loader, host, flight, scratch, self._sandbox)
            worker.introduce(listener)
            worker.serve()
            status = 0
        finally:
            os._exit(status)

    def _reap(self) -> None:
        gone = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            worker = self._workers.pop(pid, None)
            if worker is not None:
                limits.kill(pid)
                self._tell(Exited(worker, os.waitstatus_to_exitcode(status)))
                gone = True
            elif pid in self._condemned:  # its own children are ours now
                self._condemned.discard(pid)
                gone = True
        if gone:
            self._end_orphans()

    def _end_orphans(self) -> None:
        """Kill what dead workers left: whatever is our child and not a worker was adopted."""
        for pid in limits.children() - self._workers.keys():
            self._condemned.add(pid)
            limits.kill(pid)

    def _tell(self, message: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(encode(message))

    def _end_all(self) -> None:
        # Killing one generation can orphan the next one to us, so go on until none is left.
        while left := limits.children():
            for pid in left:
                limits.kill(pid)
            for pid in left:
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def main() -> None:
    """Read the introduction from standard input, then serve the control socket."""
    introduction = introduction_decoder.decode(sys.stdin.buffer.read())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    Template(socket.socket(fileno=int(sys.argv[1])), introduction).serve()
    # There is nothing left to close, and the host waits: taking the interpreter apart takes longer
    # than to read a small file.
    os._exit(0)


if __name__ == "__main__":
    main()
