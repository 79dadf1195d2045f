"""What the file system says, checked against the calls that set it."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import re
import time
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.fields import FIELDS
from metaextract_filesystem.extractor import (
    MAX_ATTRIBUTE_BYTES,
    FileSystem,
    iso_utc,
)
from metaextract_sdk import Context, FileView
from metaextract_sdk.testing import Conformance


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"hello")
    return path


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(deadline=time.monotonic() + 60, scratch=tmp_path)


def read(path: Path, context: Context) -> dict[str, Any]:
    with path.open("rb") as stream:
        return FileSystem().extract(FileView(stream.fileno(), path, "text/plain"), context)


class TestFileSystemConformance(Conformance):
    extractor = FileSystem


def test_times_keep_every_nanosecond(path: Path, context: Context) -> None:
    """A float would lose the last digits."""
    os.utime(path, ns=(1_700_000_000_123_456_789, 1_600_000_000_000_000_001))
    data = read(path, context)
    assert data["Accessed"] == "2023-11-14T22:13:20.123456789Z"
    assert data["Modified"] == "2020-09-13T12:26:40.000000001Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", data["Changed"])


def test_times_before_1970_and_of_early_years() -> None:
    assert iso_utc(-1) == "1969-12-31T23:59:59.999999999Z"
    assert iso_utc(-60_000_000_000 * 10**9) == "0068-09-03T13:20:00.000000000Z"


def test_a_time_beyond_the_calendar_is_an_overflow() -> None:
    """Some file systems keep 64-bit seconds."""
    with pytest.raises(OverflowError):
        iso_utc(2**62 * 10**9)


def test_permissions_in_both_notations(path: Path, context: Context) -> None:
    path.chmod(0o4751)
    data = read(path, context)
    assert data["Permissions"] == "-rwsr-x--x"
    assert data["PermissionsOctal"] == "4751"


def test_size_links_and_identity(path: Path, context: Context) -> None:
    os.link(path, path.with_name("second name"))
    status = path.stat()
    data = read(path, context)
    assert (data["Size"], data["Links"], data["Inode"]) == (5, 2, status.st_ino)
    assert data["Device"] == f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"


def test_owner_and_group_by_name_and_number(path: Path, context: Context) -> None:
    data = read(path, context)
    assert (data["OwnerId"], data["GroupId"]) == (path.stat().st_uid, path.stat().st_gid)
    assert data["Owner"] == pwd.getpwuid(data["OwnerId"]).pw_name
    assert data["Group"] == grp.getgrgid(data["GroupId"]).gr_name


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_an_owner_that_nobody_knows_has_a_number_only(path: Path, context: Context) -> None:
    os.chown(path, 3_123_456, 3_123_457)
    data = read(path, context)
    assert (data["OwnerId"], data["GroupId"]) == (3_123_456, 3_123_457)
    assert "Owner" not in data
    assert "Group" not in data


def test_the_descriptor_decides_not_the_path(path: Path, context: Context) -> None:
    """F15: a file that is swapped after the host opened it does not lend its facts."""
    with path.open("rb") as stream:
        path.unlink()
        path.write_bytes(b"another file")
        data = FileSystem().extract(FileView(stream.fileno(), path, "text/plain"), context)
    assert data["Size"] == 5


def test_f50_no_time_of_the_file_changes(path: Path, context: Context) -> None:
    """F50: this extractor reads no content, so even the access time stays."""
    os.utime(path, ns=(1, 1))
    before = path.stat()
    read(path, context)
    after = path.stat()
    assert (after.st_atime_ns, after.st_mtime_ns) == (before.st_atime_ns, before.st_mtime_ns)
    assert after.st_ctime_ns == before.st_ctime_ns


class TestExtendedAttributes:
    @pytest.fixture(autouse=True)
    def _supported(self, path: Path) -> None:
        if not hasattr(os, "setxattr"):
            pytest.skip("this platform has no extended attributes")
        try:
            os.setxattr(path, "user.probe", b"")
            os.removexattr(path, "user.probe")
        except OSError as error:
            if error.errno != errno.ENOTSUP:
                raise
            pytest.skip("this file system has no extended attributes")

    def test_text_is_text_and_the_rest_is_bytes(self, path: Path, context: Context) -> None:
        os.setxattr(path, "user.xdg.origin.url", "https://example.org/é".encode())
        os.setxattr(path, "user.binary", b"\xff\x00\x01")
        os.setxattr(path, "user.escape", b"\x1b[31m")
        data = read(path, context)
        assert data["xattr:user.xdg.origin.url"] == "https://example.org/é"
        assert data["xattr:user.binary"] == b"\xff\x00\x01"
        assert data["xattr:user.escape"] == b"\x1b[31m"

    def test_f49_a_name_that_is_not_utf8_is_shown_escaped(
        self, path: Path, context: Context
    ) -> None:
        """F49: a lone surrogate would not survive the way into a database."""
        os.setxattr(path, b"user.caf\xe9", b"x")
        assert read(path, context)["xattr:user.caf\\xe9"] == "x"

    def test_f09_a_long_value_is_cut_and_said_so(self, path: Path, context: Context) -> None:
        """F09. The cap is low because ext4 keeps less than one block: this tests it there too."""
        length = MAX_ATTRIBUTE_BYTES + 8
        try:
            os.setxattr(path, "user.long", b"a" * length)
        except OSError as error:
            pytest.skip(f"this file system keeps no value of {length} bytes: {error.strerror}")
        assert len(read(path, context)["xattr:user.long"]) == MAX_ATTRIBUTE_BYTES
        assert any("user.long" in warning for warning in context.warnings)


def test_the_crosswalk_is_of_real_tags_and_fields(path: Path, context: Context) -> None:
    tags = set(read(path, context)) | {"Created"}
    assert set(FileSystem.crosswalk) <= tags
    assert set(FileSystem.crosswalk.values()) <= set(FIELDS)
