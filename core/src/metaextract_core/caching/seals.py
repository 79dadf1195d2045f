"""Bodies behind a digest of their own, so that a damaged or misplaced one is not believed."""

from __future__ import annotations

from typing import Final

from blake3 import blake3

_SIZE: Final = 16


def sealed(key: bytes, body: bytes) -> bytes:
    """`body` as it is kept under `key`."""
    return blake3(key + body).digest(_SIZE) + body


def opened(key: bytes, kept: bytes) -> bytes:
    """The body of what was kept under `key`.

    Raises:
        ValueError: it is not as it was, or was kept under another key.
    """
    seal, body = kept[:_SIZE], kept[_SIZE:]
    if blake3(key + body).digest(_SIZE) != seal:
        raise ValueError("the body does not fit its seal")
    return body
