"""The pool: supervises workers from one thread of the host and answers every task exactly once."""

from __future__ import annotations

import collections
import contextlib
import os
import select
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Section
from metaextract_core.workers.autopsy import FROM_OUTSIDE, TIMEOUT, autopsy
from metaextract_core.workers.handles import TemplateHandle, WorkerHandle
from metaextract_core.workers.messages import (
    MAX_GROWTH,
    Digest,
    Importing,
    Job,
    Outcome,
    Report,
    Spawned,
)
from metaextract_core.workers.orders import Answer, Listener, Order, Step, place
from metaextract_core.workers.roots import Identity, Roots
from metaextract_core.workers.sandbox import processes
from metaextract_core.workers.sandbox.policy import Policy
from metaextract_core.workers.watch import Watch

_LOOK: Final = 0.1  # seconds between two looks at what busy workers are doing
_MAX_TRIES: Final = (
    3  # deaths of workers that nobody can be blamed for, before an order is given up
)
_LEAVE: Final = 5.0  # seconds that a retiring worker has to close its extractors


class Workers(Protocol):
    """Whatever does jobs; a run knows no more of it."""

    @property
    def size(self) -> int:
        """How many jobs are done side by side."""

    def hungry(self, priority: int = 0) -> bool:
        """Whether another job would soon be begun."""

    def submit(
        self,
        job: Job,
        listener: Listener,
        roots: dict[Identity, bytes] | None = None,
        ahead: Roots | None = None,
    ) -> None:
        """Have `job` done; see `Pool.submit`."""


