"""Digests: right for every size, in one pass, and stopped by the deadline."""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.fields import FIELDS
from metaextract_digests.extractor import WINDOW, Digests
from metaextract_sdk import Context, ExtractError, FileView
from metaextract_sdk.testing import Conformance, Host

Make = Callable[[bytes], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(content: bytes) -> Path:
        path = tmp_path / "content.bin"
        path.write_bytes(content)
        return path

    return write


class TestDigestsConformance(Conformance):
    extractor = Digests


@pytest.mark.parametrize("size", [0, 1, WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW + 7])
def test_every_size_agrees_with_the_algorithms_over_the_whole(make: Make, size: int) -> None:
    """The borders of windows, and the empty file, are where one pass goes wrong."""
    content = os.urandom(size)
    assert Host(Digests).extract(make(content)) == {
        "MD5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "SHA1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "SHA256": hashlib.sha256(content).hexdigest(),
        "CRC32": f"{zlib.crc32(content):08x}",
    }


def test_each_window_tells_how_far_it_is(make: Make, tmp_path: Path) -> None:
    path = make(bytes(2 * WINDOW + 1))
    told: list[tuple[int, int]] = []
    context = Context(
        deadline=time.monotonic() + 60,
        scratch=tmp_path,
        report=lambda *numbers: told.append(numbers),
    )
    with path.open("rb") as stream:
        Digests().extract(FileView(stream.fileno(), path, "application/octet-stream"), context)
    assert told == [(done, 2 * WINDOW + 1) for done in (WINDOW, 2 * WINDOW, 2 * WINDOW + 1)]


def test_published_test_vectors(make: Make) -> None:
    """RFC 1321 and FIPS 180-4 give these for "abc"; 352441c2 is its well-known CRC-32."""
    assert Host(Digests).extract(make(b"abc")) == {
        "MD5": "900150983cd24fb0d6963f7d28e17f72",
        "SHA1": "a9993e364706816aba3e25717850c26c9cd0d89d",
        "SHA256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "CRC32": "352441c2",
    }


def test_small_checksums_keep_their_leading_zeros(make: Make) -> None:
    """Eight digits always, or a comparison as text fails: this content has a CRC below 2**28."""
    content = next(c for n in range(10_000) if zlib.crc32(c := str(n).encode()) < 1 << 24)
    crc = Host(Digests).extract(make(content))["CRC32"]
    assert len(crc) == 8
    assert crc.startswith("00")


def test_it_stops_at_its_deadline(make: Make, tmp_path: Path) -> None:
    path = make(bytes(10))
    with path.open("rb") as stream:
        view = FileView(stream.fileno(), path, "application/octet-stream")
        context = Context(deadline=time.monotonic() - 1, scratch=tmp_path)
        with pytest.raises(ExtractError, match="out of time after 0 of 10 bytes"):
            Digests().extract(view, context)


def test_f50_the_file_is_as_it_was(make: Make) -> None:
    """F50: content and modification time are the same afterwards."""
    path = make(b"evidence")
    before = path.stat()
    Host(Digests).extract(path)
    after = path.stat()
    assert path.read_bytes() == b"evidence"
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)


def test_every_tag_has_a_canonical_field(make: Make) -> None:
    data: dict[str, Any] = Host(Digests).extract(make(b""))
    assert set(Digests.crosswalk) == set(data)
    assert set(Digests.crosswalk.values()) <= set(FIELDS)
