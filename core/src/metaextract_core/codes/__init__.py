"""The faults of plugins, each with a code: one table for verdicts, sections and `docs/codes.md`.

Regenerate the page with ``python -m metaextract_core.codes > docs/codes.md``.
"""

from __future__ import annotations

from typing import Final

from metaextract_core.codes import contract, found, importing, running
from metaextract_core.codes.code import Code, State

__all__ = ["CODES", "Code", "State", "page"]

CODES: Final[dict[str, Code]] = {
    code.code: code for code in (*found.ROWS, *importing.ROWS, *contract.ROWS, *running.ROWS)
}


def page() -> str:
    """The text of `docs/codes.md`."""
    lines = [
        "# Codes",
        "",
        "What can be wrong with a plugin, or with what an extractor did to one file.",
        "`metaextract plugins check` gives each plugin a state and the code of what decided it; a",
        "section of a record has a code where its extractor misbehaved. A code keeps its meaning.",
        "",
        "A failed import (MX3xx) is remembered for an hour, one that hangs for a day. It is tried",
        "again at once when a source of the plugin, a module that it had asked for, an installed",
        "distribution, a folder of PATH or the environment changes, and by",
        "`metaextract plugins check`.",
    ]
    for code in CODES.values():
        state = f" Makes the plugin `{code.state}`." if code.state != "ready" else ""
        lines += ["", f"## {code.code}: {code.title}", "", f"{code.explanation}{state}", ""]
        lines += [f"To mend it: {code.fix}."]
    return "\n".join(lines) + "\n"
