"""A pool over an extractor that obeys the name of the file it is given."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Section
from metaextract_core.workers.messages import Digest, FileTask, Job
from metaextract_core.workers.orders import Answer
from metaextract_core.workers.pool import Pool
from metaextract_core.workers.sandbox.policy import Policy

OBEDIENT = """
import ctypes, os, re, sys, threading, time
from metaextract_sdk import BatchExtractor, ExtractError, Extractor, Unavailable


def obey(order):
    if order == "spin":
        re.match(r"(a+)+b", "a" * 60)
    elif order == "sleep":
        time.sleep(600)
    elif order == "allocate":
        hold = []
        while True:
            hold.append(bytearray(16 << 20))
    elif order == "segfault":
        ctypes.string_at(0)
    elif order == "abort":
        os.abort()
    elif order == "_exit":
        os._exit(0)
    elif order == "exit":
        sys.exit(3)
    elif order == "interrupt":
        raise KeyboardInterrupt
    elif order == "raise":
        raise ValueError("this is wrong")
    elif order == "child":
        if os.fork() == 0:
            time.sleep(600)
    elif order == "escape":
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        os.wait()
    elif order == "thread":
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    elif order == "print":
        for _ in range(100):
            sys.stdout.write("x" * (1 << 20))
    elif order == "none":
        return None
    elif order == "empty":
        return {}
    elif order == "half":
        raise ExtractError("the rest is missing", data={"first": 1})
    return {"obeyed": order}


class Obedient(Extractor):
    media_types = ("*/*",)
    version = "1"

    def extract(self, file, ctx):
        return obey(file.name)


class Steady(Extractor):
    media_types = ("*/*",)
    version = "1"

    def extract(self, file, ctx):
        (ctx.scratch / "left").write_text("behind")
        return {"size": file.size, "scratch": len(list(ctx.scratch.iterdir()))}


class Together(BatchExtractor):
    media_types = ("*/*",)
    version = "1"

    def extract_batch(self, jobs):
        for file, ctx in jobs:
            yield {"obeyed": obey(file.name)["obeyed"], "files": len(jobs)}


class Missing(Extractor):
    media_types = ("*/*",)
    version = "1"

    def setup(self):
        raise Unavailable("the tool is not there", fix="install the tool")
"""


class Bench:
    """Submits jobs over named files and waits for every answer."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        self.pool = pool
        self._folder = folder

    def task(self, index: int, name: str, extractors: list[str], **more: object) -> FileTask:
        path = self._folder / name
        path.write_text(name)
        status = path.stat()
        task = FileTask(
            index,
            os.fsencode(path),
            "text/plain",
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            extractors,
            changed_ns=status.st_ctime_ns,
        )
        for key, value in more.items():
            setattr(task, key, value)
        return task

    def run(self, job: Job) -> tuple[dict[tuple[int, str], Section], dict[int, Digest]]:
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        status = self._folder.stat()
        roots = {(status.st_dev, status.st_ino): os.fsencode(self._folder)}
        self.pool.submit(job, answers.put, roots)
        waiting = {(task.index, name) for task in job.files for name in task.extractors}
        digests = {task.index for task in job.files if task.digest}
        sections: dict[tuple[int, str], Section] = {}
        given: dict[int, Digest] = {}
        while waiting or digests:
            answer = answers.get(timeout=60)
            if isinstance(answer, Digest):
                given[answer.index] = answer
                digests.discard(answer.index)
                if answer.error:
                    waiting = {pair for pair in waiting if pair[0] != answer.index}
            else:
                pair = (answer.index, answer.extractor)
                assert pair not in sections, f"{pair} was answered twice"
                sections[pair] = answer.section
                waiting.discard(pair)
        return sections, given

    def obey(self, *orders: str) -> list[Section]:
        """What `Obedient` says of one file each; `Steady` must have answered as well."""
        tasks = [self.task(i, order, ["steady", "obedient"]) for i, order in enumerate(orders)]
        sections, _ = self.run(Job(tasks))
        for index, order in enumerate(orders):
            assert sections[index, "steady"].data == {"size": len(order), "scratch": 1}
        return [sections[index, "obedient"] for index in range(len(orders))]


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    modules = tmp_path / "modules"
    files = tmp_path / "files"
    modules.mkdir()
    files.mkdir()
    pools: list[Pool] = []

    def make(
        source: str = OBEDIENT,
        *,
        size: int = 1,
        import_timeout: float = 30.0,
        policy: Policy | None = None,
        timeout: float = 1.0,
    ) -> Bench:
        (modules / "obedient_module.py").write_text(source)

        def describe(name: str, *, batch: bool = False) -> Descriptor:
            return Descriptor(
                id=name,
                target=f"obedient_module:{name.title()}",
                distribution="obedient",
                distribution_version="1",
                paths=(str(modules),),
                version="1",
                timeout=timeout,
                memory=256 << 20,
                batch=batch,
            )

        names = ("obedient", "steady", "missing")
        descriptors = {name: describe(name) for name in names}
        descriptors["together"] = describe("together", batch=True)
        pool = Pool(descriptors, size=size, import_timeout=import_timeout, policy=policy)
        pools.append(pool)
        return Bench(pool, files)

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
