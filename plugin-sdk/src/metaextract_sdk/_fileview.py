"""Read-only access to one file, by windows."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class FileView:
    """A read-only view of one file that never loads more than was asked for.

    The view stays on the file that the host opened, even if its path is replaced meanwhile.

    Attributes:
        path: absolute path, for tools that must open the file themselves.
        media_type: what the host identified the content as, such as ``image/jpeg``.
        size: bytes in the file when it was opened.
    """

    __slots__ = ("_fd", "media_type", "path", "size")

    def __init__(self, fd: int, path: Path, media_type: str) -> None:
        self._fd = fd
        self.path = path
        self.media_type = media_type
        self.size = os.fstat(fd).st_size

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    def fileno(self) -> int:
        """The open descriptor, for `os.fstat` and the like. Do not move its offset or close it."""
        return self._fd

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end of the file.

        Raises:
            OSError: the file cannot be read.
        """
        parts: list[bytes] = []
        while length > 0:
            part = os.pread(self._fd, length, offset)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def windows(self, size: int = 1 << 20) -> Iterator[memoryview]:
        """The whole content in order, at most `size` bytes at a time.

        Each window is valid only until the next one is asked for: the buffer is reused.
        """
        buffer = bytearray(min(size, max(self.size, 1)))
        offset = 0
        while count := os.preadv(self._fd, [buffer], offset):
            yield memoryview(buffer)[:count].toreadonly()
            offset += count

    def open(self) -> io.BufferedReader:
        """A new seekable binary reader with its own position, for parsers that want a file."""
        return io.BufferedReader(_RawReader(self._fd), buffer_size=1 << 16)


class _RawReader(io.RawIOBase):
    """Positions kept here, not in the descriptor, so that readers do not disturb each other."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        if base is None:
            base = os.fstat(self._fd).st_size
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = os.preadv(self._fd, [memoryview(buffer).cast("B")], self._position)
        self._position += count
        return count
