"""Uploads that go on after a break: what has come of each is kept until the rest does.

Of every upload there are two files: the data, and a small JSON beside it that says whose it is and
how much of the data counts. The data is on the disk before the JSON says so, and the JSON is
replaced in one step, so a crash costs at most what came since the last answer.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec
from blake3 import blake3
from msgspec import Struct

from metaextract_server.uploads.names import shown_name
from metaextract_server.uploads.refusals import (
    UploadRefused,
    disk_full,
    malformed,
    not_found,
    too_large,
)

_ID: Final = re.compile("[0-9a-f]{32}")
_DIGEST: Final = re.compile("blake3:[0-9a-f]{64}")
_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)
_BLOCK: Final = 1 << 20


class ContentRange(Struct, frozen=True):
    """Which bytes of a file a request brings.

    Attributes:
        start: offset of the first byte.
        end: offset of the last byte, so one less than where the next begins.
        total: bytes of the whole file.
    """

    start: int
    end: int
    total: int


def parse_range(header: str) -> ContentRange:
    """Read a ``Content-Range: bytes START-END/TOTAL`` (RFC 9110 section 14.4).

    Raises:
        UploadRefused: it is not one, or not a possible one.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        raise malformed("Content-Range must be `bytes START-END/TOTAL`.")
    found = ContentRange(int(match[1]), int(match[2]), int(match[3]))
    if not found.start <= found.end < found.total:
        raise malformed("Content-Range names bytes that the file cannot have.")
    return found


class Partial(Struct, frozen=True, kw_only=True):
    """How far an upload is.

    Attributes:
        id: names the upload.
        account: whose it is.
        name: what the client calls the file.
        size: bytes of the whole file.
        digest: what the client says its digest is, if it does.
        received: bytes that are safely here; the next range starts there.
        touched: when bytes came last, in seconds since 1970.
    """

    id: str
    account: str
    name: str
    size: int
    digest: str | None
    received: int
    touched: float


