"""Faults F01 to F10: extractors that misbehave, ordered to by documents, through the real program.

Each test reads a good file before and after the bad one, and the other extractors of the bad file
must have answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import processes_with, until

CommandLine = Any
Mock = Any


@pytest.fixture
def obey(command_line: CommandLine, mock: Mock) -> Any:
    """The mock's section for a document with these orders."""

    def run(*orders: dict[str, Any], timeout: float = 20) -> dict[str, Any]:
        good = {"do": "set", "word": "good"}
        paths = [mock("1.json", good), mock("2.json", *orders), mock("3.json", good)]
        status, records = command_line.extract(
            "--profile", "fast", "--timeout", str(timeout), *paths
        )
        before, bad, after = records
        for record in (before, after):
            assert record["sections"]["mock"]["data"]["word"] == "good"
        others = {name: part["status"] for name, part in bad["sections"].items() if name != "mock"}
        assert others.get("filesystem") == "ok"
        assert set(others.values()) <= {"ok", "skipped"}
        section: dict[str, Any] = bad["sections"]["mock"]
        failed = section["status"] in ("failed", "crashed", "timeout", "memory")
        assert status == (1 if failed else 0)
        return section

    return run


def test_f01_an_extractor_that_raises(obey: Any) -> None:
    section = obey({"do": "raise", "message": "wrong here"})
    assert (section["status"], section["code"]) == ("failed", "MX501")
    assert section["reason"].startswith("ValueError: wrong here (")


@pytest.mark.parametrize("order", ["spin", "sleep"])
def test_f02_f03_an_extractor_that_hangs(obey: Any, order: str) -> None:
    section = obey({"do": order}, timeout=1)
    assert (section["status"], section["code"]) == ("timeout", "MX502")
    # Killed within a second of its deadline, as far as a busy machine lets anyone be punctual.
    assert section["duration_ms"] >= 1000


def test_f04_an_extractor_that_fills_the_memory(obey: Any) -> None:
    section = obey({"do": "allocate"})
    assert (section["status"], section["code"]) == ("memory", "MX503")


def test_f04_the_host_does_not_grow_with_the_extractor(
    command_line: CommandLine, mock: Mock
) -> None:
    mild = [mock("mild.json", {"do": "set", "a": 1})]
    greedy = [mock(f"{number}.json", {"do": "allocate"}) for number in range(3)]
    assert _peak_of(command_line, greedy) - _peak_of(command_line, mild) < 64 << 20


def _peak_of(command_line: CommandLine, paths: list[Path]) -> int:
    """Bytes of memory at the peak of the process that ran the kernel, by its own account."""
    program = (
        "import resource, sys\n"
        "from metaextract_core import extract\n"
        "list(extract(sys.argv[1:], profile='fast'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *paths],
        env=command_line.environment,
        capture_output=True,
        timeout=120,
        check=True,
    )
    return int(done.stdout) * 1024


@pytest.mark.parametrize(("order", "signal"), [("segfault", "SIGSEGV"), ("abort", "SIGABRT")])
def test_f05_an_extractor_that_crashes(obey: Any, order: str, signal: str) -> None:
    section = obey({"do": order})
    assert (section["status"], section["code"]) == ("crashed", "MX504")
    assert section["reason"].startswith(signal)


@pytest.mark.parametrize(
    ("order", "status", "reason"),
    [
        ("_exit", "crashed", "exit status 0"),
        ("exit", "failed", "SystemExit"),
        ("interrupt", "failed", "KeyboardInterrupt"),
    ],
)
def test_f06_an_extractor_that_ends_its_process(
    obey: Any, order: str, status: str, reason: str
) -> None:
    section = obey({"do": order})
    assert section["status"] == status
    assert reason in section["reason"]


@pytest.mark.parametrize("order", ["fork", "daemon"])
def test_f07_an_extractor_that_leaves_children(obey: Any, order: str) -> None:
    section = obey({"do": order})
    assert section["status"] == "ok"
    pid = section["data"]["child"]
    # An orphan is reaped by the system's own first process, in its own time.
    assert until(lambda: not os.path.exists(f"/proc/{pid}"))


def test_f07_an_extractor_that_leaves_a_thread(obey: Any) -> None:
    section = obey({"do": "thread"})
    assert (section["status"], section["code"]) == ("ok", "MX508")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_f08_an_extractor_that_writes_100_mb(obey: Any, stream: str) -> None:
    section = obey({"do": "print", "size": 100 << 20, "stream": stream}, {"do": "set", "a": 1})
    assert (section["status"], section["code"], section["data"]["a"]) == ("ok", "MX509", 1)
    assert f"it wrote {100 << 20} bytes to its output" in section["warnings"]
    assert len(section["output"]) == 4096


def test_f09_an_extractor_that_returns_a_million_tags(obey: Any) -> None:
    section = obey({"do": "tags", "count": 1_000_000})
    assert (section["status"], section["code"]) == ("partial", "MX506")
    assert section["data"]["…"] == "[cut: 950001 more]"


def test_f09_an_extractor_that_returns_one_value_of_100_mb(obey: Any) -> None:
    section = obey({"do": "big", "size": 100 << 20})
    assert (section["status"], section["code"]) == ("partial", "MX506")
    assert section["data"]["big"].endswith(f"[cut: {100 << 20} characters in all]")


def test_f09_an_extractor_that_returns_one_value_of_1_gb(obey: Any) -> None:
    """More than its memory allows: it never gets as far as returning it."""
    assert obey({"do": "big", "size": 1 << 30})["status"] == "memory"


def test_f10_an_extractor_that_returns_deep_data(obey: Any) -> None:
    section = obey({"do": "deep", "levels": 100_000})
    assert (section["status"], section["code"]) == ("partial", "MX506")
    assert "nested deeper than 64 levels" in section["reason"]


def test_f10_an_extractor_that_recurses(obey: Any) -> None:
    section = obey({"do": "recurse"})
    assert (section["status"], section["code"]) == ("failed", "MX501")
    assert section["reason"].startswith("RecursionError")


@pytest.mark.parametrize("value", [None, 1, "text", [1, 2]])
def test_an_extractor_that_returns_rubbish(obey: Any, value: Any) -> None:
    section = obey({"do": "return", "value": value})
    assert (section["status"], section["code"]) == ("failed", "MX505")


def test_after_all_that_no_process_and_no_scratch_folder_is_left(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    orders = ["raise", "segfault", "fork", "daemon", "thread", "spin", "_exit"]
    paths = [mock(f"{order}.json", {"do": order}) for order in orders]
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = dict(command_line.environment)
    try:
        command_line.environment["TMPDIR"] = str(scratch)
        command_line.environment["METAEXTRACT_TEST_MARK"] = mark = str(tmp_path)
        command_line.extract("--profile", "fast", "--timeout", "1", *paths)
    finally:
        command_line.environment.clear()
        command_line.environment.update(environment)
    assert list(scratch.iterdir()) == []
    assert until(lambda: processes_with(mark) == [])
