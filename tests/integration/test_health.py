"""What extractors do is remembered from one run of the real program to the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import until

from metaextract_core.health.store import State, Store
from metaextract_core.workers import limits

CommandLine = Any
Mock = Any
Sections = dict[str, dict[str, Any]]


@pytest.fixture
def read(command_line: CommandLine) -> Callable[..., list[Sections]]:
    """The sections of documents, read by one run of the program."""

    def run(*paths: Path) -> list[Sections]:
        _, records = command_line.extract("--profile", "fast", "--timeout", "20", *paths)
        return [record["sections"] for record in records]

    return run


def state(tmp_path: Path) -> State:
    """What the runs of this test have left."""
    return Store(tmp_path / "state", pytest.fail).read()


def others(sections: Sections) -> set[str]:
    return {part["status"] for name, part in sections.items() if name != "mock"}


def workers(program: int) -> list[int]:
    """The workers of a running program: the children of its template."""
    return [worker for child in limits.children(program) for worker in limits.children(child)]


def test_f29_a_worker_killed_in_mid_extraction_costs_one_section(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    """The file's other sections arrive, its own says `crashed`, the next file is served.

    The document has the mock leave a child first, so that one can see that it has begun.
    """
    busy = mock("1.json", {"do": "fork"}, {"do": "sleep"})
    good = mock("2.json", {"do": "set", "word": "good"})
    arguments = (
        "extract",
        "--profile",
        "fast",
        "--format",
        "jsonl",
        "--ordered",
        "--jobs",
        "1",
        busy,
        good,
    )
    with subprocess.Popen(
        command_line.command(*arguments),
        env=command_line.environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        at_work: list[int] = []

        def begun() -> bool:
            at_work[:] = [pid for pid in workers(program.pid) if limits.children(pid)]
            return bool(at_work)

        assert until(begun)
        os.kill(at_work[0], signal.SIGKILL)
        out, said = program.communicate(timeout=120)
    assert program.returncode == 1
    assert "Traceback" not in said
    killed, served = (json.loads(line)["sections"] for line in out.splitlines())
    assert (killed["mock"]["status"], killed["mock"]["code"]) == ("crashed", "MX512")
    assert killed["mock"]["reason"] == "SIGKILL while reading this file"
    assert "filesystem" in killed
    assert others(killed) <= {"ok", "skipped"}
    assert served["mock"]["data"] == {"word": "good", "obeyed": ["set"]}
    # It was an accident: the extractor has no error on its account.
    assert state(tmp_path).tallies["mock", "1"].errors == 0


def test_f29_workers_killed_again_and_again_cost_nothing_where_files_may_be_read_again(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    """Every file exactly once, and all of them whole."""
    busy = mock("1.json", {"do": "fork"}, {"do": "sleep", "seconds": 2})
    goods = [mock(f"{number}.json", {"do": "set", "number": number}) for number in range(2, 40)]
    arguments = ("--profile", "fast", "--format", "jsonl", "--ordered", "--jobs", "1", "--no-cache")
    with subprocess.Popen(
        command_line.command("extract", *arguments, "--retries", "3", busy, *goods),
        env=command_line.environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        killed: set[int] = set()

        def begun() -> bool:
            at_work = {pid for pid in workers(program.pid) if limits.children(pid)} - killed
            for pid in at_work:
                os.kill(pid, signal.SIGKILL)
            killed.update(at_work)
            return len(killed) >= 3

        assert until(begun)
        out, _ = program.communicate(timeout=120)
    assert program.returncode == 0
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["file"]["path"] for record in records] == [str(busy), *map(str, goods)]
    assert {record["sections"]["mock"]["status"] for record in records} == {"ok"}


def test_f30_one_poison_file_among_256_is_found_and_only_that(
    read: Callable[..., list[Sections]], mock: Mock, tmp_path: Path
) -> None:
    paths = [mock(f"{number}.json", {"do": "set", "number": number}) for number in range(255)]
    paths.insert(100, mock("bad.json", {"do": "segfault"}))
    sections = read(*paths)
    statuses = [part["mock"]["status"] for part in sections]
    assert statuses == ["ok"] * 100 + ["crashed"] + ["ok"] * 155
    found = state(tmp_path)
    assert [(death.extractor, death.code, death.times) for death in found.deaths] == [
        ("mock", "MX504", 1)
    ]
    assert found.tallies["mock", "1"].outcomes == {("ok", ""): 255, ("crashed", "MX504"): 1}
    assert found.quarantined == {}


def test_a_poison_file_is_remembered_by_its_content(
    command_line: CommandLine, read: Callable[..., list[Sections]], mock: Mock, tmp_path: Path
) -> None:
    """It ends one worker, not one each time; a copy is recognised, an edited file is read."""
    bad = mock("bad.json", {"do": "segfault"})
    ((first),) = read(bad)
    assert first["mock"]["code"] == "MX504"
    copy = tmp_path / "copy.json"
    copy.write_bytes(bad.read_bytes())
    for sections in read(bad, copy):
        section = sections["mock"]
        assert (section["status"], section["code"]) == ("crashed", "MX511")
        assert section["reason"].startswith("remembered: SIGSEGV while reading this file, on ")
        assert section["duration_ms"] == 0
        assert others(sections) <= {"ok", "skipped"}
    assert [death.times for death in state(tmp_path).deaths] == [1]
    mock("copy.json", {"do": "set", "a": 111})
    assert os.path.getsize(copy) != os.path.getsize(bad)
    copy.write_text(copy.read_text().ljust(os.path.getsize(bad)))
    assert read(copy)[0]["mock"]["status"] == "ok"
    assert command_line.run("plugins", "reset", "mock").returncode == 0
    assert read(bad)[0]["mock"]["code"] == "MX504"


def test_a_poison_file_read_again_and_again_does_not_quarantine(
    command_line: CommandLine,
    read: Callable[..., list[Sections]],
    mock: Mock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where it is not remembered: what counts is how many different files there were."""
    (tmp_path / "config.toml").write_text("[health]\nremember = 0\n")
    monkeypatch.setitem(
        command_line.environment, "METAEXTRACT_CONFIG", str(tmp_path / "config.toml")
    )
    bad = mock("bad.json", {"do": "abort"})
    for _ in range(4):
        assert read(bad)[0]["mock"]["code"] == "MX504"
    assert [death.times for death in state(tmp_path).deaths] == [4]
    assert state(tmp_path).quarantined == {}
    assert read(mock("good.json", {"do": "set", "a": 1}))[0]["mock"]["status"] == "ok"