class Partials:
    """The unfinished uploads in a folder. Threads and processes may share it.

    Args:
        folder: where they are kept, made with mode 0700 where it is not there.
        largest: bytes of one file.
        unfinished: uploads that an account may have under way at once.
        now: the clock, in seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        *,
        largest: int,
        unfinished: int = 10,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder: Final = folder
        self._largest: Final = largest
        self._unfinished: Final = unfinished
        self._now: Final = now
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)

    def create(self, account: str, size: int, name: str, digest: str | None = None) -> Partial:
        """Begin an upload.

        Args:
            account: whose it is.
            size: bytes of the whole file.
            name: what the client calls it.
            digest: ``blake3:`` and 64 hexadecimal digits, where the client knows them.

        Raises:
            UploadRefused: the file is too large, the digest is none, or the account has too many
                uploads under way.
        """
        if size < 0 or (digest is not None and not _DIGEST.fullmatch(digest)):
            raise malformed("The size or the digest of the upload is not valid.")
        if size > self._largest:
            raise too_large(self._largest)
        partial = Partial(
            id=secrets.token_hex(16),
            account=account,
            name=shown_name(name),
            size=size,
            digest=digest,
            received=0,
            touched=self._now(),
        )
        with _room(), _locked(self._folder / "lock", wait=True):
            if sum(other.account == account for other in self._all()) >= self._unfinished:
                raise UploadRefused(
                    "QUOTA_EXCEEDED",
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"There may be {self._unfinished} unfinished uploads; finish one first.",
                )
            self._data(partial.id).touch(mode=0o600, exist_ok=False)
            self._save(partial)
        return partial

    def state(self, account: str, upload: str) -> Partial:
        """How far an upload is.

        Raises:
            UploadRefused: the account has no such upload.
        """
        try:
            if not _ID.fullmatch(upload):
                raise not_found()
            partial = msgspec.json.decode(self._state(upload).read_bytes(), type=Partial)
        except FileNotFoundError:
            raise not_found() from None
        if partial.account != account:
            raise not_found()
        return partial

    def append(
        self, account: str, upload: str, part: ContentRange, blocks: Iterable[bytes]
    ) -> Partial:
        """Add the bytes of one range; what `blocks` brings until it fails is kept.

        Raises:
            UploadRefused: the account has no such upload; the range starts elsewhere than where the
                last one ended, which ``details["received"]`` tells; another request is adding to
                it; or there are more bytes than the range has, or fewer.
        """
        with self.appending(account, upload, part) as target:
            for block in blocks:
                target.write(block)
        return self.state(account, upload)

    @contextmanager
    def appending(self, account: str, upload: str, part: ContentRange) -> Iterator[Target]:
        """The same as `append` for callers that hand over block by block, each in a thread."""
        self.state(account, upload)
        with _room(), self._held(upload) as descriptor:
            partial = self.state(account, upload)  # only now nobody else can change it
            if part.total != partial.size:
                raise malformed(f"The upload was said to have {partial.size} bytes.")
            if part.start != partial.received:
                raise _conflict("The range starts elsewhere.", partial.received)
            os.ftruncate(descriptor, partial.received)
            os.lseek(descriptor, partial.received, os.SEEK_SET)
            target = Target(descriptor, part.end + 1 - part.start)
            try:
                yield target
            finally:
                os.fsync(descriptor)
                self._save(
                    msgspec.structs.replace(
                        partial, received=part.start + target.written, touched=self._now()
                    )
                )
            if target.written != target.size:
                raise malformed("There were fewer bytes than the Content-Range says.")

    def complete(self, account: str, upload: str, to: Path) -> str:
        """Move the whole file to `to`, on the same file system; the upload is over.

        Returns:
            the digest of its content, ``blake3:`` and 64 hexadecimal digits.

        Raises:
            UploadRefused: bytes are missing (the upload goes on), or the digest is not what the
                client said (the upload is dropped, for nobody knows which bytes are wrong).
        """
        self.state(account, upload)
        with self._held(upload) as descriptor:
            partial = self.state(account, upload)
            if partial.received != partial.size:
                raise _conflict("The upload is not complete.", partial.received)
            os.ftruncate(descriptor, partial.size)
            digest = _digest(descriptor)
            if partial.digest in {None, digest}:
                os.replace(self._data(upload), to)
                self._drop(upload)
                return digest
            self._drop(upload)
        raise malformed("The content is not what its digest says; the upload was dropped.")

    def cancel(self, account: str, upload: str) -> None:
        """Drop an upload.

        Raises:
            UploadRefused: the account has no such upload, or bytes are being added to it.
        """
        self.state(account, upload)
        with self._held(upload):
            self._drop(upload)

    def expire(self, older_than: float) -> int:
        """Drop the uploads to which nothing was added for `older_than` seconds; how many."""
        limit = self._now() - older_than
        dropped = 0
        for old in [partial for partial in self._all() if partial.touched < limit]:
            with suppress(UploadRefused), self._held(old.id):
                if self.state(old.account, old.id).touched < limit:
                    self._drop(old.id)
                    dropped += 1
        return dropped

    def _all(self) -> Iterator[Partial]:
        for state in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                yield msgspec.json.decode(state.read_bytes(), type=Partial)

    def _data(self, upload: str) -> Path:
        return self._folder / f"{upload}.data"

    def _state(self, upload: str) -> Path:
        return self._folder / f"{upload}.json"

    def _save(self, partial: Partial) -> None:
        state = self._state(partial.id)
        new = state.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(msgspec.json.encode(partial))
            file.flush()
            os.fsync(descriptor)
        os.replace(new, state)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _drop(self, upload: str) -> None:
        self._state(upload).unlink(missing_ok=True)  # first, so that no state lacks its data
        self._data(upload).unlink(missing_ok=True)

    def _held(self, upload: str) -> AbstractContextManager[int]:
        return _locked(self._data(upload), wait=False)


class Target:
    """Where the bytes of one range go.

    Attributes:
        size: bytes of the range.
        written: bytes of it that were written.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor: Final = descriptor
        self.size: Final = size
        self.written = 0

    def write(self, block: bytes) -> None:
        """Write the next bytes.

        Raises:
            UploadRefused: they are more than the range has.
        """
        if self.written + len(block) > self.size:
            raise malformed("There are more bytes than the Content-Range says.")
        rest = memoryview(block)
        while rest:
            count = os.write(self._descriptor, rest)
            self.written += count
            rest = rest[count:]


def _conflict(message: str, received: int) -> UploadRefused:
    return UploadRefused(
        "CONFLICT",
        HTTPStatus.CONFLICT,
        f"{message} The server has {received} bytes.",
        {"received": received},
    )


def _digest(descriptor: int) -> str:
    digest = blake3()
    os.lseek(descriptor, 0, os.SEEK_SET)
    while block := os.read(descriptor, _BLOCK):
        digest.update(block)
    return "blake3:" + digest.hexdigest()


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full() from error
        raise


@contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[int]:
    """The open file, which nobody else holds; made only where one can wait for it."""
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if wait else 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        raise not_found() from None
    try:
        _lock(descriptor, wait=wait)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise UploadRefused(
            "CONFLICT", HTTPStatus.CONFLICT, "Another request is busy with this upload."
        ) from None
