"""What the file system knows of a file, asked through the open descriptor."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar

from metaextract_filesystem.birth import birth_ns
from metaextract_sdk import Context, Extractor, FileView

MAX_ATTRIBUTES = 64
MAX_ATTRIBUTE_BYTES = 2048
"""Of one value; enough for addresses and comments."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FileSystem(Extractor):
    """Times, size, owner, permissions, links and extended attributes of a file."""

    media_types = ("*/*",)
    version = "1"
    profiles = ("fast", "standard", "deep")
    crosswalk: ClassVar[Mapping[str, str]] = {
        "Size": "file.size",
        "Created": "file.created",
        "Modified": "file.modified",
        "Accessed": "file.accessed",
        "Changed": "file.changed",
        "Owner": "file.owner",
        "Group": "file.group",
        "Permissions": "file.permissions",
    }
    trust = 90
    samples = ("samples/*",)
    volatile = ("Accessed", "Changed")  # the system keeps them by itself, whatever the content
    timeout = 10.0
    memory = 64 << 20

    def extract(self, file: FileView, ctx: Context) -> dict[str, Any]:
        """The file's status (POSIX ``<sys/stat.h>``) without reading its content.

        Times are ISO 8601 in UTC with nanoseconds, sizes bytes. ``Created`` is there only where the
        file system keeps it. Each extended attribute is ``xattr:NAME``: text where it is printable
        UTF-8, else bytes.
        """
        status = os.fstat(file.fileno())
        return (
            _times(file.fileno(), status, ctx)
            | {
                "Size": status.st_size,
                "Permissions": stat.filemode(status.st_mode),
                "PermissionsOctal": f"{stat.S_IMODE(status.st_mode):04o}",
                "Links": status.st_nlink,
                "Inode": status.st_ino,
                "Device": f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}",
            }
            | _owners(status)
            | dict(_attributes(file.fileno(), ctx))
        )


def _times(fd: int, status: os.stat_result, ctx: Context) -> dict[str, str]:
    times = {
        "Modified": status.st_mtime_ns,
        "Accessed": status.st_atime_ns,
        "Changed": status.st_ctime_ns,
        "Created": birth_ns(fd, status),
    }
    data = {}
    for tag, nanoseconds in times.items():
        if nanoseconds is None:
            continue
        try:
            data[tag] = iso_utc(nanoseconds)
        except OverflowError:
            ctx.warn(f"{tag}: {nanoseconds} ns since 1970 is outside the years 1 to 9999")
    return data


def iso_utc(nanoseconds: int) -> str:
    """`nanoseconds` since 1970 as ISO 8601 with nine decimals, such as ``…T12:00:00.000000001Z``.

    Raises:
        OverflowError: the time is outside the years 1 to 9999.
    """
    seconds, fraction = divmod(nanoseconds, 10**9)
    moment = (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    return f"{moment.isoformat()}.{fraction:09d}Z"


def _owners(status: os.stat_result) -> dict[str, Any]:
    """Owner and group; a name is left out where this machine knows none for the number."""
    data: dict[str, Any] = {"OwnerId": status.st_uid, "GroupId": status.st_gid}
    if (owner := _user_name(status.st_uid)) is not None:
        data["Owner"] = owner
    if (group := _group_name(status.st_gid)) is not None:
        data["Group"] = group
    return data


@lru_cache(maxsize=256)
def _user_name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


@lru_cache(maxsize=256)
def _group_name(gid: int) -> str | None:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return None


def _attributes(fd: int, ctx: Context) -> Iterator[tuple[str, str | bytes]]:
    """Extended attributes (xattr(7)); none where the platform or the file system has none."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = sorted(os.listxattr(fd))
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            ctx.warn(f"extended attributes cannot be listed: {error.strerror}")
        return
    if len(names) > MAX_ATTRIBUTES:
        ctx.warn(f"{len(names)} extended attributes; only {MAX_ATTRIBUTES} are kept")
    for name in names[:MAX_ATTRIBUTES]:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        try:
            value = os.getxattr(fd, name)
        except OSError as error:
            ctx.warn(f"extended attribute {shown!r} cannot be read: {error.strerror}")
            continue
        if len(value) > MAX_ATTRIBUTE_BYTES:
            ctx.warn(
                f"extended attribute {shown!r}: {MAX_ATTRIBUTE_BYTES} of {len(value)} bytes kept"
            )
        yield f"xattr:{shown}", _text_or_bytes(value[:MAX_ATTRIBUTE_BYTES])


def _text_or_bytes(value: bytes) -> str | bytes:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value
    return text if text.isprintable() else value
