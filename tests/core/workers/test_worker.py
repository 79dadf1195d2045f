"""What a worker does around each extractor: deadlines, limits, cleaning up, replacement."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from metaextract_core.workers.messages import Job
from metaextract_core.workers.sandbox.policy import LAYERS, Policy

Bench = Any
MakeBench = Callable[..., Bench]

WATCHFUL = """
import os, tempfile, time
from metaextract_sdk import BatchExtractor, ExtractError, Extractor


class Obedient(Extractor):
    def setup(self):
        self.files = 0

    def extract(self, file, ctx):
        self.files += 1
        if file.name == "hoard":
            self.hoard = bytearray(600 << 20)
        return {
            "Process": os.getpid(),
            "Files": self.files,
            "Remaining": ctx.remaining(),
            "Options": dict(ctx.options),
            "Temporary": tempfile.gettempdir() == str(ctx.scratch),
            "Umask": os.stat(ctx.scratch).st_mode & 0o777,
            "Sections": sorted(ctx.sections),
        }

    def close(self):
        with open(os.environ["CLOSED"], "a") as file:
            file.write("closed\\n")


class Steady(Extractor):
    def setup(self):
        raise RuntimeError("it cannot be set up")


class Together(BatchExtractor):
    def extract_batch(self, jobs):
        for file, ctx in jobs:
            ctx.warn(f"about {file.name}")
            if file.name == "yield":
                yield ExtractError("this one is damaged", data={"half": 1})
            elif file.name == "stop":
                return
            elif file.name == "raise":
                raise ValueError("this is wrong")
            elif file.name == "allocate":
                hold = [bytearray(64 << 20) for _ in range(100)]
            else:
                yield {"name": file.name}
        yield {"one": "too many"}


class Missing(Extractor):
    pass
"""


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "closed"
    monkeypatch.setenv("CLOSED", str(path))
    return path


@pytest.fixture
def watchful(make_bench: MakeBench, closed: Path) -> Bench:
    # It writes where a test can see it.
    return make_bench(WATCHFUL, policy=Policy(omit=["landlock"]))


def one(bench: Bench, extractor: str, name: str = "file", **more: Any) -> Any:
    sections, _ = bench.run(Job([bench.task(0, name, [extractor])], **more))
    return sections[0, extractor]


def test_an_instance_is_kept_from_file_to_file_and_closed_in_the_end(
    watchful: Bench, closed: Path
) -> None:
    data = [one(watchful, "obedient").data for _ in range(3)]
    assert [item["Files"] for item in data] == [1, 2, 3]
    assert len({item["Process"] for item in data}) == 1
    assert not closed.exists()
    watchful.pool.close()
    assert closed.read_text() == "closed\n"


def test_a_worker_that_has_grown_beyond_what_the_job_allows_is_replaced(watchful: Bench) -> None:
    def process(growth: int) -> Any:
        task = watchful.task(0, "file", ["obedient"])
        sections, _ = watchful.run(Job([task], growth=growth))
        return sections[0, "obedient"].data["Process"]

    assert process(1 << 30) == process(1) != process(1 << 30)


def test_the_context_holds_deadline_options_and_a_private_folder(watchful: Bench) -> None:
    data = one(watchful, "obedient", options={"obedient": {"depth": 3}}).data
    assert 0.5 < data["Remaining"] <= 1.0
    assert (data["Options"], data["Temporary"], data["Umask"]) == ({"depth": 3}, True, 0o700)


def test_the_caller_may_shorten_a_deadline_and_not_lengthen_it(watchful: Bench) -> None:
    short = one(watchful, "obedient", timeout=0.5).data["Remaining"]
    long = one(watchful, "obedient", timeout=600).data["Remaining"]
    assert short <= 0.5 < long <= 1.0


def test_sections_that_were_not_asked_for_are_kept_back(watchful: Bench) -> None:
    task = watchful.task(0, "file", ["obedient"], sections={"other": {"a": 1}})
    sections, _ = watchful.run(Job([task]))
    assert sections[0, "obedient"].data["Sections"] == []


def test_an_extractor_that_cannot_be_set_up_fails_on_every_file(watchful: Bench) -> None:
    for _ in range(2):
        section = one(watchful, "steady")
        assert (section.status, section.code) == ("failed", "MX501")
        assert section.reason.startswith("setup: RuntimeError: it cannot be set up (")


def test_an_extractor_without_extract_fails_like_any_other(watchful: Bench) -> None:
    section = one(watchful, "missing")
    assert (section.status, section.reason.split()[0]) == ("failed", "NotImplementedError")


def test_memory_is_capped_and_the_worker_replaced(watchful: Bench) -> None:
    first = one(watchful, "obedient").data["Process"]
    section = one(watchful, "obedient", "hoard")
    assert (section.status, section.code) == ("memory", "MX503")
    assert one(watchful, "obedient").data["Process"] != first


def test_a_batch_settles_each_file_by_itself(watchful: Bench) -> None:
    names = ["a", "yield", "b"]
    tasks = [watchful.task(i, name, ["together"]) for i, name in enumerate(names)]
    sections, _ = watchful.run(Job(tasks, "together"))
    first, second, third = (sections[i, "together"] for i in range(3))
    assert (first.status, first.data, first.warnings) == ("ok", {"name": "a"}, ["about a"])
    assert (second.status, second.reason) == ("partial", "this one is damaged")
    assert (third.status, third.data) == ("ok", {"name": "b"})


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("stop", "failed", "it gave fewer answers than files"),
        ("raise", "failed", "ValueError: this is wrong ("),
        ("allocate", "memory", "it asked for more memory than it may have"),
    ],
)
def test_f30_a_file_that_ends_its_batch_costs_the_others_nothing(
    watchful: Bench, name: str, status: str, reason: str
) -> None:
    names = ["a", name, "b", "c"]
    tasks = [watchful.task(i, item, ["together"]) for i, item in enumerate(names)]
    sections, _ = watchful.run(Job(tasks, "together"))
    found = [sections[i, "together"] for i in range(4)]
    assert [section.status for section in found] == ["ok", status, "ok", "ok"]
    assert found[1].reason.startswith(reason)
    assert found[3].data == {"name": "c"}


@pytest.mark.parametrize("name", ["gone", "fifo", "folder"])
def test_a_path_that_is_no_longer_a_file_is_an_error_in_plain_words(
    watchful: Bench, name: str
) -> None:
    task = watchful.task(0, name, ["obedient"], digest=True)
    path = Path(os.fsdecode(task.path))
    path.unlink()
    if name == "fifo":
        os.mkfifo(path)
    elif name == "folder":
        path.mkdir()
    sections, digests = watchful.run(Job([task]))
    assert not sections
    assert (
        digests[0].error
        == {
            "gone": "cannot be read: No such file or directory",
            "fifo": "refused: it is a FIFO, not a regular file",
            "folder": "refused: it is a folder, not a regular file",
        }[name]
    )


def test_a_worker_that_lacks_a_required_layer_reads_nothing(make_bench: MakeBench) -> None:
    """The program has looked before it started; a worker makes sure."""
    bench = make_bench(WATCHFUL, policy=Policy(omit=["limits"], require=True))
    sections, digests = bench.run(Job([bench.task(0, "file", ["obedient"], digest=True)]))
    assert not sections
    assert digests[0].error.startswith("refused: workers.require_sandbox is set and ")


def test_answers_come_with_the_layers_that_the_worker_reported(make_bench: MakeBench) -> None:
    bench = make_bench(WATCHFUL, policy=Policy(omit=[*LAYERS]))
    _, digests = bench.run(Job([bench.task(0, "file", [], digest=True)]))
    assert digests[0].sandbox == []


def test_a_worker_is_replaced_before_it_grows_old(
    watchful: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,000 files is the limit; a job of digests alone counts like any other."""
    first = one(watchful, "obedient").data["Process"]
    tasks = [watchful.task(i, "file", [], digest=True) for i in range(2000)]
    _, digests = watchful.run(Job(tasks))
    assert len({digest.digest for digest in digests.values()}) == 1
    assert one(watchful, "obedient").data["Process"] != first