def test_an_extractor_that_crashes_again_and_again_is_quarantined_until_it_is_reset(
    command_line: CommandLine, read: Callable[..., list[Sections]], mock: Mock
) -> None:
    good = mock("good.json", {"do": "set", "word": "good"})
    for order in ("segfault", "abort", "_exit"):
        assert read(mock(f"{order}.json", {"do": order}))[0]["mock"]["status"] == "crashed"
    (sections,) = read(good)
    section = sections["mock"]
    assert (section["status"], section["code"]) == ("unavailable", "MX110")
    assert "plugins reset mock" in section["reason"]
    assert others(sections) <= {"ok", "skipped"}
    said = command_line.run("extract", "--profile", "fast", good).stderr.decode()
    assert "left out as broken: mock" in said
    rows = json.loads(command_line.run("plugins", "list", "--json").stdout)["plugins"]
    (row,) = (row for row in rows if row["status"] == "quarantined")
    assert (row["name"], row["code"], row["health"]["level"]) == ("mock", "MX110", "critical")
    assert command_line.run("plugins", "check", "mock").returncode == 1
    assert command_line.run("plugins", "reset", "mock").returncode == 0
    assert read(good)[0]["mock"]["data"]["word"] == "good"
    assert command_line.run("plugins", "check", "mock").returncode == 0


def test_two_programs_count_at_once_and_nothing_is_lost(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    good = [mock(f"{number}.json", {"do": "set", "a": number}) for number in range(20)]
    bad = [mock(f"{number}.txt", {"do": "raise"}, {"do": number}) for number in range(5)]
    command = command_line.command("extract", "--profile", "fast", "-q", *good, *bad)
    programs = [
        subprocess.Popen(command, env=command_line.environment, stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [program.wait(120) for program in programs] == [1, 1, 1]
    tally = state(tmp_path).tallies["mock", "1"]
    assert tally.outcomes == {("ok", ""): 60, ("failed", "MX501"): 15}


@pytest.mark.parametrize("fault", ["a file is in the way", "damaged"])
def test_counters_are_never_worth_a_result(
    command_line: CommandLine, mock: Mock, tmp_path: Path, fault: str
) -> None:
    folder = tmp_path / "state"
    if fault == "damaged":
        folder.mkdir()
        (folder / "health.sqlite").write_bytes(b"rubbish" * 1000)
    else:
        folder.write_text("")
    paths = [mock(f"{order}.json", {"do": order}) for order in ("set", "segfault", "abort")]
    done = command_line.run(
        "extract", "--profile", "fast", "--ordered", "--format", "jsonl", "-q", *paths
    )
    statuses = [json.loads(line)["sections"]["mock"]["status"] for line in done.stdout.splitlines()]
    assert statuses == ["ok", "crashed", "crashed"]
    (line,) = done.stderr.decode().splitlines()
    assert str(folder) in line
