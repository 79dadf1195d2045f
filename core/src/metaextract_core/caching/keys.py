"""Under which key a section is kept: all that it can depend on, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from blake3 import blake3

from metaextract_core.descriptor import Descriptor

_FORMAT: Final = 1
"""Raised when the same sources would say something else, as when a section gets a new meaning."""


_Reach = Literal["content", "kind", "file"]
"""For which files a section holds: of equal content; with the same suffix, too; for its own."""


class Keys:
    """Keys of sections, for the extractors of one registry.

    A section depends on the content, on its media type, which the extractor is told, on the code of
    the extractor and of those whose sections it needs, and on the programs that it starts. That of
    an extractor which looks at more than the content depends on where the file is as well; where
    the extractor can make it fit another file, only on the suffix.

    Args:
        extractors: by id.
        marks: id -> what changes with the extractor's sources.
        tools: program -> where it is; None for one that is not there.
    """

    def __init__(
        self,
        extractors: Mapping[str, Descriptor],
        marks: Mapping[str, str],
        tools: Mapping[str, str | None],
    ) -> None:
        self._extractors = extractors
        self._marks = marks
        self._tools = tools
        self._code: dict[str, bytes] = {}
        self._reaches: dict[str, _Reach] = {}

    def of(
        self, extractor: str, digest: str, media_type: str, path: bytes, stamp: bytes
    ) -> tuple[bytes, bool]:
        """The key of what `extractor` says of a file, and whether the extractor has to make it fit.

        Args:
            extractor: its id.
            digest: of the whole content.
            media_type: of the file.
            path: of the file, absolute.
            stamp: that tells its states apart.
        """
        if extractor not in self._code:
            self._code[extractor] = self._code_of(extractor)
            self._reaches[extractor] = self._reach(extractor)
        reach = self._reaches[extractor]
        here = {
            "content": b"",
            "kind": os.path.splitext(path)[1],
            "file": path + b"\0" + stamp,
        }[reach]
        text = f"{digest}\0{media_type}\0".encode()
        return blake3(self._code[extractor] + text + here).digest(), reach == "kind"

    def all(self) -> bytes:
        """What changes with any of the extractors."""
        facts = [self._facts(name) for name in sorted(self._extractors)]
        descriptors = [found for _, found in sorted(self._extractors.items())]
        return blake3(msgspec.msgpack.encode([_FORMAT, facts, descriptors])).digest()

    def kin(self, extractor: str) -> set[str]:
        """An extractor, whom it needs, whom these need, and so on."""
        found: set[str] = set()
        waiting = [extractor]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                known = self._extractors.get(name)
                waiting += known.needs if known else ()
        return found

    def _code_of(self, extractor: str) -> bytes:
        facts = [self._facts(name) for name in sorted(self.kin(extractor))]
        return blake3(msgspec.msgpack.encode([_FORMAT, extractor, facts])).digest()

    def _facts(self, extractor: str) -> list[object]:
        found = self._extractors.get(extractor)
        if found is None:
            return [extractor]
        tools = [(name, _state(self._tools.get(name))) for name in sorted(found.tools)]
        return [extractor, found.version, self._marks.get(extractor, ""), tools]

    def _reach(self, extractor: str) -> _Reach:
        known = [self._extractors.get(name) for name in self.kin(extractor)]
        placed = [found for found in known if found is not None and not found.content_only]
        if not placed:
            return "content"
        return (
            "kind" if all(found.id == extractor and found.elsewhere for found in placed) else "file"
        )


def _state(tool: str | None) -> tuple[object, ...]:
    """What changes when another version of a program is installed."""
    if tool is None:
        return ()
    try:
        status = os.stat(tool)
    except OSError:
        return (tool,)
    return (tool, status.st_size, status.st_mtime_ns)
