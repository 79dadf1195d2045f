"""A PostgreSQL server of the tests' own, on a socket of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

_NOBODY = "postgres"
"""Debian's package makes this account; the server refuses to run as root."""


class PostgreSQLServer:
    """A real server that nobody else can reach; what it holds goes with it.

    It is as durable as an installed one: it waits for the disk at each commit.
    """

    def __init__(self) -> None:
        # The path of a socket may have 107 bytes, which pytest's own folders exceed.
        self._folder = Path(tempfile.mkdtemp(prefix="metaextract-postgresql-"))
        self._as: dict[str, Any] = {"cwd": self._folder}
        if os.geteuid() == 0:
            shutil.chown(self._folder, _NOBODY, _NOBODY)
            self._as |= {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        self._numbers = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            *("initdb", "--pgdata", "data", "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [_program("postgres"), "-D", "data", "-k", str(self._folder), "-h", ""],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, "postgres ended"
            assert time.monotonic() < deadline, "postgres does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        command = [_program("pg_isready"), "-q", "-h", str(self._folder)]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        command = [_program(program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self._as)

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"catalogue{next(self._numbers)}"
        self._run("createdb", "-h", str(self._folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def stop(self) -> None:
        """End it at once, as if its machine had lost power."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)


def _program(name: str) -> str:
    # Debian keeps the server's programs out of PATH, one folder for each version.
    found = shutil.which(name, path=os.pathsep.join([*_folders(), os.environ.get("PATH", "")]))
    return found or name


def _folders() -> list[str]:
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return [str(folder) for folder in sorted(folders, key=lambda folder: int(folder.parent.name))][
        ::-1
    ]


def require_postgresql() -> None:
    """Skip where there is no PostgreSQL, or no psycopg."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not os.path.isfile(_program("postgres")):
        pytest.skip("PostgreSQL is not installed")
