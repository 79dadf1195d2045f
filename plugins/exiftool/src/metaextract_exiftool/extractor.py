"""Everything that ExifTool knows of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from metaextract_exiftool.answers import parse
from metaextract_exiftool.crosswalk import CROSSWALK
from metaextract_exiftool.moving import move
from metaextract_exiftool.session import Answer, Fault, Session
from metaextract_sdk import BatchExtractor, Context, ExtractError, FileView, Unavailable

_INSTALL: Final = "apt-get install libimage-exiftool-perl"
_ARGUMENTS: Final = ("-json", "-G1", "-struct", "-long", "-q")
_ERROR: Final = "ExifTool:Error"
_WARNING: Final = "ExifTool:Warning"
_NOTHING: Final = frozenset({"Unknown file type", "File is empty"})
"""Errors after which there is only what the file system says."""
_CONTROLS: Final = frozenset(range(0x20)) | {0x7F}
_MAX_COMPLAINTS: Final = 10

LARGE: Final = 256 << 20
"""Bytes of a file from which on `LARGE_MEMORY` holds."""
LARGE_MEMORY: Final = 128 << 20
"""Bytes of address space for the process over a large file. Parsers that seek need a fraction;
those that load what they read (DICOM's pixels, JSON) would fill whatever they are given."""


class ExifTool(BatchExtractor):
    """All tags that ExifTool finds in a file of any kind, under its own names."""

    media_types = ("*/*",)
    version = "1"
    profiles = ("standard", "deep")
    crosswalk: ClassVar[Mapping[str, str]] = CROSSWALK
    trust = 60
    tools: ClassVar[Mapping[str, str]] = {"exiftool": _INSTALL}
    samples = ("samples/*",)
    # The system keeps them by itself, whatever the content.
    volatile = ("System:FileAccessDate", "System:FileInodeChangeDate")
    memory = 1 << 30

    def setup(self) -> None:
        """Start the process that serves all files.

        Raises:
            Unavailable: ExifTool is not installed or does not start.
        """
        try:
            self._session = Session(_ARGUMENTS, self.memory)
            self._session.start()
        except FileNotFoundError as error:
            raise Unavailable("ExifTool is not installed", fix=_INSTALL) from error
        except Fault as fault:
            raise Unavailable(str(fault), fix=_INSTALL) from fault

    def close(self) -> None:
        """End the process."""
        self._session.stop()

    def extract_batch(
        self, jobs: Sequence[tuple[FileView, Context]]
    ) -> Iterator[Mapping[str, Any] | ExtractError]:
        """``Group1:Tag`` -> ``{"val": ..., "num": ...}`` for each file.

        ``val`` is the value that ``exiftool -json -G1 -struct`` prints; ``num`` is the one before
        its conversion for people where that is another, else None. A list of bytes is ExifTool's
        note of its length. An error of ExifTool is an ExtractError, with the tags as its data
        unless they only say what the file system says.
        """
        refusals = [_refusal(file) for file, _ in jobs]
        answers = self._ask(
            [file for (file, _), refusal in zip(jobs, refusals, strict=True) if refusal is None]
        )
        for (file, ctx), refusal in zip(jobs, refusals, strict=True):
            yield refusal or _judge(next(answers), file, ctx)

    def elsewhere(
        self, data: Mapping[str, Any], file: FileView, ctx: Context
    ) -> Mapping[str, Any] | None:
        """`data` with the names, times and permissions of `file`."""
        path = os.fsencode(file.path)
        return move(data, path, os.fstat(file.fileno())) if _refusal(file) is None else None

    def _ask(self, files: Sequence[FileView]) -> Iterator[Answer | Fault]:
        commands = [[os.fsencode(file.path)] for file in files]
        if len(files) != 1 or files[0].size < LARGE:  # a large one comes alone
            return self._session.ask(commands)
        (answer,) = self._session.ask(commands, LARGE_MEMORY)
        if isinstance(answer, Fault) and answer.memory:
            # What the process held of files before counted, too; by now it is a new one.
            (answer,) = self._session.ask(commands, LARGE_MEMORY)
        return iter([answer])


def _refusal(file: FileView) -> ExtractError | None:
    """Why the path is not given to ExifTool, which reads its arguments line by line (``-@``).

    An absolute path begins with a slash, so it is never taken for an option, a comment or standard
    input; what a line can then still do is end.
    """
    path = os.fsencode(file.path)
    if not path.startswith(b"/"):
        return ExtractError("the path is not absolute", status="refused")
    if not _CONTROLS.isdisjoint(path):
        return ExtractError(
            "the path holds a control character, which ExifTool might take for a command; "
            "rename the file",
            status="refused",
        )
    return None


def _judge(
    answer: Answer | Fault, file: FileView, ctx: Context
) -> dict[str, dict[str, Any]] | ExtractError:
    if isinstance(answer, Fault):
        if answer.memory:
            reason = f"it would take more memory than ExifTool may have: {answer}"
            return ExtractError(reason, status="refused")
        return ExtractError(str(answer))
    complaints = _lines(answer.complaint, file)
    try:
        data = parse(answer.said)
    except ValueError as error:
        why = complaints[0] if complaints else f"its answer cannot be read: {error}"
        return ExtractError(f"ExifTool: {why}")
    if not _still_there(file):
        return ExtractError("another file took its place before ExifTool had read it")
    if _WARNING in data:
        complaints.insert(0, str(data[_WARNING]["val"]))
    for complaint in complaints[:_MAX_COMPLAINTS]:
        ctx.warn(complaint)
    if _ERROR in data:
        return _error(str(data[_ERROR]["val"]), data)
    return data


def _error(message: str, data: dict[str, dict[str, Any]]) -> ExtractError:
    reason = f"ExifTool: {message}"
    if message in _NOTHING:
        return ExtractError(reason, status="skipped")
    return ExtractError(reason, data=data)


def _lines(complaint: bytes, file: FileView) -> list[str]:
    name = f" - {file.path}".encode("utf-8", "surrogateescape")
    text = complaint.replace(name, b"").decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _still_there(file: FileView) -> bool:
    """Whether the path that ExifTool opened leads to the file that the host opened."""
    try:
        return os.path.samestat(os.stat(file.path), os.fstat(file.fileno()))
    except OSError:
        return False
