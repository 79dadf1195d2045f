"""One warm ExifTool process that answers command after command and may die of any of them.

pyexiftool finds and starts the process. Its own `execute` reads standard output to the end before
standard error, so that a full pipe stops both sides for ever, and it never returns once the process
is gone (sylikc/pyexiftool#95, #96, #105); `Session` replaces it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import secrets
import select
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import exiftool  # type: ignore[import-untyped]  # pyexiftool has no types
from exiftool.exceptions import ExifToolException  # type: ignore[import-untyped]  # as above

MAX_SAID: Final = 64 << 20
"""Bytes of one answer."""
MAX_COMPLAINT: Final = 4 << 10
"""Bytes of what one command may leave on standard error; the rest is read and dropped."""

_CONFIGURATION: Final = Path(__file__).with_name("untouched.config")
_AHEAD: Final = 3
"""Commands under way: enough that ExifTool never waits for us, too few to fill a pipe."""
_READ: Final = 1 << 16

# Perl orders hashes at random, and a few tags (XMP of GPX files) depend on the order: the same file
# has to give the same answer. Names chosen to collide cost no more than the host's deadline.
_ENVIRONMENT: Final = {"PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"}


class Fault(Exception):
    """ExifTool gave no answer; the message is a sentence that says why.

    Args:
        memory: whether it died of its cap on memory.
    """

    def __init__(self, message: str, *, memory: bool = False) -> None:
        super().__init__(message)
        self.memory = memory


class Answer(NamedTuple):
    """What one command wrote to standard output, and the beginning of its standard error."""

    said: bytes
    complaint: bytes


class Session(exiftool.ExifTool):  # type: ignore[misc]  # pyexiftool has no types
    """An ExifTool process.

    Args:
        arguments: options that hold for every command.
        memory: bytes of address space that the process may map.

    Raises:
        FileNotFoundError: there is no program ``exiftool`` on PATH.
    """

    def __init__(self, arguments: Sequence[str], memory: int) -> None:
        # Ours also keeps ExifTool from running ~/.ExifTool_config or one in the current folder.
        super().__init__(
            common_args=list(arguments), config_file=str(_CONFIGURATION), encoding="utf-8"
        )
        self._memory = memory
        self._said = _Stream()
        self._complaints = _Stream()
        self._under_way = 0

    def start(self) -> None:
        """Start the process and wait until it has told its version.

        Raises:
            Fault: it does not start.
        """
        try:
            with _environment(_ENVIRONMENT):
                self.run()
        except (Fault, OSError, RuntimeError, ExifToolException) as error:
            self.stop()
            raise Fault(f"ExifTool does not start: {error}") from error
        self._limit(self._memory)

    def stop(self) -> None:
        """End the process at once; it only ever reads, so there is nothing that it could lose."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._flag_running_false()
        self._said, self._complaints = _Stream(), _Stream()
        self._under_way = 0

    def ask(
        self, commands: Sequence[Sequence[bytes]], memory: int | None = None
    ) -> Generator[Answer | Fault]:
        """One answer for each command, in order, while ExifTool works on the next ones.

        A command that ExifTool dies of gets a `Fault`; a new process takes over for those that
        follow. An argument must not hold a line end, nor begin with ``#`` or white space.

        Args:
            commands: the arguments of each.
            memory: bytes of address space that the process may map meanwhile; as ever if None.
        """
        tokens: deque[bytes] = deque()
        sent = 0
        try:
            for number in range(len(commands)):
                answer: Answer | Fault
                try:
                    if not self._under_way:
                        if not self._alive():
                            self.stop()
                            self.start()
                        self._limit(memory or self._memory)
                    while sent < len(commands) and len(tokens) < _AHEAD:
                        tokens.append(self._send(commands[sent]))
                        sent += 1
                    answer = self._receive(tokens.popleft())
                except Fault as fault:
                    self.stop()
                    tokens.clear()
                    sent = number + 1
                    answer = fault
                yield answer
        finally:
            if tokens:  # nobody will ask for these answers
                self.stop()

    def execute(self, *params: str | bytes, raw_bytes: bool = False) -> str | bytes:
        """What one command says; pyexiftool's own `run` calls it to learn the version."""
        arguments = [p if isinstance(p, bytes) else p.encode() for p in params]
        said = self._receive(self._send(arguments)).said
        return said if raw_bytes else said.decode("utf-8", "replace")

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _limit(self, memory: int) -> None:
        if sys.platform == "linux":
            pid = self._process.pid
            with contextlib.suppress(ProcessLookupError):  # the first command will tell
                _, hard = resource.prlimit(pid, resource.RLIMIT_AS)
                soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
                resource.prlimit(pid, resource.RLIMIT_AS, (soft, hard))

    def _send(self, arguments: Sequence[bytes]) -> bytes:
        # No file can hold the mark that ends its answer, for it is not known beforehand.
        token = b"%d" % secrets.randbits(60)
        lines = [*arguments, b"-echo4", b"{ready%s}" % token, b"-execute%s" % token, b""]
        self._under_way += 1
        stdin = self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # the answer will be missing, and say why
            stdin.write(b"\n".join(lines))
            stdin.flush()
        return token

    def _receive(self, token: bytes) -> Answer:
        mark = b"{ready%s}\n" % token
        streams = {
            self._process.stdout.fileno(): self._said,
            self._process.stderr.fileno(): self._complaints,
        }
        poll = select.poll()
        for fd in streams:
            poll.register(fd, select.POLLIN)
        while True:
            ends = [stream.reaches(mark) for stream in (self._said, self._complaints)]
            if all(ends):
                self._under_way -= 1
                return Answer(self._said.take(mark), self._complaints.take(mark)[:MAX_COMPLAINT])
            if len(self._said) > MAX_SAID:
                raise Fault(f"ExifTool says more than {MAX_SAID >> 20} MiB of this file")
            self._complaints.shorten(MAX_COMPLAINT, len(mark))
            for fd, _ in poll.poll():
                data = os.read(fd, _READ)
                streams[fd].append(data)
                if not data:
                    poll.unregister(fd)
                    del streams[fd]
            if not streams:
                raise self._epitaph()

    def _epitaph(self) -> Fault:
        status = self._process.wait()
        how = f"with exit status {status}" if status >= 0 else f"by {_signal(-status)}"
        words = self._complaints.text().strip().rpartition("\n")[2]
        said = f"ExifTool ended {how}" + (f": {words}" if words else "")
        # Perl's last words, "Out of memory!" or "Out of memory in perl:..." (perldiag).
        return Fault(said, memory="Out of memory" in words)


class _Stream:
    """What came out of a pipe and was not yet taken."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._found = -1

    def __len__(self) -> int:
        return len(self._buffer)

    def append(self, data: bytes) -> None:
        self._buffer += data

    def reaches(self, mark: bytes) -> bool:
        """Whether `mark` has come; no part of the buffer is searched twice."""
        if self._found < 0:
            self._found = self._buffer.find(mark, self._searched)
            self._searched = max(0, len(self._buffer) - len(mark) + 1)
        return self._found >= 0

    def take(self, mark: bytes) -> bytes:
        """Remove and give what came before `mark`, which `reaches` has found."""
        part = bytes(self._buffer[: self._found])
        del self._buffer[: self._found + len(mark)]
        self._searched, self._found = 0, -1
        return part

    def shorten(self, beginning: int, end: int) -> None:
        """Drop the middle of a long text with no mark yet, but for `end` bytes of a begun one."""
        if self._found < 0 and len(self._buffer) > beginning + end:
            del self._buffer[beginning:-end]
            self._searched = beginning

    def text(self) -> str:
        return self._buffer.decode("utf-8", "replace")


@contextlib.contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    # pyexiftool has no way to give the process an environment of its own.
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
