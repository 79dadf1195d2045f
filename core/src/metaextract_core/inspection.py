"""The first look at a file, in the host: what it is and how to recognise it again."""

from __future__ import annotations

import base64
import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Self

from blake3 import blake3
from msgspec import UNSET, Struct, UnsetType

from metaextract_core.hooks import Hooks
from metaextract_core.identify import identify
from metaextract_core.record import FileInfo
from metaextract_core.walking import Found
from metaextract_core.workers.changes import Stamp
from metaextract_core.workers.opening import Refused, open_regular
from metaextract_sdk import FileView

_HEAD: Final = 4096
_TICK: Final = 50_000_000
"""Nanoseconds within which two changes of a file may have the same time. Kernels keep the time of
files at the pace of their timer, which is 100 to 1,000 times a second (Linux, ``CONFIG_HZ``)."""
_COARSE: Final = 2_000_000_000
"""The same on file systems that keep no fractions of seconds, FAT with its two seconds included."""


class Look(Struct, omit_defaults=True):
    """What identification has said of a file."""

    media_type: str | None
    media_type_from: str | None
    name_media_type: str | UnsetType = UNSET

    @classmethod
    def of(cls, info: FileInfo) -> Self:
        """What `info` says."""
        return cls(info.media_type, info.media_type_from, info.name_media_type)


class Seen(NamedTuple):
    """What an earlier run found out of a file that is as it was.

    Attributes:
        status: of the file, now.
        look: what it is.
        head: a digest of its first bytes.
        digest: of its content.
        record: all that a run like this one says of it, as JSON; empty where that is not known.
        failed: how many extractors have failed there.
    """

    status: os.stat_result
    look: Look
    head: bytes
    digest: str
    record: bytes
    failed: int


Known = Callable[[bytes, bytes], Seen | None]
"""What is known of the file at an absolute path, by that and the path that the user named."""


class Inspected(Struct):
    """A file's `FileInfo` and, unless that has an error, its identity on the file system.

    Attributes:
        path: absolute, as bytes, free of ``..`` and the like.
        device, inode, modified_ns, changed_ns: as `os.stat` gives them.
        head: a digest of the first bytes; empty where nothing was read.
        settled: whether any further change shows in these times.
        recalled: whether all this was known from an earlier run, so that nothing was read.
        record: all that is to be said of the file, as JSON, where an earlier run has said it.
        failed: how many extractors have failed there.
    """

    info: FileInfo
    path: bytes = b""
    device: int = 0
    inode: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    head: bytes = b""
    settled: bool = True
    recalled: bool = False
    record: bytes = b""
    failed: int = 0

    @property
    def stamp(self) -> Stamp:
        """By which a later change of the file is noticed."""
        size = self.info.size or 0
        return Stamp(self.device, self.inode, size, self.modified_ns, self.changed_ns)


def inspect(found: Found, hooks: Hooks, known: Known = lambda *_: None) -> Inspected:
    """Open the file, read its leading bytes, identify it; a file that cannot be read says why.

    Args:
        found: the file.
        hooks: asked for a better media type.
        known: asked first; a file that it knows is not opened.
    """
    info = named(found.path)
    if found.error is not None:
        info.error = found.error
        return Inspected(info)
    try:
        given = os.fsencode(found.path)
        raw = _absolute(given)
        if (before := known(raw, given)) is not None:
            return _recalled(info, raw, before)
        fd = open_regular(raw)
    except Refused as error:
        info.error = str(error)
        return Inspected(info)
    except OSError as error:
        info.error = _why(error)
        return Inspected(info)
    except ValueError:
        info.error = "refused: the name holds a NUL character or half a surrogate pair"
        return Inspected(info)
    try:
        now = time.time_ns()
        status = os.fstat(fd)
        view = FileView(fd, Path(os.fsdecode(raw)), "")
        _identify(info, view, hooks)
        head = blake3(view.read(0, _HEAD)).digest(16)
    except OSError as error:
        info.error = _why(error)
        return Inspected(info)
    finally:
        os.close(fd)
    inspected = _placed(info, raw, status)
    inspected.head, inspected.settled = head, _settled(status, now)
    return inspected


def not_inspected(found: Found, reason: str) -> Inspected:
    """A file that nobody has looked at, and why."""
    info = named(found.path)
    info.error = reason
    return Inspected(info)


def _recalled(info: FileInfo, path: bytes, before: Seen) -> Inspected:
    look = before.look
    info.media_type, info.media_type_from = look.media_type, look.media_type_from
    info.name_media_type, info.digest = look.name_media_type, before.digest
    inspected = _placed(info, path, before.status)
    inspected.recalled, inspected.head = True, before.head
    inspected.record, inspected.failed = before.record, before.failed
    return inspected


def _placed(info: FileInfo, path: bytes, status: os.stat_result) -> Inspected:
    info.size = status.st_size
    info.modified = iso_time(status.st_mtime_ns)
    stamp = Stamp.of(status)
    return Inspected(
        info, path, stamp.device, stamp.inode, stamp.modified_ns, changed_ns=stamp.changed_ns
    )


def _settled(status: os.stat_result, now: int) -> bool:
    latest = max(status.st_mtime_ns, status.st_ctime_ns)
    tick = _TICK if status.st_ctime_ns % 1_000_000_000 else _COARSE
    return now - latest > tick


def _identify(info: FileInfo, view: FileView, hooks: Hooks) -> None:
    identity = identify(view)
    info.media_type = identity.media_type
    info.media_type_from = identity.source
    if identity.name_media_type is not None:
        info.name_media_type = identity.name_media_type
    if hooks.wanted("metaextract_identify"):
        answers = hooks.call(
            "metaextract_identify",
            head=view.read(0, _HEAD),
            name=info.name,
            media_type=identity.media_type,
        )
        for _, media_type in answers[:1]:
            info.media_type, info.media_type_from = media_type, "content"
            if info.name_media_type == media_type:
                info.name_media_type = UNSET


def _absolute(path: bytes) -> bytes:
    if b".." in path:
        # After a link ``..`` leads elsewhere than the text suggests.
        folder, name = os.path.split(path)
        path = os.path.join(os.path.realpath(folder), name)
    return os.path.abspath(path)


def raw_path(path: str) -> bytes:
    """The bytes of a path as Python has decoded them, or as near to them as can be."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def named(path: str) -> FileInfo:
    """What is known of a file by its path alone."""
    raw = raw_path(path)
    shown = raw.decode("utf-8", "replace")
    info = FileInfo(path=shown, name=os.path.basename(shown))
    if shown != path:
        info.path_base64 = base64.b64encode(raw).decode()
    return info


def iso_time(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 in UTC, with all nine digits where they say something."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        whole = dt.datetime.fromtimestamp(seconds, dt.UTC).replace(tzinfo=None).isoformat()
    except (OverflowError, ValueError, OSError):
        return f"{nanoseconds} ns since 1970"
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{whole}{fraction}Z"


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    return f"cannot be read: {error.strerror or error}"
