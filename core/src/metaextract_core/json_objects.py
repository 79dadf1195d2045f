"""The objects of a JSON text of any length, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from msgspec import Struct

MAX_OBJECT: Final = 64 << 20
"""Bytes of one object."""
MAX_DEPTH: Final = 200
"""Objects and lists inside each other."""

_CHUNK: Final = 1 << 18
_BETWEEN: Final = b" \t\r\n,[]\xef\xbb\xbf"
"""What may stand between objects: they are members of lists, or come one after another."""
_MARK: Final = re.compile(rb'["{}\[\]]')
_IN_STRING: Final = re.compile(rb'["\\]')


class Problem(Struct):
    """What is no record.

    Attributes:
        number: the place of the object in the text, from 1.
        reason: what is wrong with it.
    """

    number: int
    reason: str


def objects(stream: BinaryIO) -> Iterator[bytes | Problem]:
    """Each object at the outermost level, or in a list there, as it is written.

    Only brackets and strings are looked at; whether an object is JSON is for the reader to find
    out. What is too long, too deep, cut off or no object is a `Problem`, and not held in memory.
    """
    scanner = _Scanner()
    while chunk := stream.read(_CHUNK):
        yield from scanner.feed(chunk)
    yield from scanner.end()


class _Scanner:
    def __init__(self) -> None:
        self._number = 0
        self._stray = False
        self._depth = self._deepest = 0
        self._in_string = self._escaped = False
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[bytes | Problem]:
        """The objects that end in `chunk`."""
        place = 0
        while place < len(chunk):
            if not self._depth:
                begin = chunk.find(b"{", place)
                end = begin if begin >= 0 else len(chunk)
                if not self._stray and chunk[place:end].strip(_BETWEEN):
                    self._stray = True
                    self._number += 1
                    yield Problem(self._number, "it is no object")
                if begin < 0:
                    return
                self._begin()
                place = begin
            end = self._advance(chunk, place)
            self._keep(chunk[place:end])
            place = end
            if not self._depth:
                yield self._taken()

    def end(self) -> Iterator[Problem]:
        """What is wrong with the end of the text."""
        if self._depth:
            yield Problem(self._number, "the text ends in the middle of it")

    def _begin(self) -> None:
        self._number += 1
        self._stray = False
        self._deepest = self._length = 0

    def _advance(self, chunk: bytes, place: int) -> int:
        """Where the object ends, or `chunk`."""
        while True:
            if self._escaped and place < len(chunk):
                self._escaped = False
                place += 1
            found = (_IN_STRING if self._in_string else _MARK).search(chunk, place)
            if found is None:
                return len(chunk)
            mark, place = found[0], found.end()
            if mark == b'"':
                self._in_string = not self._in_string
            elif mark == b"\\":
                self._escaped = True
            elif mark in b"{[":
                self._depth += 1
                self._deepest = max(self._deepest, self._depth)
            else:
                self._depth -= 1
                if not self._depth:
                    return place

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MAX_OBJECT or self._deepest > MAX_DEPTH:
            self._parts.clear()
        else:
            self._parts.append(part)

    def _taken(self) -> bytes | Problem:
        whole = b"".join(self._parts)
        self._parts.clear()
        if self._length > MAX_OBJECT:
            return Problem(self._number, f"it has more than {MAX_OBJECT >> 20} MiB")
        if self._deepest > MAX_DEPTH:
            return Problem(self._number, f"it is nested deeper than {MAX_DEPTH} levels")
        return whole
