"""A Redis server of the tests' own, on a socket of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest


class RedisServer:
    """A real redis-server that nobody else can reach; it writes nothing to disk."""

    def __init__(self) -> None:
        # The path of a socket may have 107 bytes, which pytest's own folders exceed.
        self._folder = Path(tempfile.mkdtemp(prefix="metaextract-redis-"))
        self.url = f"unix://{self._folder}/socket"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *("redis-server", "--port", "0", "--unixsocket", f"{self._folder}/socket"),
                *("--save", "", "--appendonly", "no", "--dir", str(self._folder)),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)

    def _answers(self) -> bool:
        from redis.exceptions import RedisError

        try:
            return bool(self.client().ping())
        except RedisError:
            return False

    def client(self) -> Any:
        """For the tests themselves."""
        import redis

        return redis.Redis.from_url(self.url, socket_timeout=10)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)


def require_redis() -> None:
    """Skip where there is no redis-server, or no redis-py."""
    pytest.importorskip("redis", reason="redis-py is not installed")
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
