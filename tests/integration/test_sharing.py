"""Processes and machines that read the same at the same time share the work, and say the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.redis_server import RedisServer, require_redis

CommandLine = Any
SAMPLES = Path(__file__).parents[2] / "samples"
COPIES = 12
STABLE = ("digests", "exiftool", "filesystem")
"""Extractors that say something of every file, and would say it again."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The same files under a hundred names, of which each has a content of its own."""
    folder = tmp_path / "files"
    for number in range(COPIES):
        shutil.copytree(
            SAMPLES, folder / str(number), ignore=shutil.ignore_patterns("*.py", "*.md")
        )
        for path in (folder / str(number)).rglob("*"):
            if path.is_file():
                with open(path, "ab") as file:
                    file.write(b"%d" % number)
    newest = max(path.stat().st_ctime_ns for path in folder.rglob("*"))
    while time.time_ns() - newest < 2_100_000_000:  # until a change would show in their times
        time.sleep(0.05)
    return folder


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    require_redis()
    with RedisServer() as server:
        yield server


class Machine:
    """The command line with a cache folder, and maybe a Redis server, of its own."""

    def __init__(self, command_line: CommandLine, cache: Path, redis: str = "") -> None:
        self._command_line = command_line
        self._environment = {
            **command_line.environment,
            "METAEXTRACT_CONFIG": os.devnull,
            "METAEXTRACT_CACHE_DIR": str(cache),
            "METAEXTRACT_STATE_DIR": str(cache.parent / f"{cache.name}-state"),
            "METAEXTRACT_REDIS_URL": redis,
        }

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command_line.command(*arguments),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # what is read ahead for a line is lost to `communicate` on Python 3.11
        )

    def extract(self, files: Path, *options: str) -> subprocess.Popen[bytes]:
        return self.start("extract", "--ordered", "--format", "jsonl", *options, files)

    def kept(self) -> Counter[str]:
        """How many sections of each extractor were kept."""
        with self.start("cache", "stats", "--json") as program:
            output, _ = program.communicate(timeout=60)
        extractors = json.loads(output)["extractors"]
        return Counter({name: counts["sets"] for name, counts in extractors.items()})


def records(*programs: subprocess.Popen[bytes]) -> list[list[dict[str, Any]]]:
    """What each has written; they are heard at the same time, for who is not heard waits."""
    with ThreadPoolExecutor() as threads:
        heard = [*threads.map(lambda program: program.communicate(timeout=300), programs)]
    found = []
    for program, (output, said) in zip(programs, heard, strict=True):
        assert program.returncode in (0, 1), said.decode()
        found.append([json.loads(line) for line in output.splitlines()])
    return found


def fields(found: list[dict[str, Any]]) -> list[Any]:
    return [(record["file"]["path"], record["fields"], record["summary"]) for record in found]


@pytest.mark.skipif(sys.platform != "linux", reason="no locks that the system frees")
def test_two_processes_read_each_content_once(
    command_line: CommandLine, tmp_path: Path, files: Path
) -> None:
    machine = Machine(command_line, tmp_path / "shared")
    first, second = records(*[machine.extract(files) for _ in range(2)])
    count = sum(path.is_file() for path in files.rglob("*"))
    assert len(first) == count
    assert fields(first) == fields(second)
    assert {name: machine.kept()[name] for name in STABLE} == dict.fromkeys(STABLE, count)


def test_two_machines_read_each_content_once(
    command_line: CommandLine, tmp_path: Path, files: Path, redis: RedisServer
) -> None:
    machines = [Machine(command_line, tmp_path / str(number), redis.url) for number in range(2)]
    first, second = records(*[machine.extract(files) for machine in machines])
    count = sum(path.is_file() for path in files.rglob("*"))
    assert fields(first) == fields(second)
    kept = machines[0].kept() + machines[1].kept()
    assert {name: kept[name] for name in STABLE} == dict.fromkeys(STABLE, count)


def stop(redis: RedisServer) -> None:
    import signal

    redis.signal(signal.SIGSTOP)


def refuse(redis: RedisServer) -> None:
    client = redis.client()
    client.config_set("maxmemory", "1")
    client.config_set("maxmemory-policy", "noeviction")


@pytest.mark.parametrize("trouble", [RedisServer.kill, stop, refuse])
def test_f24_a_run_goes_on_when_redis_is_in_trouble_in_the_middle_of_it(
    command_line: CommandLine,
    tmp_path: Path,
    files: Path,
    redis: RedisServer,
    trouble: Callable[[RedisServer], None],
) -> None:
    (alone,) = records(Machine(command_line, tmp_path / "alone").extract(files))
    program = Machine(command_line, tmp_path / "cache", redis.url).extract(files)
    assert program.stdout is not None
    first = program.stdout.readline()
    trouble(redis)
    output, said = program.communicate(timeout=300)
    found = [json.loads(line) for line in (first + output).splitlines()]
    assert fields(found) == fields(alone)
    (line,) = (line for line in said.decode().splitlines() if "Redis" in line)
    assert "cannot be used and is left out" in line
    assert b"Traceback" not in said


def test_a_url_that_is_none_is_refused_in_one_line(
    command_line: CommandLine, tmp_path: Path
) -> None:
    require_redis()
    machine = Machine(command_line, tmp_path / "cache", "localhost:6379")
    for arguments in (("extract", str(SAMPLES)), ("cache", "stats")):
        with machine.start(*arguments) as program:
            output, said = program.communicate(timeout=60)
        assert program.returncode == 2
        assert output == b""
        (line,) = said.decode().splitlines()
        assert "METAEXTRACT_REDIS_URL" in line
