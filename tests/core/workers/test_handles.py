"""The host's ends of its children, over a real template and real workers."""

from __future__ import annotations

import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from metaextract_core.workers import limits
from metaextract_core.workers.flight import FlightPage
from metaextract_core.workers.handles import TemplateHandle, WorkerHandle
from metaextract_core.workers.messages import (
    Digest,
    Exited,
    FileTask,
    FromTemplate,
    Job,
    Report,
    Spawned,
    frame,
)
from metaextract_core.workers.roots import each_alone

Task = Callable[[str], FileTask]


@pytest.fixture
def template(tmp_path: Path) -> Iterator[TemplateHandle]:
    (tmp_path / "scratch").mkdir()
    handle = TemplateHandle([], 5.0, str(tmp_path / "scratch"))
    yield handle
    if handle.fileno() >= 0:  # else the test has ended it
        handle.end([])


@pytest.fixture
def task(tmp_path: Path) -> Task:
    def make(content: str) -> FileTask:
        path = tmp_path / "file"
        path.write_text(content)
        status = path.stat()
        return FileTask(
            0,
            os.fsencode(path),
            "text/plain",
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            [],
            digest=True,
        )

    return make


def wait(handle: TemplateHandle | WorkerHandle) -> None:
    ready, _, _ = select.select([handle], [], [], 60)
    assert ready


def hear(template: TemplateHandle) -> FromTemplate | None:
    wait(template)
    return template.receive()


def started(template: TemplateHandle, *inputs: FileTask) -> WorkerHandle:
    worker = template.spawn([], each_alone(inputs))
    assert (worker.starting, worker.idle) == (True, False)
    message = hear(template)
    assert isinstance(message, Spawned)
    worker.pid = message.pid
    assert (worker.starting, worker.idle) == (False, True)
    return worker


def test_a_worker_is_forked_does_a_job_and_leaves_when_the_host_hangs_up(
    template: TemplateHandle, task: Task
) -> None:
    file = task("abc")
    worker = started(template, file)
    worker.send(Job([file]))
    reports: list[Report] = []
    while not reports or not reports[-1].done:
        wait(worker)
        fresh, ended = worker.receive()
        reports += fresh
    assert [report.sandbox is None for report in reports] == [False, True]
    (digest,) = reports[1].digests
    assert digest.digest is not None
    assert not ended
    worker.hang_up()
    assert hear(template) == Exited(worker.number, 0)
    assert worker.receive() == ([], True)
    worker.close()


def test_a_worker_that_is_killed_is_reported_with_its_signal(template: TemplateHandle) -> None:
    worker = started(template)
    worker.kill()
    assert worker.killed
    assert not worker.idle
    assert hear(template) == Exited(worker.number, -signal.SIGKILL)
    worker.send(Job([]))  # to nobody, which is no error
    worker.close()


def test_workers_have_numbers_of_their_own(template: TemplateHandle) -> None:
    workers = [started(template) for _ in range(3)]
    assert len({worker.number for worker in workers}) == 3
    assert len({worker.pid for worker in workers}) == 3
    template.end(workers)


def test_the_end_of_a_template_is_the_end_of_all_that_it_answers_for(
    template: TemplateHandle,
) -> None:
    before = limits.children()
    idle, busy = started(template), started(template)
    pids = [idle.pid, busy.pid]
    os.kill(busy.pid, signal.SIGSTOP)  # a worker that will not leave when it is asked to
    template.end([idle, busy])
    assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
    assert len(limits.children()) == len(before) - 1


def test_a_template_that_dies_takes_its_workers_along_and_is_noticed(
    template: TemplateHandle,
) -> None:
    worker = started(template)
    (pid,) = {pid for pid in limits.children() if worker.pid in limits.children(pid)}
    os.kill(pid, signal.SIGKILL)
    assert hear(template) is None
    ended = False
    while not ended:  # it may have introduced itself before
        wait(worker)
        _, ended = worker.receive()
    orphan = template.spawn([])  # cannot be, and shows at the template's own socket
    assert orphan.starting
    orphan.close()
    worker.close()


@pytest.fixture
def pair() -> Iterator[tuple[WorkerHandle, socket.socket, FlightPage]]:
    """A worker's handle and the worker's own ends, held by the test in its place."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs, tempfile.TemporaryFile() as file:
        file.truncate(FlightPage.SIZE)
        page = FlightPage(file.fileno())
        worker = WorkerHandle(1, ours, FlightPage(file.fileno()))
        yield worker, theirs, page
        worker.close()
        page.close()


Pair = tuple[WorkerHandle, socket.socket, FlightPage]


def test_reports_are_given_once_they_are_whole(pair: Pair) -> None:
    worker, theirs, _ = pair
    data = frame(Report([], [Digest(1, "blake3:x")], done=True))
    theirs.sendall(data[:5])
    assert worker.receive() == ([], False)
    theirs.sendall(data[5:] + data)
    reports, ended = worker.receive()
    assert ([report.digests[0].index for report in reports], ended) == ([1, 1], False)
    theirs.close()
    assert worker.receive() == ([], True)


def test_what_is_no_report_raises_rather_than_being_believed(pair: Pair) -> None:
    worker, theirs, _ = pair
    theirs.sendall(b"\0\0\0\3abc")
    with pytest.raises(msgspec.DecodeError):
        worker.receive()


def test_a_deadline_is_what_the_page_says_and_a_lie_is_no_excuse(pair: Pair) -> None:
    """The page belongs to a process that may be out of control."""
    worker, _, page = pair
    worker.pid = 1
    assert worker.deadline() == float("inf")
    worker.order = object()  # type: ignore[assignment]  # only whether there is one matters here
    before = time.monotonic()
    page.note(0, 0, 5.0)
    assert before + 5 <= worker.deadline() <= time.monotonic() + 6
    for lie in (float("inf"), float("nan"), -1.0, 1e12):
        page.note(0, 0, lie)
        assert worker.deadline() <= time.monotonic() + 1
    assert worker.flight().extractor == 0


def test_a_retiring_worker_has_until_its_leave_ends_and_a_killed_one_no_deadline(
    pair: Pair,
) -> None:
    worker, _, _ = pair
    worker.pid = 2**22 + 1  # beyond every process id
    worker.leaving = 12.5
    assert (worker.deadline(), worker.idle) == (12.5, False)
    worker.kill()
    assert worker.deadline() == float("inf")
