"""Where the records of a batch go.

To standard output, or to a file that an interrupted run leaves half written and a later one goes on
with.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

import click
from blake3 import blake3

from metaextract_core.cli import console
from metaextract_core.cli.output import Writer, open_writer
from metaextract_core.inspection import raw_path
from metaextract_core.manifest import Done, Manifest
from metaextract_core.record import Result
from metaextract_core.settings import state_folder
from metaextract_core.whole import is_special, whole

_RESUMABLE: Final = "jsonl"


class Destination:
    """Takes records, and knows of which files there are some already.

    Attributes:
        files: how many there are, those of the interrupted run included.
        failed: how many of them speak of a file that could not be read completely.
        complete: whether none is missing.
    """

    complete = False

    def __init__(self, writer: Writer, done: Done | None = None) -> None:
        self._writer = writer
        self.files = done.files if done is not None else 0
        self.failed = done.failed if done is not None else 0

    def write(self, result: Result) -> None:
        """Write one record."""
        self._writer.write(result)
        self.files += 1
        self.failed += result.failed

    def finished(self, path: str) -> bool:
        """Whether an interrupted run has written the record of `path`."""
        return False


class _Complete(Destination):
    """A file that an earlier run has completed; how many failed then, nobody knows any more."""

    complete = True

    def __init__(self) -> None:
        self.files = self.failed = 0


class _Resumable(Destination):
    def __init__(
        self,
        writer: Writer,
        done: Done | None,
        stream: IO[bytes],
        manifest: Manifest,
        plan: str,
    ) -> None:
        super().__init__(writer, done)
        self._stream = stream
        self._manifest = manifest
        self._plan = plan
        self._resumed = done is not None

    def write(self, result: Result) -> None:
        super().write(result)
        offset = self._stream.tell()
        self._manifest.add(result.file.raw_path, offset, failed=result.failed)
        if self._manifest.due:
            self.keep()

    def keep(self) -> None:
        """Have what was written survive whatever comes."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._manifest.commit(self._plan)

    def finished(self, path: str) -> bool:
        return self._resumed and self._manifest.finished(raw_path(path))


@contextlib.contextmanager
def on_standard_output(format_: str, *, everything: bool) -> Iterator[Destination]:
    """Standard output, of which nobody knows afterwards what has become."""
    with open_writer(cast("BinaryIO", sys.stdout.buffer), format_, everything=everything) as writer:
        yield Destination(writer)


@contextlib.contextmanager
def in_file(
    output: str, format_: str, state: str | None, *, everything: bool, plan: str, resume: bool
) -> Iterator[Destination]:
    """A file that appears under its name only when it is complete.

    Args:
        output: the name.
        format_: of the records.
        state: where to note what is finished; below the user's state folder if None.
        everything: in a table, the sections as well as the fields.
        plan: what was asked for; a run that goes on with a file has to be asked for the same.
        resume: whether to go on with what an interrupted run has left.

    Raises:
        click.UsageError: the file cannot be written, or not gone on with.
    """
    if is_special(output) or format_ != _RESUMABLE:
        if resume or state is not None:
            raise click.UsageError("only a regular file of JSON Lines can be resumed")
        with (
            _whole(output) as stream,
            open_writer(stream, format_, everything=everything) as writer,
        ):
            yield Destination(writer)
        return
    target = os.path.realpath(output)
    with contextlib.closing(_manifest(state, target)) as manifest:
        done = manifest.resume() if resume else None
        if done is None and resume and os.path.exists(target):
            console.say(f"there is nothing to resume: {output} is complete")
            yield _Complete()
            return
        if done is not None and done.plan != plan:
            raise click.UsageError(
                f"{output} was begun in another folder or with other paths or options; "
                "give the same, or leave out --resume to begin anew"
            )
        with _partial(target, done) as stream:
            if done is None:
                manifest.remove()
            with open_writer(stream, format_, everything=everything) as writer:
                destination = _Resumable(writer, done, stream, manifest, plan)
                try:
                    yield destination
                except BaseException:
                    destination.keep()
                    console.say(f"what had been written is in {target}.part")
                    if destination.files:
                        console.say(f"to go on where it was: {_command()}")
                    raise
            os.replace(f"{target}.part", target)
            manifest.remove()


def _manifest(state: str | None, target: str) -> Manifest:
    name = blake3(os.fsencode(target)).hexdigest(16)
    path = Path(state) if state is not None else state_folder() / "batches" / f"{name}.sqlite"
    return Manifest(path, lambda reason: console.say(f"this run cannot be resumed: {reason}"))


@contextlib.contextmanager
def _partial(target: str, done: Done | None) -> Iterator[IO[bytes]]:
    """The half-written file, at the end of what is known to be in it; nobody else has it."""
    name = f"{target}.part"
    flags = os.O_RDWR | (os.O_CREAT if done is None else 0)
    try:
        stream = open(os.open(name, flags, 0o666), "r+b")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise click.UsageError(f"cannot write {name}: {error.strerror}") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.UsageError(f"another process is writing {name}") from error
        offset = done.offset if done is not None else 0
        if os.fstat(stream.fileno()).st_size < offset:
            raise click.UsageError(
                f"{name} is not what the interrupted run has left; leave out --resume to begin anew"
            )
        stream.truncate(offset)
        stream.seek(offset)
        yield stream


@contextlib.contextmanager
def _whole(output: str) -> Iterator[IO[bytes]]:
    with whole(output) as partial:
        try:
            stream = open(partial, "wb")  # noqa: SIM115 -- closed below, before it gets its name
        except OSError as error:
            raise click.UsageError(f"cannot write {output}: {error.strerror}") from error
        try:
            with stream:
                yield stream
        except BaseException:
            console.say(f"what had been written is in {partial}")
            raise


def _command() -> str:
    words = ["metaextract", *sys.argv[1:]]
    return shlex.join(words if "--resume" in words else [*words, "--resume"])
