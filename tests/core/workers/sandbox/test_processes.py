"""Forks wait for an answer, and the answer is a count."""

from __future__ import annotations

from typing import Any

import pytest

from metaextract_core.workers.sandbox.processes import MAX_PROCESSES

Run = Any

SUPERVISED = """
import errno, select, signal

ours, theirs = socket.socketpair()
worker = os.fork()
if worker == 0:
    privileges.give_up()
    listener = seccomp.watch_forks()
    socket.send_fds(theirs, [b'!'], [listener])
    for count in range(100):
        try:
            if os.fork() == 0:
                os.setsid()
                signal.pause()
        except OSError as error:
            print(errno.errorcode[error.errno], count, flush=True)
            break
    os._exit(0)
_, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
ended = os.pidfd_open(worker)
poll = select.poll()
poll.register(listener, select.POLLIN)
poll.register(ended, select.POLLIN)
while ended not in {fd for fd, _ in poll.poll()}:
    processes.answer(listener, worker, os.getpid(), {worker})
"""


@pytest.mark.usefixtures("every_layer")
def test_a_fork_too_many_fails_and_those_before_it_do_not(run: Run) -> None:
    """Each child is in a session of its own, and counts all the same."""
    end = "for pid in limits.descendants(os.getpid()): limits.kill(pid)\n"
    said = run("limits.adopt_orphans()\n" + SUPERVISED + end)
    assert said == ["EAGAIN", str(MAX_PROCESSES)]
