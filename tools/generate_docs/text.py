"""What pages share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import dedent
from typing import NamedTuple

HEADER = "<!-- Written by `make docs` from {sources}; edit it there. -->\n\n"

_CODE = re.compile(r"::\n\n((?: {4}.*\n|\n)+)")
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):$")
_ENTRY = re.compile(r"^ {4}(\*{0,2}\w+(?:, \w+)*): (.*)$")


class Docstring(NamedTuple):
    """A docstring in Google's style, taken apart: text, and the entries of each section."""

    text: str
    sections: dict[str, dict[str, str]]


def parsed(docstring: str) -> Docstring:
    """The parts of a docstring that `inspect.getdoc` gave."""
    text: list[str] = []
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    last = ""
    for line in docstring.splitlines():
        if title := _SECTION.fullmatch(line):
            current = sections.setdefault(title[1], {})
        elif current is None or (line and not line.startswith(" ")):
            current = None
            text.append(line)
        elif entry := _ENTRY.fullmatch(line):
            last, current[entry[1]] = entry[1], entry[2]
        elif line:
            current[last] += f" {line.strip()}"
    return Docstring("\n".join(text).strip(), sections)


def entries(docstring: Docstring, section: str) -> dict[str, str]:
    """Name -> meaning of a section, where ``a, b: …`` speaks of two."""
    return {
        name: meaning
        for names, meaning in docstring.sections.get(section, {}).items()
        for name in names.split(", ")
    }


def markdown(text: str) -> str:
    """Text of a docstring as Markdown: literals and code blocks are written otherwise there."""
    text = re.sub(r"``(.+?)``", r"`\1`", f"{text}\n")
    block = ":\n\n```python\n{}\n```\n\n"
    return _CODE.sub(lambda code: block.format(dedent(code[1]).strip()), text).strip()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty if it has no rows."""
    lines = [
        "| " + " | ".join(cell.strip().replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(header)} |", "|---" * len(header) + "|", *lines])


def join(parts: Iterable[str]) -> str:
    """Paragraphs, headings, lists and tables as a page."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"
