"""What was seen of an extractor, as data: all that a rule may judge by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

Kind = Literal["sample", "again", "damaged", "padded", "changed", "touched"]
Fault = Literal["", "raised", "no data", "timeout", "memory", "crashed"]
Trace = Literal["output", "children", "threads", "files", "process", "file"]


class Sample(NamedTuple):
    """A file that the extractor says it reads; `label` is how people are told of it."""

    label: str
    content: bytes
    media_type: str

    @property
    def suffix(self) -> str:
        """What its name ends with, such as ``.jpg``."""
        name = self.label.rpartition("/")[2]
        return f".{name.rpartition('.')[2]}" if "." in name else ""


class Subject(NamedTuple):
    """One file to read.

    Attributes:
        kind: ``sample`` and ``again`` are a sample itself; ``damaged`` is made to hurt; the others
            keep the sample's name and size: ``padded`` has another sample's content, ``changed``
            one byte that is different, ``touched`` another time of modification.
        sample: number of the sample that it is, or was made of.
        label: how people are told of it.
        modified: seconds of the Unix epoch.
        mode: its permissions.
    """

    kind: Kind
    sample: int
    label: str
    name: str
    media_type: str
    content: bytes
    modified: int
    mode: int = 0o600


class Reading(Struct, kw_only=True):
    """What was seen while the extractor read one subject.

    Attributes:
        status: as of a section of a record.
        data: what it said, as JSON data.
        reason: why there is no answer, or only part of one.
        fault: what it did that no extractor may do; empty where it answered or raised ExtractError.
        traces: what it left or changed: kind -> one sentence.
    """

    subject: Subject
    status: str
    data: dict[str, Any] = {}
    reason: str = ""
    fault: Fault = ""
    traces: dict[Trace, str] = {}


class Evidence(Struct, kw_only=True):
    """Everything that was seen of one extractor.

    Attributes:
        description: the first line of its docstring.
        crosswalk: own tag -> canonical field, without fields that are not known.
        volatile: tags that may differ between two runs over one file.
        content_only: whether it says that it looks at nothing but the content.
        trouble: what is wrong with the declared samples; empty where nothing is.
        stopped: why the examination ended early; empty where it did not.
    """

    description: str
    media_types: tuple[str, ...]
    crosswalk: Mapping[str, str]
    volatile: frozenset[str] = frozenset()
    content_only: bool = False
    samples: list[Sample] = field(default_factory=list)
    trouble: str = ""
    readings: list[Reading] = field(default_factory=list)
    stopped: str = ""

    def of(self, *kinds: Kind) -> list[Reading]:
        """The readings of subjects of these kinds, in order."""
        return [reading for reading in self.readings if reading.subject.kind in kinds]

    def unsteady(self, sample: int) -> set[str]:
        """The tags that did not say the same each time that a sample was read, or need not."""
        said = [
            reading.data
            for reading in self.of("sample", "again")
            if _is(reading, sample) and reading.data
        ]
        return {
            tag
            for tag in {tag for data in said for tag in data}
            if tag in self.volatile or any(data.get(tag, ...) != said[0].get(tag) for data in said)
        }

    def steady(self, reading: Reading) -> dict[str, Any]:
        """What a reading said, without tags that are unsteady for its sample."""
        unsteady = self.unsteady(reading.subject.sample)
        return {tag: value for tag, value in reading.data.items() if tag not in unsteady}


def _is(reading: Reading, sample: int) -> bool:
    return reading.subject.sample == sample
