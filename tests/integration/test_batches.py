"""A batch that is killed goes on where it was: every file exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CommandLine = Any
FILES = 200


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Photographs, texts, what is broken, what is empty, and names that nobody expects."""
    folder = tmp_path / "files"
    folder.mkdir()
    samples = Path(__file__).parents[2] / "samples"
    contents = [path.read_bytes() for path in sorted(samples.iterdir()) if path.is_file()]
    for number in range(FILES):
        content = contents[number % len(contents)]
        if number % 7 == 0:
            content = content[: len(content) // 2]
        (folder / f"{number:03} \u00e4.{number % 3}").write_bytes(content + b"%d" % number)
    (folder / "empty").touch()
    os.mkfifo(folder / "fifo")
    with open(os.fsencode(folder) + b"/caf\xe9\n", "wb") as file:
        file.write(b"text")
    return folder


def finished(part: Path) -> int:
    return part.read_bytes().count(b"\n") if part.exists() else 0


def paths(output: Path) -> Counter[str]:
    records = [json.loads(line)["file"] for line in output.read_bytes().splitlines()]
    return Counter(record.get("path_base64", record["path"]) for record in records)


class Batch:
    """One batch that is begun, killed and resumed until it is complete."""

    def __init__(self, command_line: CommandLine, folder: Path, name: str, *options: str) -> None:
        self.output, self.part = folder / name, folder / f"{name}.part"
        self._folder = folder
        self._command = command_line.command(
            *("extract", "files", "--format", "jsonl", "-o", name, "-q", "--resume", *options)
        )
        state = {"METAEXTRACT_STATE_DIR": str(folder / "state")}
        self._environment = command_line.environment | state

    def kill(self, more: int, signal_: int) -> bool:
        """Run until so many more files are done, then kill; False where it was complete before."""
        with subprocess.Popen(self._command, cwd=self._folder, env=self._environment) as program:
            wanted = finished(self.part) + more
            deadline = time.monotonic() + 120
            while finished(self.part) < wanted and program.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.002)
            program.send_signal(signal_)
            status = program.wait(60)
        assert status in (0, 1, -signal.SIGKILL, 128 + signal.SIGTERM)
        return status not in (0, 1)


@pytest.mark.parametrize("ordered", [(), ("--ordered",)], ids=["as ready", "ordered"])
def test_f32_a_batch_killed_ten_times_has_every_file_exactly_once(
    command_line: CommandLine, tmp_path: Path, files: Path, ordered: tuple[str, ...]
) -> None:
    """In one batch or in several: how many are done in the meantime is nobody's to say."""
    dice = random.Random(len(ordered))
    kills = batches = 0
    while kills < 10:
        batches += 1
        assert batches <= 10
        batch = Batch(command_line, tmp_path, f"out{batches}.jsonl", *ordered)
        while batch.kill(dice.randrange(1, 20), dice.choice([signal.SIGKILL, signal.SIGTERM])):
            kills += 1
        whole = paths(batch.output)
        assert set(whole.values()) == {1}
        assert len(whole) == FILES + 3
        assert not batch.part.exists()
        assert not [*(tmp_path / "state").rglob("batches/*")]


def test_ctrl_c_says_how_to_go_on_and_that_works(
    command_line: CommandLine, tmp_path: Path, files: Path
) -> None:
    environment = {**command_line.environment, "METAEXTRACT_STATE_DIR": str(tmp_path / "state")}
    command = command_line.command("extract", "files", "--format", "jsonl", "-o", "out")
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as program:
        deadline = time.monotonic() + 120
        while finished(tmp_path / "out.part") < 10:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=60)
    assert program.returncode == 130
    *_, hint, last = filter(None, said.splitlines())
    assert last == "metaextract: interrupted", said
    assert hint.endswith("extract files --format jsonl -o out --resume"), said
    before = finished(tmp_path / "out.part")
    assert 10 <= before < FILES
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 1
    assert set(paths(tmp_path / "out").values()) == {1}


Read = Callable[..., list[dict[str, Any]]]


def test_records_are_equal_ordered_and_not_with_one_worker_and_with_several(
    command_line: CommandLine, tmp_path: Path, files: Path
) -> None:
    runs = []
    for arguments in (("--jobs", "1", "--ordered"), ("--jobs", "3"), ("--jobs", "2", "--ordered")):
        done = command_line.run("extract", "--format", "jsonl", "-q", *arguments, files)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(records) == FILES + 3
        if "--ordered" in arguments:
            named = [record["file"]["path"] for record in records]
            assert named == sorted(named)
        runs.append({_name(record): _lasting(record) for record in records})
    assert runs[0] == runs[1] == runs[2]


def _name(record: dict[str, Any]) -> str:
    return str(record["file"].get("path_base64", record["file"]["path"]))


def _lasting(record: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on the moment."""
    for section in record["sections"].values():
        section.pop("duration_ms")
        section["data"].pop("System:FileAccessDate", None)
    record["fields"].pop("file.accessed", None)
    return record
