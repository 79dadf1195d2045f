"""`metaextract extract` as a user runs it: one record or one clear line for every path."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.workers import limits

PLUGIN = """
import time
from metaextract_sdk import Extractor

class Plugin(Extractor):
    '''Does what the name of a file says.'''
    media_types = ("*/*",)
    version = "1"
    profiles = ("deep",)

    def extract(self, file, ctx):
        if file.name == "sleep":
            (ctx.scratch / "started").touch()
            time.sleep(600)
        if file.name == "raise":
            raise ValueError("this is wrong")
        return {"Name": file.name}
"""
HOOK = """
from metaextract_sdk import hookimpl

@hookimpl
def metaextract_publish(record):
    raise RuntimeError("no")
"""
INTERRUPTED = 130


class Cli:
    """Runs the command in a folder of its own, with one plugin installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "files"
        self.folder.mkdir()
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self._site = folder / "site"
        self._site.mkdir()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(self._site),
            "METAEXTRACT_CACHE_DIR": str(folder / "cache"),
            "METAEXTRACT_CONFIG": os.devnull,
            "TMPDIR": str(self.scratch),
        }
        self.install("obey", PLUGIN)

    def install(self, name: str, source: str, group: str = "extractors") -> None:
        (self._site / f"{name}.py").write_text(source)
        info = self._site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        target = f"{name}:Plugin" if group == "extractors" else name
        (info / "entry_points.txt").write_text(f"[metaextract.{group}]\n{name} = {target}\n")

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        return [sys.executable, "-m", "metaextract_core", "extract", *arguments]

    def run(
        self, *arguments: str | bytes, input_: bytes = b"", **more: Any
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            input=input_,
            capture_output=True,
            timeout=120,
            check=False,
            **more,
        )

    def records(self, *arguments: str | bytes, **more: Any) -> list[dict[str, Any]]:
        """The records of a run that says nothing but JSON Lines."""
        done = self.run("--ordered", "--format", "jsonl", "--only", "obey", *arguments, **more)
        assert b"Traceback" not in done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def file(self, name: str, content: str = "text\n") -> str:
        (self.folder / name).write_text(content)
        return name


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.fixture
def no_child_is_left() -> Iterator[None]:
    """Whoever orphans a process hands it to this one, which then sees it."""
    limits.adopt_orphans()
    before = limits.children()
    yield
    assert limits.children() == before


def test_each_path_gets_its_record_in_order(cli: Cli) -> None:
    names = [cli.file(name) for name in ("b", "a", "c")]
    done = cli.run("--ordered", "--format", "jsonl", "--only", "obey", *names)
    assert [json.loads(line)["file"]["path"] for line in done.stdout.splitlines()] == names
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_is_one_array(cli: Cli) -> None:
    names = [cli.file("a"), cli.file("b")]
    done = cli.run("--format", "json", "--no-plugins", *names)
    assert [record["file"]["path"] for record in json.loads(done.stdout)] == names
    (cli.folder / "empty").mkdir()
    nothing = cli.run("--format", "json", "--no-plugins", "empty")
    assert (nothing.returncode, json.loads(nothing.stdout)) == (0, [])


def test_every_odd_path_gets_a_record_and_one_line_says_how_many_failed(cli: Cli) -> None:
    os.mkfifo(cli.folder / "fifo")
    (cli.folder / "broken").symlink_to("nowhere")
    paths = ["missing", "fifo", "/dev/zero", "broken", cli.file("empty", ""), cli.file("new\nline")]
    done = cli.run("--ordered", "--format", "jsonl", "--only", "obey", *paths)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["file"]["path"] for record in records] == paths
    assert ["error" in record["file"] for record in records] == [True] * 4 + [False] * 2
    assert records[-1]["sections"]["obey"]["data"] == {"Name": "new\nline"}
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "metaextract: 4 of 6 files could not be read completely; their records say why\n"
    )


def test_f49_a_name_that_is_no_utf8_keeps_its_bytes(cli: Cli) -> None:
    raw = b"caf\xe9"
    with open(os.fsencode(cli.folder) + b"/" + raw, "wb"):
        pass
    (given,) = cli.records(raw)
    (walked,) = cli.records(".")
    assert base64.b64decode(given["file"]["path_base64"]) == raw
    assert base64.b64decode(walked["file"]["path_base64"]) == b"./" + raw
    assert given["file"]["name"] == "caf\ufffd"
    name = given["sections"]["obey"]["data"]["Name"]
    assert base64.b64decode(name["base64"]) == raw


def test_lists_of_paths_come_from_a_file_or_standard_input(cli: Cli) -> None:
    for name in ("a", "b", "c\nd"):
        cli.file(name)
    (cli.folder / "list").write_bytes(b"a\n\nb")
    from_file = cli.records("--files-from", "list")
    assert [record["file"]["path"] for record in from_file] == ["a", "b"]
    mixed = cli.records("b", "--files-from", "-", "-0", input_=b"a\0c\nd\0")
    assert [record["file"]["path"] for record in mixed] == ["b", "a", "c\nd"]


