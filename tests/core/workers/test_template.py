"""The template forks workers, ends what they leave, and says what it is importing."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers import limits
from metaextract_core.workers.handles import TemplateHandle, WorkerHandle
from metaextract_core.workers.messages import (
    Exited,
    FileTask,
    FromTemplate,
    Importing,
    Job,
    Spawned,
)
from metaextract_core.workers.sandbox.policy import Policy

SOURCE = """
import os, time
from metaextract_sdk import Extractor

class Plugin(Extractor):
    def extract(self, file, ctx):
        if file.name == "escape":
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            os.wait()
        if file.name == "die":
            os._exit(7)
        return {"Importer": IMPORTER, "Reader": os.getpid(), "Input": os.read(0, 1)}

IMPORTER = os.getpid()
"""

MakeTemplate = Callable[..., TemplateHandle]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeTemplate]:
    handles: list[TemplateHandle] = []

    def make_(source: str = SOURCE, import_timeout: float = 10.0) -> TemplateHandle:
        (tmp_path / "scratch").mkdir()
        (tmp_path / "template_plugin.py").write_text(source)
        descriptor = Descriptor(
            id="plugin",
            target="template_plugin:Plugin",
            distribution="d",
            distribution_version="1",
            paths=(str(tmp_path),),
        )
        # No pool is here to answer a fork.
        policy = Policy(omit=["processes"])
        handle = TemplateHandle([descriptor], import_timeout, str(tmp_path / "scratch"), policy)
        handles.append(handle)
        return handle

    yield make_
    for handle in handles:
        if handle.fileno() >= 0:  # else the test has ended it
            handle.end([])


def hear(handle: TemplateHandle) -> FromTemplate | None:
    ready, _, _ = select.select([handle], [], [], 60)
    assert ready
    return handle.receive()


def spawn(handle: TemplateHandle, folder: Path, *preload: str) -> WorkerHandle:
    """A worker that may read what is in `folder`."""
    status = folder.stat()
    worker = handle.spawn([*preload], {(status.st_dev, status.st_ino): os.fsencode(folder)})
    while isinstance(message := hear(handle), Importing):
        pass
    assert isinstance(message, Spawned)
    worker.pid = message.pid
    return worker


def task(folder: Path, name: str) -> FileTask:
    path = folder / name
    path.write_text("x")
    status = path.stat()
    return FileTask(
        0, os.fsencode(path), "text/plain", status.st_dev, status.st_ino, 1, 0, ["plugin"]
    )


def run(worker: WorkerHandle, job: Job) -> dict[str, object]:
    worker.send(job)
    while True:
        select.select([worker], [], [], 60)
        reports, ended = worker.receive()
        assert not ended
        for report in reports:
            if report.outcomes:
                return report.outcomes[0].section.data


def test_it_imports_what_it_is_told_to_once_for_all_its_workers(
    make: MakeTemplate, tmp_path: Path
) -> None:
    handle = make()
    status = tmp_path.stat()
    first = handle.spawn(["plugin"], {(status.st_dev, status.st_ino): os.fsencode(tmp_path)})
    assert hear(handle) == Importing("plugin")
    message = hear(handle)
    assert isinstance(message, Spawned)
    first.pid = message.pid
    second = spawn(handle, tmp_path, "plugin")
    data = [run(worker, Job([task(tmp_path, "file")])) for worker in (first, second)]
    assert data[0]["Importer"] == data[1]["Importer"]
    assert [item["Reader"] for item in data] == [first.pid, second.pid]
    handle.end([first, second])


def test_a_worker_has_no_standard_input(make: MakeTemplate, tmp_path: Path) -> None:
    worker = spawn(make(), tmp_path, "plugin")
    data = run(worker, Job([task(tmp_path, "file")]))
    assert data["Input"] == {"base64": "", "bytes": 0}
    worker.close()


def test_an_import_that_hangs_ends_the_template_after_its_time(make: MakeTemplate) -> None:
    handle = make("import time\ntime.sleep(600)\n", import_timeout=1.0)
    worker = handle.spawn(["plugin"])
    assert hear(handle) == Importing("plugin")
    assert hear(handle) is None
    worker.close()


def test_an_import_that_fails_is_left_to_the_worker_that_needs_it(
    make: MakeTemplate, tmp_path: Path
) -> None:
    worker = spawn(make("raise SystemExit(3)\n"), tmp_path, "plugin")
    assert worker.pid
    worker.close()


def test_the_exit_of_a_worker_is_told_with_its_status(make: MakeTemplate, tmp_path: Path) -> None:
    handle = make()
    worker = spawn(handle, tmp_path, "plugin")
    worker.send(Job([task(tmp_path, "die")]))
    assert hear(handle) == Exited(worker.number, 7)
    worker.close()


def test_who_escapes_from_a_worker_that_dies_is_adopted_and_ended(
    make: MakeTemplate, tmp_path: Path
) -> None:
    """A grandchild in a session of its own belongs to no process group that could be killed."""
    handle = make()
    worker = spawn(handle, tmp_path, "plugin")
    before = limits.children()
    (template,) = {pid for pid in before if worker.pid in limits.children(pid)}
    run(worker, Job([task(tmp_path, "escape")]))
    (orphan,) = limits.children(template) - {worker.pid}
    watched = os.pidfd_open(orphan)
    worker.kill()
    assert hear(handle) == Exited(worker.number, -signal.SIGKILL)
    ended, _, _ = select.select([watched], [], [], 60)
    assert ended
    os.close(watched)
    worker.close()


def test_an_interrupt_of_the_terminal_is_the_hosts_business(
    make: MakeTemplate, tmp_path: Path
) -> None:
    handle = make()
    worker = spawn(handle, tmp_path)
    (template,) = {pid for pid in limits.children() if worker.pid in limits.children(pid)}
    os.kill(template, signal.SIGINT)
    handle.end([worker, spawn(handle, tmp_path)])
