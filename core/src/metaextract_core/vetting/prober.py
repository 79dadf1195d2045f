"""The prober: `python -m metaextract_core.vetting.prober`.

Reads requests from standard input and answers each on standard output. For each it forks a child
that imports the plugin (`metaextract_core.vetting.child`), watches it from outside, and ends it
together with all that it started.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import os
import select
import sys
import time
from typing import Final

import msgspec

import metaextract_sdk.hookspecs  # noqa: F401 -- imported once here, so that no child has to
from metaextract_core.vetting.child import probe
from metaextract_core.vetting.messages import READY, Finding, Probe, Report
from metaextract_core.workers import limits
from metaextract_sdk.conformance.state import Library

_MAX_OUTPUT: Final = 2000
_MAX_REPORT: Final = 4 << 20
_READS: Final = 16  # of 64 KiB each: all that a pipe can hold
_LOOKS: Final = 5
_BETWEEN: Final = 0.01  # seconds from one look to the next


def main() -> None:
    """Answer requests until standard input ends."""
    limits.adopt_orphans()
    limits.no_core_dumps()
    # What children would all do again: compile the expressions that find the line of a class, and
    # copy the pages of objects that a collection of garbage touches.
    inspect.getsourcelines(_Pipe)
    library = Library()
    gc.freeze()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        finding = _watch(msgspec.json.decode(line, type=Probe), library)
        sys.stdout.buffer.write(msgspec.json.encode(finding) + b"\n")
        sys.stdout.buffer.flush()


class _Pipe:
    """The reading end of a pipe to the child, with a cap on what is kept."""

    def __init__(self, cap: int) -> None:
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self._cap = cap
        self.kept = bytearray()
        self.size = 0

    def drain(self) -> bool:
        """Take what is there, though not from one who never stops; False at the end."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(_READS):
                data = os.read(self.read, 1 << 16)
                if not data:
                    return False
                self.size += len(data)
                self.kept += data[: self._cap - len(self.kept)]
        return True


def _watch(request: Probe, library: Library) -> Finding:
    report, output = _Pipe(_MAX_REPORT), _Pipe(_MAX_OUTPUT)
    deadline = time.monotonic() + request.timeout
    pid = os.fork()
    if pid == 0:
        _become_child(request, report.write, output.write, library)
    for pipe in (report, output):
        os.close(pipe.write)
    late = _await(pid, report, output, deadline)
    busy = late and _computes(pid)
    limits.kill(pid)
    _, status = os.waitpid(pid, 0)
    left = _end_orphans()
    for pipe in (report, output):
        pipe.drain()
        os.close(pipe.read)
    return Finding(
        report=_last_report(bytes(report.kept)),
        status=os.waitstatus_to_exitcode(status),
        late=late,
        busy=busy,
        children=left,
        output=output.kept.decode("utf-8", "replace"),
        printed=output.size,
    )


def _become_child(request: Probe, report: int, output: int, library: Library) -> None:
    try:
        os.setsid()
        limits.die_with_parent()
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        probe(request, report, library)
    finally:
        os._exit(0)


def _await(pid: int, report: _Pipe, output: _Pipe, until: float) -> bool:
    """Wait for the child to close its report; whether the deadline came first.

    A grandchild may hold the descriptor open, so a finished report ends the wait as well.
    """
    poll = select.poll()
    poll.register(report.read, select.POLLIN)
    poll.register(output.read, select.POLLIN)
    while (left := until - time.monotonic()) > 0:
        for fd, _ in poll.poll(left * 1000):
            if fd == output.read:
                if not output.drain():
                    poll.unregister(fd)
            elif not report.drain():
                return False
        last = _last_report(bytes(report.kept))
        if last is not None and last.stage == "done":
            return False
    return True


def _computes(pid: int) -> bool:
    """Whether a process wants a processor, by most of a few looks at the states of its threads.

    Its share of processor time would not tell: on a busy machine a loop gets little of it.
    """
    busy = 0
    for _ in range(_LOOKS):
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/stat", "rb") as file:
                    # proc(5): the name stands in parentheses and may itself hold some.
                    state = file.read().rpartition(b")")[2].split()[0]
                if state in (b"R", b"D"):
                    busy += 1
                    break
        time.sleep(_BETWEEN)
    return busy > _LOOKS // 2


def _last_report(data: bytes) -> Report | None:
    for line in reversed(data.splitlines()):
        with contextlib.suppress(msgspec.MsgspecError, RecursionError):
            return msgspec.json.decode(line, type=Report)
    return None


def _end_orphans() -> int:
    """Kill and reap whatever was adopted; how many that were."""
    count = 0
    while orphans := limits.children():
        for pid in orphans:
            limits.kill(pid)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        count += len(orphans)
    return count


if __name__ == "__main__":
    main()
