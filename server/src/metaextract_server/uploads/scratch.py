"""The folder in which uploads wait to be read, and never longer than their request."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from metaextract_server.uploads.refusals import disk_full

_LOCK: Final = ".lock"


class Scratch:
    """One process's own part of the server's scratch folder.

    Processes of one server share the folder, each with a subfolder and a lock file beside it on
    which it holds an flock for as long as it lives. Whoever opens the folder removes the subfolders
    whose locks nobody holds, so nothing outlives a crash for longer than until the next start.

    Args:
        folder: the server's scratch folder, made with mode 0700 where it is not there.
        reserve: bytes of the disk that uploads leave free.

    Raises:
        OSError: the folder cannot be used.
    """

    def __init__(self, folder: Path, *, reserve: int = 1 << 30) -> None:
        self._reserve = reserve
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)
        token = secrets.token_hex(16)
        self.folder: Final = folder / token
        gate = _locked(folder / _LOCK)  # nobody may take a lock that is made but not yet held
        try:
            _sweep(folder)
            self._lock_file = folder / (token + _LOCK)
            self._lock = _locked(self._lock_file)
            os.mkdir(self.folder, mode=0o700)
        finally:
            os.close(gate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove this process's part with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock_file.unlink(missing_ok=True)
        os.close(self._lock)

    def new(self) -> tuple[int, Path]:
        """A new, empty file, open for writing, which the caller closes and removes.

        Returns:
            its descriptor and its path, whose name is random.

        Raises:
            UploadRefused: the disk has no more than the reserve left.
            OSError: the file cannot be made.
        """
        self.require(0)
        path = self.folder / secrets.token_hex(16)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return os.open(path, flags, 0o600), path

    @property
    def free_bytes(self) -> int:
        """Bytes that uploads may still take, less than 0 where the reserve is touched already."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize - self._reserve

    def require(self, size: int) -> None:
        """Refuse where `size` bytes more would touch the reserve.

        Raises:
            UploadRefused: they would.
        """
        if self.free_bytes < size:
            raise disk_full()


def _sweep(folder: Path) -> None:
    """Remove the parts of processes that are gone; the caller holds the gate."""
    for lock in folder.glob("?*" + _LOCK):
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder / lock.name.removesuffix(_LOCK), ignore_errors=True)
            lock.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor
