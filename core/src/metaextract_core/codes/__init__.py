"""The faults of plugins, each with a code: one table for verdicts, sections and `docs/codes.md`.

Regenerate the page with ``python -m metaextract_core.codes > docs/codes.md``.
"""

from __future__ import annotations

from typing import Final

from metaextract_core.codes import conforming, contract, found, importing, running
from metaextract_core.codes.code import Code, State

__all__ = ["CODES", "Code", "State", "page"]

CODES: Final[dict[str, Code]] = {
    code.code: code
    for family in (found, importing, contract, running, conforming)
    for code in family.ROWS
}


def page() -> str:
    """The text of `docs/codes.md`."""
    lines = [
        "# Codes",
        "",
        "What can be wrong with a plugin, or with what an extractor did to one file.",
        "`metaextract plugins check` gives each plugin a state and the code of what decided it; a",
        "section of a record has a code where its extractor misbehaved. A code keeps its meaning.",
    ]
    for code in CODES.values():
        state = f" Makes the plugin `{code.state}`." if code.state != "ready" else ""
        lines += ["", f"## {code.code}: {code.title}", "", f"{code.explanation}{state}", ""]
        lines += [f"To mend it: {code.fix}."]
    return "\n".join(lines) + "\n"
