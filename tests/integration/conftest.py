"""The real command line with all first-party plugins and the mock, in a folder of its own."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.workers.sandbox.policy import Layer, Policy
from metaextract_core.workers.sandbox.trial import missing_here
from metaextract_sdk.mock import install as install_mock

_DEADLINE = 300
"""Seconds after which a command counts as hanging."""

_UNCACHED = "[cache]\nenabled = false\n"
"""What one test's extractors have said is no answer to what the next one asks them."""

Mock = Callable[..., Path]


class CommandLine:
    """Runs `metaextract` with a cache, a state and a configuration of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        plugins = root / "plugins"
        plugins.mkdir()
        install_mock(plugins)
        (root / "config.toml").write_text(_UNCACHED)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(plugins),
            "METAEXTRACT_CACHE_DIR": str(root / "cache"),
            "METAEXTRACT_CONFIG": str(root / "config.toml"),
            "METAEXTRACT_DATA_DIR": str(root / "data"),
            "METAEXTRACT_STATE_DIR": str(root / "state"),
        }

    def command(self, *arguments: str | bytes | Path) -> list[str | bytes | Path]:
        return [sys.executable, "-m", "metaextract_core", *arguments]

    def run(
        self, *arguments: str | bytes | Path, input_: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            input=input_ if input_ is not None else b"",
            timeout=_DEADLINE,
            check=False,
        )

    def peak_of(self, *arguments: str | bytes | Path) -> tuple[int, list[dict[str, Any]]]:
        """Bytes of memory of the largest process of an extraction at its peak, and the records."""
        program = (
            "import resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:])\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        )
        command = self.command("extract", "--ordered", "--format", "jsonl", *arguments)
        done = subprocess.run(
            [sys.executable, "-c", program, *command],
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            timeout=_DEADLINE,
            check=True,
        )
        *lines, peak = done.stdout.splitlines()
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
        return int(peak) * 1024, [json.loads(line) for line in lines]

    def extract(
        self, *arguments: str | bytes | Path, input_: bytes | None = None
    ) -> tuple[int, list[dict[str, Any]]]:
        """Exit status and records; whatever happens, no traceback reaches the user."""
        done = self.run("extract", "--ordered", "--format", "jsonl", *arguments, input_=input_)
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


Configured = Callable[..., CommandLine]


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("command-line"))


@pytest.fixture(autouse=True)
def own_memory(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The documents of one test, which may kill workers, are not remembered in the next."""
    if "command_line" in request.fixturenames:
        program = request.getfixturevalue("command_line")
        program.environment["METAEXTRACT_STATE_DIR"] = str(tmp_path / "state")


@pytest.fixture
def mock(tmp_path: Path) -> Mock:
    """Writes a document that orders the mock extractor about."""

    def write(name: str, *orders: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"metaextract-mock": list(orders)}))
        return path

    return write


@pytest.fixture(scope="session")
def missing() -> dict[Layer, str]:
    return missing_here(Policy())


@pytest.fixture
def configured(command_line: CommandLine, tmp_path: Path) -> Configured:
    """The command line with a table ``[workers]`` in its configuration."""

    def configure(**keys: Any) -> CommandLine:
        file = tmp_path / "workers.toml"
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        file.write_text("\n".join([_UNCACHED, "[workers]", *lines]))
        other = copy.copy(command_line)
        other.environment = {**command_line.environment, "METAEXTRACT_CONFIG": str(file)}
        return other

    return configure


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real files that are not part of this project."""
    default = Path(__file__).parents[2] / ".." / "shared" / "corpora"
    folder = Path(os.environ.get("METAEXTRACT_CORPORA", default)).resolve()
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; METAEXTRACT_CORPORA names another place")
    return folder