class Pool:
    """Up to `size` workers, started when there is work.

    Args:
        extractors: what workers may run, by id.
        size: how many workers run side by side.
        import_timeout: seconds that importing and setting up one extractor may take.
        policy: what the operator says about the sandbox.
        environment: variables that the workers have beside those of this process.
    """

    def __init__(
        self,
        extractors: Mapping[str, Descriptor],
        *,
        size: int,
        import_timeout: float = 30.0,
        policy: Policy | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.size = size
        self._policy = policy
        self._environment = environment
        self._descriptors = dict(extractors)
        self._import_timeout = import_timeout
        self._scratch = tempfile.mkdtemp(prefix="metaextract-")
        self._queue: collections.deque[Order] = collections.deque()
        self._lock = threading.Lock()
        self._wakeup_read, self._wakeup_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._workers: dict[int, WorkerHandle] = {}
        self._template: TemplateHandle | None = None
        self._used: dict[str, None] = {}
        self._preloading: dict[int, list[str]] = {}
        self._preloaded: set[str] = set()
        self._unimportable: dict[str, Section] = {}
        self._growth = MAX_GROWTH
        self._closing = False
        self._failure: str | None = None
        self._watch: Watch[WorkerHandle | TemplateHandle | None] = Watch()
        self._watch.add(self._wakeup_read, None)
        self._thread = threading.Thread(target=self._supervise, name="pool", daemon=True)
        self._thread.start()

    def submit(
        self,
        job: Job,
        listener: Listener,
        roots: dict[Identity, bytes] | None = None,
        ahead: Roots | None = None,
    ) -> None:
        """Have `job` done. `listener` is called from the pool's thread with each answer.

        There is one `Outcome` for each file and extractor, and one `Digest` for each file whose
        digest was asked for; a `Digest` with an error stands for all answers of its file.

        Args:
            job: what to do.
            listener: whom to tell.
            roots: where the files lie; each by itself if None.
            ahead: what else its run is going to read from, as far as that is known.
        """
        order = Order.of(job, listener, roots, ahead)
        with self._lock:
            failure = self._failure
            if failure is None:
                self._queue.insert(place(self._queue, job.priority), order)
                self._growth = job.growth
        if failure is None:
            self._wake()
        else:
            order.give_up(failure)

    def hungry(self, priority: int = 0) -> bool:
        """Whether another job would soon be begun: fewer wait before it than there are workers."""
        with self._lock:
            return place(self._queue, priority) < self.size

    def steps(self) -> list[Step]:
        """How far workers have come with the files that they say so of; from any thread."""
        with self._lock:  # whoever closes a worker's page takes it from us first
            busy = [(worker.order, worker.flight()) for worker in self._workers.values()]
        return [step for order, flight in busy if order and (step := order.step(flight))]

    def holds(self, extractor: str) -> bool:
        """Whether its code is in the memory that new workers are forked from."""
        return extractor in self._preloaded

    def close(self) -> None:
        """End all workers and whatever they started; what is unanswered is answered as failed."""
        if self._closing:
            return
        self._closing = True
        self._wake()
        self._thread.join()
        shutil.rmtree(self._scratch, ignore_errors=True)
        os.close(self._wakeup_read)
        os.close(self._wakeup_write)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wakeup_write, b"!")

    def _supervise(self) -> None:
        reason = "the pool of workers was closed before it was read"
        try:
            while not self._closing:
                self._assign()
                self._wait()
                self._check_deadlines()
        except Exception as error:
            reason = f"the pool of workers failed: {type(error).__name__}: {error}"
            raise
        finally:
            if self._template is not None:
                self._template.end(list(self._workers.values()))
            self._fail_all(reason)

    def _fail_all(self, reason: str) -> None:
        """Leave nobody waiting for an answer that cannot come."""
        with self._lock:
            self._failure = reason
            orders = [worker.order for worker in self._workers.values() if worker.order]
            orders += self._queue
            self._queue.clear()
        for order in orders:
            order.give_up(reason)

    def _wait(self) -> None:
        # Workers note their steps in memory, which wakes nobody: while one is busy, look regularly.
        for fd, event, owner in self._watch.ready(_LOOK if self._workers else None):
            if owner is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(fd, 4096)
            elif isinstance(owner, TemplateHandle):
                self._hear_template(owner)
            elif fd == owner.listener:
                self._answer_fork(owner, event)
            else:
                self._drain(owner)

    def _assign(self) -> None:
        """Give waiting orders to idle workers, and start workers for those that remain."""
        for worker in list(self._workers.values()):
            if worker.idle and (order := self._next_order()) is not None:
                if order.roots.keys() <= worker.roots:
                    self._give(worker, order)
                else:  # it cannot be allowed more than it was when it was forked
                    worker.retire(_LEAVE)
                    with self._lock:
                        self._queue.appendleft(order)
        with self._lock:
            waiting = len(self._queue)
            starting = sum(worker.starting for worker in self._workers.values())
            room = self.size - sum(not worker.leaving for worker in self._workers.values())
        for _ in range(min(waiting - starting, room)):
            self._spawn()
        if not (waiting or self._growth):
            for worker in self._workers.values():
                if worker.idle:
                    worker.retire(_LEAVE)

    def _next_order(self) -> Order | None:
        while True:
            with self._lock:
                if not self._queue:
                    return None
                order = self._queue.popleft()
            for index, extractor in sorted(order.pairs):
                section = self._unimportable.get(extractor)
                if section is not None:
                    order.answer(Outcome(index, extractor, section))
            if order.open:
                order.job = order.remaining()
                return order

    def _give(self, worker: WorkerHandle, order: Order) -> None:
        for task in order.job.files:
            self._used.update(dict.fromkeys(task.extractors))
        with self._lock:
            worker.order = order
        worker.send(order.job)

    def _spawn(self) -> None:
        if self._template is None:
            self._template = TemplateHandle(
                list(self._descriptors.values()),
                self._import_timeout,
                self._scratch,
                self._policy,
                self._environment,
            )
            self._watch.add(self._template.fileno(), self._template)
        with self._lock:
            upcoming = [e for order in self._queue for _, e in order.pairs]
            inputs = {root: path for order in self._queue for root, path in order.inputs().items()}
        wanted = dict.fromkeys((*self._used, *sorted(upcoming)))
        preload = [e for e in wanted if e not in self._unimportable]
        worker = self._template.spawn(preload, inputs)
        self._preloading[worker.number] = preload
        with self._lock:
            self._workers[worker.number] = worker
        self._watch.add(worker.fileno(), worker)

    def _hear_template(self, template: TemplateHandle) -> None:
        message = template.receive()
        if message is None:
            self._template_died(template)
        elif isinstance(message, Importing):
            template.importing = message.extractor
        elif isinstance(message, Spawned):
            template.importing = None
            self._preloaded.update(self._preloading.pop(message.worker, ()))
            if worker := self._workers.get(message.worker):
                worker.pid = message.pid
        elif worker := self._workers.get(message.worker):
            self._drain(worker)
            self._bury(worker, message.status)

    def _template_died(self, template: TemplateHandle) -> None:
        """Its workers die with it; another template will serve what is left."""
        self._watch.remove(template.fileno())
        if template.importing is not None:
            self._unimportable[template.importing] = Section(
                status="crashed",
                version=self._descriptors[template.importing].version,
                code="MX513",
                reason="the process died or hung while importing it",
            )
        template.end([])
        self._template = None
        self._preloading.clear()
        self._preloaded.clear()
        for worker in list(self._workers.values()):
            self._bury(worker, None)

    def _drain(self, worker: WorkerHandle) -> None:
        try:
            reports, ended = worker.receive()
        except (ValueError, msgspec.MsgspecError) as error:
            worker.verdict = f"it broke the worker's protocol ({error})"
            worker.kill()
            self._watch.remove(worker.fileno())
            return
        if worker.listener is not None and worker.listener not in self._watch:
            self._watch.add(worker.listener, worker)
        for report in reports:
            self._take(worker, report)
        if ended:
            self._watch.remove(worker.fileno())

    def _take(self, worker: WorkerHandle, report: Report) -> None:
        order = worker.order
        if order is None:
            return
        if report.retiring:
            worker.retire(_LEAVE)
        if report.done:
            # Before the answers go out: whoever waits for them looks for a free worker next.
            with self._lock:
                worker.order = None
        answers: tuple[Answer, ...] = (*report.digests, *report.outcomes)
        for answer in answers:
            answer.sandbox = worker.sandbox
            order.answer(answer)
        if report.done and order.open:
            self._requeue(order)

    def _answer_fork(self, worker: WorkerHandle, event: int) -> None:
        if worker.listener is None or self._template is None:
            return
        if event & select.POLLIN:
            workers = {other.pid for other in self._workers.values()}
            processes.answer(worker.listener, worker.pid, self._template.pid, workers)
        else:  # all of its processes are gone
            self._watch.remove(worker.listener)

    def _check_deadlines(self) -> None:
        now = time.monotonic()
        for worker in self._workers.values():
            if now >= worker.deadline():
                worker.verdict = TIMEOUT
                worker.kill()

    def _bury(self, worker: WorkerHandle, status: int | None) -> None:
        """Remove a dead worker, blame whom it was running, and requeue the rest of its order."""
        self._watch.remove(worker.fileno())
        if worker.listener is not None:
            self._watch.remove(worker.listener)
        with self._lock:
            self._workers.pop(worker.number, None)
            order, worker.order = worker.order, None
        if order is not None:
            if worker.pid and (status is not None or worker.killed):
                self._blame(order, worker, status)
            order.tries += 1
            if order.tries > max(_MAX_TRIES, order.job.retries) and len(order.job.files) == 1:
                order.give_up(f"its worker died {order.tries} times while it was being read")
            elif order.open:
                self._requeue(order)
        worker.close()
        shutil.rmtree(os.path.join(self._scratch, str(worker.number)), ignore_errors=True)

    def _blame(self, order: Order, worker: WorkerHandle, status: int | None) -> None:
        """Answer for the extractor that a dead worker was running."""
        flight = worker.flight()
        suspect = order.suspect(flight)
        if suspect is None:
            return
        index, extractor = suspect
        if extractor is None:
            words = "was not done in time" if worker.verdict == TIMEOUT else "ended its worker"
            order.answer(Digest(index, error=f"reading it {words}", sandbox=worker.sandbox))
            return
        version = self._descriptors[extractor].version
        section = autopsy(version, flight, worker.verdict, status)
        if section.code == FROM_OUTSIDE and order.tries < order.job.retries:
            return
        if section.code == "MX513":
            self._unimportable[extractor] = section
        else:
            order.answer(Outcome(index, extractor, section, sandbox=worker.sandbox))

    def _requeue(self, order: Order) -> None:
        with self._lock:
            self._queue.extendleft(reversed(order.split()))


def default_size() -> int:
    """As many workers as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