def test_records_of_a_list_come_before_the_list_ends(cli: Cli) -> None:
    """A list may be longer than memory, or have no end: it is read as its files are."""
    cli.file("a")
    with subprocess.Popen(
        cli.command("--format", "jsonl", "--no-plugins", "--files-from", "-"),
        cwd=cli.folder,
        env=cli.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"a\n" * 5000)
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        assert first["file"]["path"] == "a"
        process.stdin.close()
        assert len(process.stdout.readlines()) == 4999


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name at least one file or folder, or use --files-from"),
        (["--profile", "thorough", "x"], "'thorough' is not one of 'fast', 'standard', 'deep'"),
        (["--only", "nobody", "x"], "there is no extractor 'nobody'; known: "),
        (["--exclude", "nobody", "x"], "there is no extractor 'nobody'; known: "),
        (["--no-plugins", "--only", "obey", "x"], "'obey'; known: none is installed"),
        (["--files-from", "nowhere"], "cannot read the list nowhere: No such file or directory"),
        (["--no-plugins", "-o", "nowhere/out", "x"], "cannot write nowhere/out: No such file"),
        (["--timeout", "0", "x"], "0.0 is not in the range"),
    ],
)
def test_usage_errors_end_with_2_and_one_sentence(
    cli: Cli, arguments: list[str], message: str
) -> None:
    done = cli.run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    (error,) = [line for line in done.stderr.decode().splitlines() if line.startswith("Error:")]
    assert message in error
    assert "Traceback" not in done.stderr.decode()


def test_only_takes_several_names_and_a_failure_makes_the_status_1(cli: Cli) -> None:
    cli.install("twin", PLUGIN)
    done = cli.run(
        "--only", "obey,twin", "--ordered", "--format", "jsonl", cli.file("raise"), cli.file("b")
    )
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(first["sections"]) == {"obey", "twin"}
    assert first["summary"]["extractors_failed"] == 2
    assert second["summary"] == {
        "fields_extracted": 2,
        "extractors_run": 2,
        "extractors_failed": 0,
    }
    assert done.returncode == 1
    assert done.stderr.startswith(b"metaextract: 1 of 2 files could not be read completely")


def test_quiet_says_nothing_and_the_status_still_tells(cli: Cli) -> None:
    done = cli.run("-q", "--no-plugins", "--format", "jsonl", "missing")
    assert (done.returncode, done.stderr) == (1, b"")


def test_without_plugins_records_hold_identities_alone(cli: Cli) -> None:
    done = cli.run("--no-plugins", "--format", "jsonl", "--profile", "deep", cli.file("a.txt"))
    record = json.loads(done.stdout)
    assert record["file"]["media_type"] == "text/plain"
    assert (record["sections"], record["fields"]) == ({}, {})


def test_a_hook_that_misbehaves_is_named_and_every_record_is_written(cli: Cli) -> None:
    cli.install("wrong", HOOK, "hooks")
    done = cli.run("--format", "jsonl", "--only", "obey", cli.file("a"))
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.decode().splitlines() == [
        "metaextract: wrong: metaextract_publish raised RuntimeError: no"
    ]


def test_the_timeout_ends_an_extractor_that_hangs(cli: Cli) -> None:
    (record,) = cli.records("--timeout", "0.5", cli.file("sleep"))
    assert record["sections"]["obey"]["status"] == "timeout"


def test_the_output_file_appears_whole_and_a_link_to_it_stays(cli: Cli) -> None:
    (cli.folder / "link").symlink_to("out")
    done = cli.run("-o", "link", "--format", "json", "--no-plugins", cli.file("a"))
    assert (done.returncode, done.stdout) == (0, b"")
    assert (cli.folder / "link").is_symlink()
    assert len(json.loads((cli.folder / "out").read_bytes())) == 1
    assert sorted(path.name for path in cli.folder.iterdir()) == ["a", "link", "out"]


def test_output_to_a_device_leaves_the_device_alone(cli: Cli) -> None:
    """Giving a finished file the name ``/dev/null`` would cost the machine its null device."""
    done = cli.run("-o", "/dev/null", "--no-plugins", cli.file("a"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert Path("/dev/null").is_char_device()
    assert not Path("/dev/null.part").exists()


@pytest.mark.usefixtures("no_child_is_left")
def test_ctrl_c_ends_with_130_one_line_and_no_process(cli: Cli) -> None:
    process = subprocess.Popen(
        cli.command("--only", "obey", "--format", "jsonl", cli.file("a"), cli.file("sleep")),
        cwd=cli.folder,
        env=cli.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _wait_for(cli, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (INTERRUPTED, b"metaextract: interrupted")


@pytest.mark.usefixtures("no_child_is_left")
def test_an_interrupted_run_leaves_the_output_file_as_it_was(cli: Cli) -> None:
    (cli.folder / "out").write_text("the last run")
    arguments = ("--only", "obey", "-o", "out", "--format", "jsonl", "a", cli.file("sleep"))
    process = subprocess.Popen(
        cli.command(*arguments), cwd=cli.folder, env=cli.environment, stderr=subprocess.PIPE
    )
    _wait_for(cli, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert (cli.folder / "out").read_text() == "the last run"
    assert f"what had been written is in {cli.folder / 'out.part'}" in said.decode()
    (line,) = (cli.folder / "out.part").read_bytes().splitlines()
    assert json.loads(line)["file"]["error"] == "there is no such file"


def _wait_for(cli: Cli, process: subprocess.Popen[bytes]) -> None:
    """Until the extractor has said that it runs; a command that ends before is a failure."""
    while not [*cli.scratch.rglob("started")]:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)


@pytest.mark.usefixtures("no_child_is_left")
@pytest.mark.parametrize("format_", ["table", "json", "jsonl"])
def test_a_reader_that_has_seen_enough_causes_no_complaint(cli: Cli, format_: str) -> None:
    """As in ``metaextract extract ... | head -1``."""
    for number in range(300):
        cli.file(f"{number:03}")
    with subprocess.Popen(
        cli.command("--no-plugins", "--format", format_, "."),
        cwd=cli.folder,
        env=cli.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 128 + signal.SIGPIPE


@pytest.mark.parametrize("format_", ["table", "json", "jsonl"])
def test_a_full_disk_is_one_line(cli: Cli, format_: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            cli.command("--no-plugins", "--format", format_, cli.file("a")),
            cwd=cli.folder,
            env=cli.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"metaextract: No space left on device\n")
