"""What the host asks a prober, and what it answers: one line of JSON each."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

from metaextract_core.descriptor import Descriptor
from metaextract_core.vetting.verdict import Diagnostic

READY: Final = b"ready\n"
"""What a prober says first: from now on, whoever is being probed has to answer for its end."""

_MAX_TEXT: Final = 500


def one_line(value: object) -> str:
    """Anything that a plugin may have raised or named, as one line of valid Unicode."""
    try:
        text = str(value)
    except Exception as error:  # noqa: BLE001 -- plugin code may raise anything
        text = f"{type(value).__name__} whose text raises {type(error).__name__}"
    return " ".join(text.split()).encode("utf-8", "backslashreplace").decode()[:_MAX_TEXT]


class Probe(Struct):
    """Import `target` and look at it.

    Attributes:
        files: sources to compile first.
        extractor: whether the target must be an extractor; else it is a module of hooks.
        timeout: seconds until the child is killed.
        memory: bytes of address space that the import may add.
    """

    name: str
    target: str
    distribution: str
    version: str
    paths: list[str]
    files: list[str]
    extractor: bool
    timeout: float
    memory: int


class Report(Struct):
    """What a probed child says of itself, on a descriptor of its own.

    Attributes:
        stage: how far it came; a child that dies leaves the last one it reported.
        diagnostics: what is wrong, the worst first.
        fix: a mend line of the plugin's own.
        modules: of others, those that a failed import had loaded or missed.
    """

    stage: Literal["compile", "import", "done"]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    fix: str = ""
    import_ms: float | None = None
    descriptor: Descriptor | None = None
    modules: list[str] = field(default_factory=list)


class Finding(Struct):
    """What a prober saw of one child, from outside; `report` is the child's last word.

    Attributes:
        status: exit status, negative for a signal. It says how the child died, never that all is
            well: only a report does.
        late: whether it was killed at the deadline.
        busy: whether it was computing, not waiting, at the deadline.
        children: how many processes it left, running or not waited for.
        output: the beginning of what it printed.
        printed: bytes that it printed.
    """

    report: Report | None
    status: int
    late: bool
    busy: bool
    children: int
    output: str
    printed: int
