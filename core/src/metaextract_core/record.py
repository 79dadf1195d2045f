"""Record, Section, Field: what is known of one file, as data."""

from __future__ import annotations

import base64
from typing import Any, Final, Literal, Self

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

SCHEMA = "metaextract.record/1"

Status = Literal[
    "ok",
    "partial",
    "skipped",
    "unavailable",
    "refused",
    "failed",
    "timeout",
    "memory",
    "crashed",
]
Agreement = Literal["single", "agree", "conflict"]

FAILED: frozenset[Status] = frozenset({"failed", "timeout", "memory", "crashed"})
"""The statuses that make a run end with exit status 1."""


class FileInfo(Struct, kw_only=True, omit_defaults=True):
    """What the file system and the first bytes say.

    Attributes:
        path: absolute or as given; bytes that are not UTF-8 are shown as U+FFFD.
        path_base64: the exact bytes of the path, only where `path` could not show them.
        size: bytes.
        modified: time of the last change, ISO 8601 in UTC.
        digest: ``blake3:`` and 64 hexadecimal digits, over the whole content; None where the file
            changed, for nobody knows which content the sections speak of.
        changed: what happened to the file while it was read, only where something did.
        media_type: as identified; ``application/octet-stream`` where nothing fits.
        media_type_from: ``content``, ``name`` or ``none``.
        name_media_type: what the name promises, only where the content says otherwise.
        error: why the file could not be read at all.
    """

    path: str
    name: str
    path_base64: str | UnsetType = UNSET
    size: int | None = None
    modified: str | None = None
    digest: str | None = None
    changed: str | UnsetType = UNSET
    media_type: str | None = None
    media_type_from: str | None = None
    name_media_type: str | UnsetType = UNSET
    error: str | UnsetType = UNSET

    @property
    def raw_path(self) -> bytes:
        """The exact bytes of the path."""
        encoded = self.path_base64
        return base64.b64decode(encoded) if isinstance(encoded, str) else self.path.encode()


class Source(Struct, kw_only=True):
    """One extractor's word on a field; `value` is normalised, `raw` is kept where it differs."""

    extractor: str
    tag: str
    value: Any
    raw: Any = UNSET
    chosen: bool = False


class Field(Struct, kw_only=True):
    """One canonical fact with everyone who spoke of it; `value` is that of the chosen source."""

    value: Any
    type: str
    unit: str | UnsetType = UNSET
    agreement: Agreement
    sources: list[Source]


class Unread(Struct, kw_only=True):
    """A value that speaks of a field but cannot be read as the field's type.

    Attributes:
        field: the canonical field that it would have been a source of.
        raw: the value if it is not a container; a long text is cut, its section has the whole.
        reason: what is wrong with it, in a few words.
    """

    field: str
    extractor: str
    tag: str
    raw: Any = UNSET
    reason: str


class Section(Struct, kw_only=True):
    """What one extractor said of one file.

    Attributes:
        status: how it went; each but ``ok`` comes with a reason.
        code: the fault's code of `docs/codes/`, where there is one.
        duration_ms: time spent in the extractor.
        data: tag -> value.
        output: the beginning of what the extractor printed, which is never part of the data.
    """

    status: Status
    version: str = ""
    reason: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    duration_ms: float = 0.0
    cached: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    output: str | UnsetType = UNSET


class Summary(Struct, kw_only=True):
    """Counts over the record's own fields and sections."""

    fields_extracted: int = 0
    extractors_run: int = 0
    extractors_failed: int = 0


class Record(Struct, kw_only=True):
    """Everything known of one file.

    Attributes:
        sandbox: the layers that held in every process that read the file, in the order of
            `docs/sandbox.md`; empty where none has read it, or none held.
    """

    schema: str = SCHEMA
    file: FileInfo
    fields: dict[str, Field] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)
    sandbox: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the file could not be read or an extractor failed on it."""
        return isinstance(self.file.error, str) or self.summary.extractors_failed > 0


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Record)


class Result:
    """A record as objects and as JSON; what is not there is made when it is first asked for.

    Attributes:
        file: of the record.
        cached: whether all of it was known from an earlier run.
        failed: whether the file could not be read or an extractor failed on it.
    """

    __slots__ = ("_json", "_record", "cached", "failed", "file")

    def __init__(self, record: Record) -> None:
        self._record: Record | None = record
        self._json = b""
        self.file = record.file
        self.cached = False
        self.failed = record.failed

    @classmethod
    def recalled(cls, file: FileInfo, json: bytes, failed: int) -> Self:
        """A result of an earlier run.

        Args:
            file: of the record.
            json: the record in UTF-8, on one line.
            failed: how many extractors have failed there.
        """
        result = cls(Record(file=file, summary=Summary(extractors_failed=failed)))
        result._record, result._json, result.cached = None, json, True
        return result

    @property
    def record(self) -> Record:
        """As objects."""
        if self._record is None:
            self._record = _decoder.decode(self._json)
        return self._record

    @property
    def json(self) -> bytes:
        """As JSON in UTF-8, on one line."""
        if not self._json:
            self._json = _encoder.encode(self._record)
        return self._json


def without_data(section: Section) -> dict[str, Any]:
    """A section's own facts; cheap, for this is done for every section."""
    reason, code, output = section.reason, section.code, section.output
    return {
        "status": section.status,
        "version": section.version,
        "reason": None if reason is UNSET else reason,
        "code": None if code is UNSET else code,
        "duration_ms": section.duration_ms,
        "cached": section.cached,
        "warnings": list(section.warnings),
        "output": None if output is UNSET else output,
    }
