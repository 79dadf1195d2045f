"""What a code says."""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal[
    "ready", "unavailable", "incompatible", "conflict", "disabled", "broken", "quarantined"
]


class Code(NamedTuple):
    """One kind of fault.

    Attributes:
        code: its stable name.
        state: what it makes of a plugin; ``ready`` for a mere warning and for faults of one file.
        title: what happened, in a few words.
        explanation: why that is a fault.
        fix: how to mend it.
        example: Markdown for the code's page: what brings it about and what is said then, taken
            from a run. A first block of Python is the plugin ``heights``, or the lines of it that
            matter; the first of text or JSON is what follows. `tests/zoo/test_examples.py` holds
            the one against the other.
    """

    code: str
    state: State
    title: str
    explanation: str
    fix: str
    example: str = ""
