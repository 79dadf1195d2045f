"""Whatever an extractor does, every file and extractor is answered exactly once."""

from __future__ import annotations

import os
import queue
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.workers import limits
from metaextract_core.workers.messages import Job
from metaextract_core.workers.orders import Step

Bench = Any


def test_an_extractor_that_works_is_ok(bench: Bench) -> None:
    (section,) = bench.obey("anything")
    assert (section.status, section.data) == ("ok", {"obeyed": "anything"})
    assert section.duration_ms > 0


def test_f01_an_extractor_that_raises_fails_alone_with_type_and_place(bench: Bench) -> None:
    first, second = bench.obey("raise", "next")
    assert (first.status, first.code) == ("failed", "MX501")
    assert first.reason.startswith("ValueError: this is wrong (obedient_module.py:")
    assert second.status == "ok"


@pytest.mark.parametrize("order", ["spin", "sleep"])
def test_f02_f03_a_hang_ends_at_the_deadline_and_the_next_file_is_read(
    bench: Bench, order: str
) -> None:
    """`spin` holds the interpreter inside a C function, where no signal handler would run."""
    first, second = bench.obey(order, "next")
    assert (first.status, first.code) == ("timeout", "MX502")
    assert "after 1 s" in first.reason
    assert second.status == "ok"


def test_f04_memory_without_end_is_capped_and_the_host_does_not_grow(
    make_bench: Callable[..., Bench],
) -> None:
    before = limits.resident()
    # To take all that there is lasts longer than a second where the machine is busy.
    first, second = make_bench(timeout=60.0).obey("allocate", "next")
    assert (first.status, first.code) == ("memory", "MX503")
    assert second.status == "ok"
    assert limits.resident() - before < 64 << 20


@pytest.mark.parametrize(("order", "signal"), [("segfault", "SIGSEGV"), ("abort", "SIGABRT")])
def test_f05_a_crash_names_its_signal_and_loses_nothing_else(
    bench: Bench, order: str, signal: str
) -> None:
    before, crashed, after = bench.obey("before", order, "after")
    assert (crashed.status, crashed.code) == ("crashed", "MX504")
    assert signal in crashed.reason
    assert before.status == after.status == "ok"


def test_f06_exits_and_interrupts_are_reported(bench: Bench) -> None:
    hard, soft, interrupt, after = bench.obey("_exit", "exit", "interrupt", "after")
    assert (hard.status, hard.code) == ("crashed", "MX504")
    assert "exit status 0" in hard.reason
    assert (soft.status, soft.reason.split()[0]) == ("failed", "SystemExit:")
    assert (interrupt.status, interrupt.reason.split()[0]) == ("failed", "KeyboardInterrupt")
    assert after.status == "ok"


def test_f07_children_and_threads_are_named_and_gone_afterwards(bench: Bench) -> None:
    """`escape` is a grandchild in a session of its own, which no process group reaches."""
    before = limits.children()
    child, escaped, thread = bench.obey("child", "escape", "thread")
    assert (child.status, child.code) == ("ok", "MX507")
    assert escaped.status == "ok"
    assert (thread.status, thread.code) == ("ok", "MX508")
    (template,) = limits.children() - before
    descendants = _descendants(template)
    bench.pool.close()
    assert not [pid for pid in descendants if os.path.exists(f"/proc/{pid}")]
    assert limits.children() == before


def _descendants(pid: int) -> set[int]:
    found = {pid}
    for child in limits.children(pid):
        found |= _descendants(child)
    return found


def test_f08_output_is_captured_with_a_cap_and_does_not_disturb_the_protocol(bench: Bench) -> None:
    first, second = bench.obey("print", "next")
    assert (first.status, first.code, first.data) == ("ok", "MX509", {"obeyed": "print"})
    assert len(first.output) == 4096
    assert first.warnings == [f"it wrote {100 << 20} bytes to its output"]
    assert (second.output or None) is None


def test_a_result_that_is_no_mapping_fails(bench: Bench) -> None:
    (section,) = bench.obey("none")
    assert (section.status, section.code) == ("failed", "MX505")


def test_an_empty_result_is_skipped_and_half_a_result_is_partial(bench: Bench) -> None:
    empty, half = bench.obey("empty", "half")
    assert (empty.status, empty.data) == ("skipped", {})
    assert (half.status, half.reason, half.data) == ("partial", "the rest is missing", {"first": 1})


def test_an_extractor_whose_tool_is_missing_is_unavailable_with_the_mend(bench: Bench) -> None:
    sections, _ = bench.run(Job([bench.task(0, "file", ["missing", "steady"])]))
    section = sections[0, "missing"]
    assert (section.status, section.code) == ("unavailable", "MX510")
    assert section.reason == "the tool is not there; install the tool"
    assert sections[0, "steady"].status == "ok"


def test_a_batch_answers_for_all_its_files(bench: Bench) -> None:
    tasks = [bench.task(i, f"file{i}", ["together"]) for i in range(5)]
    sections, _ = bench.run(Job(tasks, "together"))
    assert [sections[i, "together"].data["files"] for i in range(5)] == [5] * 5


@pytest.mark.parametrize(
    ("order", "status"), [("segfault", "crashed"), ("sleep", "timeout"), ("raise", "failed")]
)
def test_f30_one_poison_file_costs_its_batch_nothing_but_its_own_section(
    bench: Bench, order: str, status: str
) -> None:
    names = ["a", "b", order, "c"]
    tasks = [bench.task(i, name, ["together"]) for i, name in enumerate(names)]
    sections, _ = bench.run(Job(tasks, "together"))
    statuses = [sections[i, "together"].status for i in range(4)]
    assert statuses == ["ok", "ok", status, "ok"]


