"""A file of which Pillow reads no more than headers need."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from metaextract_sdk import FileView

MAX_READ: Final = 64 << 20
"""Bytes of one file that are read. Pixels are not read, but Pillow loads WebP and AVIF whole, and a
text, a tag or a box as long as it says that it is."""


class SparingReader(io.BufferedReader):
    """Reads up to `MAX_READ` bytes of `file`, wherever they are."""

    def __init__(self, file: FileView) -> None:
        super().__init__(file.open().detach(), buffer_size=1 << 16)
        self._size = file.size
        self._left = MAX_READ

    def read(self, size: int | None = -1, /) -> bytes:
        """As any reader; never asks for room for what is not there.

        Raises:
            DecompressionBombError: it would be too much.
        """
        rest = max(0, self._size - self.tell())
        wanted = rest if size is None or size < 0 else min(size, rest)
        self._left -= wanted
        if self._left < 0:
            raise Image.DecompressionBombError(
                f"Pillow would read more than {MAX_READ >> 20} MiB of the file"
            )
        return super().read(wanted)
