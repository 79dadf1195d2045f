"""Checksums of the whole content."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import ClassVar

from metaextract_sdk import Context, ExtractError, Extractor, FileView

WINDOW = 1 << 20
"""Bytes per step: enough that hashing, not Python, takes the time, and that the GIL is free."""


class Digests(Extractor):
    """MD5, SHA-1, SHA-256 and CRC-32 of the whole content, in one pass."""

    media_types = ("*/*",)
    version = "1"
    # Of photographs as cameras make them, these take longer than everything else that is fast.
    profiles = ("standard", "deep")
    crosswalk: ClassVar[Mapping[str, str]] = {
        "MD5": "file.md5",
        "SHA1": "file.sha1",
        "SHA256": "file.sha256",
        "CRC32": "file.crc32",
    }
    trust = 95
    samples = ("samples/*",)
    content_only = True
    # Hashing runs at several hundred MB/s: this is time for a disk image, not for a loop.
    timeout = 600.0
    memory = 64 << 20

    def extract(self, file: FileView, ctx: Context) -> dict[str, str]:
        """Lower-case hexadecimal text under ``MD5``, ``SHA1``, ``SHA256`` and ``CRC32``.

        An empty file has digests too. CRC-32 is that of gzip and ZIP (ISO 3309, RFC 1952
        section 8), eight digits.

        Raises:
            ExtractError: the file cannot be read to its end, or not before the deadline.
        """
        # MD5 and SHA-1 serve to look a file up in lists of known files, not to protect anything.
        hashes = {
            "MD5": hashlib.md5(usedforsecurity=False),
            "SHA1": hashlib.sha1(usedforsecurity=False),
            "SHA256": hashlib.sha256(),
        }
        crc = done = 0
        try:
            for window in file.windows(WINDOW):
                if not ctx.remaining():
                    raise ExtractError(f"out of time after {done} of {file.size} bytes")
                for algorithm in hashes.values():
                    algorithm.update(window)
                crc = zlib.crc32(window, crc)
                done += len(window)
                ctx.progress(done, file.size)
        except OSError as error:
            raise ExtractError(f"cannot read past byte {done}: {error.strerror}") from error
        return {name: h.hexdigest() for name, h in hashes.items()} | {"CRC32": f"{crc:08x}"}