def test_a_module_that_kills_its_importer_is_blamed_once_and_for_all(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench("import os\nos.abort()\n")
    tasks = [bench.task(i, f"file{i}", ["obedient"]) for i in range(3)]
    sections, _ = bench.run(Job(tasks))
    assert {section.status for section in sections.values()} == {"crashed"}
    assert {section.code for section in sections.values()} == {"MX513"}


def test_a_module_that_hangs_at_import_is_given_up(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench("import time\ntime.sleep(600)\n", import_timeout=1.0)
    sections, _ = bench.run(Job([bench.task(0, "file", ["obedient"])]))
    assert sections[0, "obedient"].status in ("crashed", "timeout")


def test_the_digest_covers_the_whole_content(bench: Bench) -> None:
    task = bench.task(0, "abc", ["steady"], digest=True)
    _, digests = bench.run(Job([task]))
    # BLAKE3 of "abc", from the reference implementation's test of that string.
    assert digests[0].digest == (
        "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    )


def test_f15_a_file_that_was_swapped_is_not_read(bench: Bench, tmp_path: Path) -> None:
    task = bench.task(0, "file", ["steady"], digest=True)
    other = tmp_path / "other"
    other.write_text("something else")
    os.replace(other, os.fsdecode(task.path))
    sections, digests = bench.run(Job([task]))
    assert not sections
    assert digests[0].error == "another file took its place while it was being read"


def test_a_worker_that_may_not_read_a_file_makes_way_for_one_that_may(bench: Bench) -> None:
    """Each file is named by itself; the first worker was made for the first one alone."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for index in range(3):
        task = bench.task(index, f"file{index}", ["steady"])
        bench.pool.submit(Job([task]), answers.put)
        answer = answers.get(timeout=60)
        assert (answer.index, answer.section.status) == (index, "ok")


def test_f29_workers_killed_from_outside_lose_and_double_nothing(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(size=2)
    tasks = [bench.task(i, f"file{i}", ["obedient", "steady"], digest=True) for i in range(200)]
    before = limits.children()
    bench.obey("warm")
    (template,) = limits.children() - before
    for worker in limits.children(template):
        os.kill(worker, 9)
    sections, digests = bench.run(Job(tasks))
    killed = [pair for pair, section in sections.items() if section.status != "ok"]
    assert len(sections) == 400
    assert len(digests) == 200
    assert not killed


def test_idle_workers_leave_where_no_growth_is_allowed(bench: Bench) -> None:
    before = limits.children()
    bench.obey("warm")
    (template,) = limits.children() - before
    (worker,) = limits.children(template)
    gone = select.poll()
    process = os.pidfd_open(worker)
    gone.register(process, select.POLLIN)
    bench.pool.submit(Job([], growth=0), print)
    ended = gone.poll(60_000)
    os.close(process)
    assert ended
    assert bench.obey("next")[0].status == "ok"


def test_how_far_a_worker_has_come_can_be_seen_while_it_reads(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(
        "import time\n"
        "from metaextract_sdk import Extractor\n"
        "class Obedient(Extractor):\n"
        "    def extract(self, file, ctx):\n"
        "        ctx.progress(1, 4)\n"
        "        time.sleep(600)\n",
        timeout=60.0,
    )
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    task = bench.task(0, "file", ["obedient"])
    bench.pool.submit(Job([task]), answers.put)
    steps: list[Step] = []
    while not steps and answers.empty():
        steps = bench.pool.steps()
    assert steps == [Step(task.path, "obedient", 1, 4)]


def test_what_is_unanswered_when_the_pool_closes_is_answered_as_failed(bench: Bench) -> None:
    answers: list[Any] = []
    bench.pool.submit(Job([bench.task(0, "sleep", ["obedient"])]), answers.append)
    bench.pool.close()
    (answer,) = answers
    assert (answer.section.status, "closed" in answer.section.reason) == ("failed", True)


def test_a_batch_is_closed_before_the_next_one_begins(make_bench: Callable[..., Bench]) -> None:
    """A generator that cleans up late would do so in the middle of the next call."""
    bench = make_bench(
        "from metaextract_sdk import BatchExtractor\n"
        "class Together(BatchExtractor):\n"
        "    media_types = ('*/*',)\n"
        "    version = '1'\n"
        "    running = 0\n"
        "    def extract_batch(self, jobs):\n"
        "        Together.running += 1\n"
        "        try:\n"
        "            for _ in jobs:\n"
        "                yield {'running': Together.running}\n"
        "        finally:\n"
        "            Together.running -= 1\n"
    )
    for number in range(3):
        sections, _ = bench.run(
            Job([bench.task(i, f"file{i}", ["together"]) for i in range(3)], "together")
        )
        assert {section.data["running"] for section in sections.values()} == {1}, number


def test_what_has_a_higher_priority_is_begun_before_what_waits(bench: Bench) -> None:
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    bench.pool.submit(Job([bench.task(0, "sleep", ["obedient"])]), answers.put)
    while bench.pool._queue:  # until the only worker has it
        assert answers.empty()
    for index, priority in enumerate((0, 1, -1, 1, 2), 1):
        job = Job([bench.task(index, f"file{index}", ["steady"])], priority=priority)
        bench.pool.submit(job, answers.put)
    assert [bench.pool.hungry(priority) for priority in (2, 3)] == [False, True]
    order = [answers.get(timeout=60).index for _ in range(6)]
    assert order == [0, 5, 2, 4, 1, 3]
