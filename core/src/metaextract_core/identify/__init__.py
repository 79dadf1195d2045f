"""What a file is: content first, name second, and where the two contradict each other.

The signatures are our own data. puremagic 1.30, the library for this in pure Python, was measured
first: of 580 test files for which ExifTool names a type it agreed on 68 % at 0.35 ms a file, where
this package agrees on 99 % at 0.03 ms; it took Keynote, EPUB and Visio files for Word documents.
libmagic is C code that would read hostile bytes in the host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

from metaextract_core.identify import archives, compound, media, signatures, text, weak
from metaextract_core.identify.families import canonical, is_kind_of
from metaextract_core.identify.names import promised
from metaextract_sdk import FileView

__all__ = ["EMPTY", "HEAD", "UNKNOWN", "Identity", "identify", "media_type_matches"]

HEAD: Final = 8192
"""Leading bytes that are looked at."""
EMPTY: Final = "application/x-empty"
"""The type of a file without content, for which IANA has none; file(1) calls it inode/x-empty."""
UNKNOWN: Final = "application/octet-stream"

_GUESSED: Final = frozenset(
    {"text/plain", "message/rfc822", "application/json", "application/mbox"}
)
"""Types that rest on a look at some words, which a name may overrule."""


class Identity(Struct, frozen=True):
    """What a file is.

    Attributes:
        media_type: its type (RFC 6838), always one of the names that this package uses.
        source: ``content`` if the bytes say so; ``name`` if they do not say enough and the name
            decides; ``none`` if neither says anything.
        name_media_type: what the name promises, only where the content contradicts it.
    """

    media_type: str
    source: Literal["content", "name", "none"]
    name_media_type: str | None = None


def identify(file: FileView) -> Identity:
    """What `file` is, from a few windows of its content and its name.

    Raises:
        OSError: the file cannot be read.
    """
    head = file.read(0, HEAD)
    if not head:
        return Identity(EMPTY, "content")
    found = _from_content(file, head)
    named = promised(file.name)
    if found is None:
        return Identity(named[0], "name") if named else Identity(UNKNOWN, "none")
    if not named or any(found == name or is_kind_of(found, name) for name in named):
        return Identity(found, "content")
    for name in named:
        if _refines(name, found):
            return Identity(name, "name")
    return Identity(found, "content", named[0])


def _refines(named: str, found: str) -> bool:
    """Whether a file that reads as `found` may be a `named`, which only its name can tell."""
    if found == compound.PROTECTED:
        return archives.recognises(named)
    # A type that its content always gives away is not made by a name alone.
    if archives.recognises(named) or named in text.RECOGNISED:
        return False
    return is_kind_of(named, "text/plain" if found in _GUESSED else found)


def _from_content(file: FileView, head: bytes) -> str | None:
    found = signatures.match(head)
    if found and (member := _MEMBERS.get(found)):
        found = member(file, head)
    return found or text.match(head) or weak.match(file, head)


_MEMBERS: Final[Mapping[str, Callable[[FileView, bytes], str | None]]] = {
    "application/java-vm": media.bytecode,
    "application/marc": media.marc,
    "application/ogg": media.ogg,
    "application/vnd.adobe.flash.movie": media.flash,
    "application/vnd.microsoft.portable-executable": media.program,
    "application/x-iff": media.form,
    "application/x-ole-storage": compound.member,
    "application/x-riff": media.form,
    "application/zip": archives.member,
    "audio/mpeg": media.after_id3,
    "audio/x-monkeys-audio": media.monkey,
    "image/bmp": media.bitmap,
    "image/jp2": media.jpeg2000,
    "image/png": media.png,
    "image/tiff": media.tiff_member,
    "image/vnd.microsoft.icon": media.icon,
    "image/x-cursor": media.icon,
    "image/x-portable-arbitrarymap": media.portable_map,
    "image/x-portable-bitmap": media.portable_map,
    "image/x-portable-graymap": media.portable_map,
    "image/x-portable-pixmap": media.portable_map,
    "video/matroska": media.matroska,
    "video/mp4": media.brand,
}
"""Signature shared by several formats -> which one it is, or None for none of them."""


def media_type_matches(pattern: str, media_type: str) -> bool:
    """Whether `pattern` (exact, a family such as ``image/*``, or ``*/*``) covers `media_type`.

    Other names of a type, such as ``audio/wav`` for ``audio/x-wav``, count as that type.
    """
    pattern = pattern.lower()
    if pattern == "*/*":
        return True
    media_type = canonical(media_type.lower())
    if pattern.endswith("/*"):
        return media_type.startswith(pattern[:-1])
    return canonical(pattern) == media_type
