"""What host, template and workers say to each other: MessagePack frames, never pickle.

Host and template talk over a socket that keeps message boundaries and carries descriptors; host and
worker over a stream of frames, each a length of four bytes (big-endian) and a body.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

import msgspec
from msgspec import Struct

from metaextract_core.descriptor import Descriptor
from metaextract_core.record import Section
from metaextract_core.workers.changes import Stamp
from metaextract_core.workers.sandbox.policy import Layer, Policy
from metaextract_sdk.conformance.evidence import Trace

MAX_FRAME: Final = 64 << 20
"""Bytes of one frame; the sender of a longer one is taken for broken."""

MAX_GROWTH: Final = 384 << 20
"""Bytes by which a worker may have grown before another takes its place, if memory is not short."""

_LENGTH: Final = struct.Struct(">I")


class Introduction(Struct):
    """Host to template, once, on standard input: the extractors that workers may be asked for."""

    descriptors: list[Descriptor]
    import_timeout: float
    scratch: str
    policy: Policy


class Spawn(Struct):
    """Host to template, with three descriptors (channel, flight page, inputs): fork a worker.

    `preload` names extractors to import first, so that this worker and all later ones have them.
    The third descriptor is a file with the paths, as MessagePack, that the worker may read from:
    they may be too many for a message.
    """

    worker: int
    preload: list[str]


class Spawned(Struct, tag=True):
    """Template to host: the worker's process id."""

    worker: int
    pid: int


class Importing(Struct, tag=True):
    """Template to host: if the template dies now, this extractor is to blame."""

    extractor: str


class Exited(Struct, tag=True):
    """Template to host: a worker has ended; `status` as `os.waitstatus_to_exitcode` gives it."""

    worker: int
    status: int


FromTemplate = Spawned | Importing | Exited


class FileTask(Struct):
    """One file of a job: who shall read it, and how to know that it is still the same file.

    `sections` has the data that the extractors said they need, by extractor; `remembered` the
    sections to answer with, by extractor and content digest, where the file turns out to have that
    content; `elsewhere` what extractors said of an equal file, by extractor.
    """

    index: int
    path: bytes
    media_type: str
    device: int
    inode: int
    size: int
    modified_ns: int
    extractors: list[str]
    sections: dict[str, dict[str, object]] = {}
    digest: bool = False
    changed_ns: int = 0
    remembered: dict[str, dict[str, Section]] = {}
    elsewhere: dict[str, dict[str, object]] = {}

    @property
    def stamp(self) -> Stamp:
        """By which a change of the file since the host's first look is noticed."""
        return Stamp(self.device, self.inode, self.size, self.modified_ns, self.changed_ns)


class Job(Struct):
    """Host to worker: files to read. Where `batch` names an extractor it gets them all at once.

    `watch` has the worker look for changes of its process as well, which takes milliseconds a file.
    `retries`: how often it may be begun again, by the host, after somebody else has ended a worker.
    `priority`: of jobs that wait in the host, those with a higher one are begun first.
    `growth`: bytes by which the worker may have grown since its start and go on after this job; 0
    keeps no worker longer than it is needed.
    """

    files: list[FileTask]
    batch: str | None = None
    timeout: float | None = None
    options: dict[str, dict[str, object]] = {}
    watch: bool = False
    retries: int = 0
    growth: int = MAX_GROWTH
    priority: int = 0


class Outcome(Struct):
    """One extractor's section for one file, and what it left behind: kind -> one sentence.

    The host adds in `sandbox` which layers the worker had reported; None where there was none.

    `peak_memory`: bytes by which the worker had grown at most while it ran (see `workers.peak`).
    `moved`: whether the data are those of an equal file elsewhere, made to fit.
    """

    index: int
    extractor: str
    section: Section
    traces: dict[Trace, str] = {}
    sandbox: list[Layer] | None = None
    peak_memory: int = 0
    moved: bool = False


class Digest(Struct):
    """The content digest of one file, or why it cannot be had (then no extractor has run).

    `sandbox` as in `Outcome`.
    """

    index: int
    digest: str | None = None
    error: str | None = None
    sandbox: list[Layer] | None = None


class Report(Struct):
    """Worker to host: what is ready so far; `done` ends the job, `retiring` the worker as well.

    The first one says in `sandbox` which layers hold, and may come with a descriptor: through it
    the host gives the worker leave to start processes.
    """

    outcomes: list[Outcome]
    digests: list[Digest]
    done: bool = False
    retiring: bool = False
    sandbox: list[Layer] | None = None


_encoder = msgspec.msgpack.Encoder()
introduction_decoder = msgspec.msgpack.Decoder(Introduction)
spawn_decoder = msgspec.msgpack.Decoder(Spawn)
inputs_decoder = msgspec.msgpack.Decoder(list[bytes])
host_decoder = msgspec.msgpack.Decoder(FromTemplate)
job_decoder = msgspec.msgpack.Decoder(Job)
report_decoder = msgspec.msgpack.Decoder(Report)
encode = _encoder.encode


def frame(message: object) -> bytes:
    """`message` as one frame of the worker's stream."""
    body = encode(message)
    return _LENGTH.pack(len(body)) + body


def receive_exactly(channel: socket.socket, count: int) -> bytes | None:
    """`count` bytes from a blocking stream, or None at its end."""
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        got = channel.recv_into(view)
        if not got:
            return None
        view = view[got:]
    return bytes(buffer)


def receive_job(channel: socket.socket) -> Job | None:
    """The next job, or None when the host has closed the channel."""
    header = receive_exactly(channel, _LENGTH.size)
    if header is None:
        return None
    body = receive_exactly(channel, _LENGTH.unpack(header)[0])
    return None if body is None else job_decoder.decode(body)


class FrameBuffer:
    """Collects bytes of a non-blocking stream and gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that `data` completes.

        Raises:
            ValueError: the stream announces a frame of more than `MAX_FRAME` bytes.
        """
        self._buffer += data
        bodies: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            if length > MAX_FRAME:
                raise ValueError(f"a frame of {length} bytes")
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            bodies.append(bytes(self._buffer[start + _LENGTH.size : end]))
            start = end
        del self._buffer[:start]
        return bodies
