"""Which columns a table of records has, and what of a record they hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from metaextract_core.fields import FIELDS, Definition
from metaextract_core.record import Record

Column = Definition
"""A canonical field as a column."""
IDENTITY: Final = ("file.path", "file.digest")
"""The first columns of each table: which file, and which content."""


def choose(names: Iterable[str] | None = None) -> tuple[Column, ...]:
    """The columns of these fields, each once, in this order; of all fields for None.

    Raises:
        ValueError: there is no such field; the message names the nearest one.
    """
    if names is None:
        return tuple(FIELDS.values())
    chosen = list(dict.fromkeys(name for name in names if name not in IDENTITY))
    for name in chosen:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "docs/fields.md lists them all"
            raise ValueError(f"there is no field {name!r}; {hint}")
    return tuple(FIELDS[name] for name in chosen)


def cells(record: Record, columns: Sequence[Column]) -> list[Any]:
    """What `record` has in each column, None where it has nothing."""
    fields = record.fields
    return [fields[column.name].value if column.name in fields else None for column in columns]