LEAVING = """
import os
from metaextract_sdk import BatchExtractor, Extractor


class Obedient(Extractor):
    def extract(self, file, ctx):
        if file.name == "litter":
            open("left.txt", "w").close()
        elif file.name == "meddle":
            os.environ["MEDDLED"] = os.environ.get("MEDDLED", "") + "x"
        return {"Meddled": os.environ.get("MEDDLED", "")}


class Together(BatchExtractor):
    def extract_batch(self, jobs):
        for file, ctx in jobs:
            open("left.txt", "w").close()
            yield {"Files": sorted(os.listdir())}


class Steady(Extractor):
    pass


class Missing(Extractor):
    pass
"""


def test_files_outside_the_scratch_folder_are_told_and_deleted(make_bench: MakeBench) -> None:
    """They never lie in the folder from which the user has started the program."""
    bench = make_bench(LEAVING)
    tasks = [bench.task(0, "litter", ["obedient"]), bench.task(1, "other", ["obedient"])]
    sections, _ = bench.run(Job(tasks))
    littered, other = sections[0, "obedient"], sections[1, "obedient"]
    assert (littered.status, littered.code) == ("ok", "MX518")
    assert littered.warnings == ["it left 'left.txt' in the working folder, now deleted"]
    assert other.warnings == []
    assert not Path("left.txt").exists()


def test_each_file_of_a_batch_is_charged_with_what_was_left_over_it(make_bench: MakeBench) -> None:
    bench = make_bench(LEAVING)
    tasks = [bench.task(number, f"{number}", ["together"]) for number in range(2)]
    sections, _ = bench.run(Job(tasks, "together"))
    assert [section.code for section in sections.values()] == ["MX518", "MX518"]
    assert sections[1, "together"].data == {"Files": ["left.txt", "scratch"]}


@pytest.mark.parametrize(("watch", "code"), [(True, "MX519"), (False, UNSET)])
def test_changes_of_the_process_are_looked_for_on_demand(
    make_bench: MakeBench, watch: bool, code: Any
) -> None:
    """Who changed it gets a worker of its own: the next file sees an unchanged process."""
    bench = make_bench(LEAVING)
    tasks = [bench.task(0, "meddle", ["obedient"]), bench.task(1, "other", ["obedient"])]
    sections, _ = bench.run(Job(tasks, watch=watch))
    assert sections[0, "obedient"].code == code
    assert sections[1, "obedient"].data == {"Meddled": "" if watch else "x"}
