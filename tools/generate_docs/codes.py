"""`docs/codes/`: an index, and a page for each code."""

from __future__ import annotations

import inspect

from metaextract_core.codes import CODES, FAMILIES, Code
from metaextract_sdk.conformance.rules import RULES
from tools.generate_docs.text import HEADER, join, table

_SOURCES = "metaextract_core/codes/"
_TIERS = {rule.code: rule.tier for rule in RULES}
_INTRODUCTION = """# Codes

What can be wrong with a plugin, or with what an extractor did to one file.
`metaextract plugins check` gives each plugin a state and the code of what decided it; a section of
a record has a code where its extractor misbehaved. A code keeps its meaning in later versions."""


def pages() -> dict[str, str]:
    """Name of each page -> its text."""
    return {"README.md": _index()} | {f"{name}.md": _page(code) for name, code in CODES.items()}


def _index() -> str:
    parts = [_INTRODUCTION]
    for family, about in FAMILIES.items():
        codes = [code for code in CODES.values() if code.code.startswith(family)]
        rows = [(f"[{code.code}]({code.code}.md)", code.title, _weight(code)) for code in codes]
        last = "tier" if any(code.code in _TIERS for code in codes) else "state"
        if rows:
            parts += [f"## {family}xx", about, table(("code", "what", last), rows)]
    return HEADER.format(sources=_SOURCES) + join(parts)


def _weight(code: Code) -> str:
    """The tier that asks for a rule; the state that any other code makes of a plugin."""
    if code.code in _TIERS:
        return _TIERS[code.code]
    return "" if code.state == "ready" else f"`{code.state}`"


def _page(code: Code) -> str:
    if code.code in _TIERS:
        effect = f"Extractors of the quality tier {_TIERS[code.code]} keep this rule"
        effect += "." if code.state == "ready" else f"; one that does not is `{code.state}`."
    elif code.state != "ready":
        effect = f"It makes the plugin `{code.state}`."
    elif code.code.startswith("MX5"):
        effect = "It stands in the section of that file; the plugin stays `ready`."
    else:
        effect = "It is a warning: the plugin stays `ready`, but does not pass `--strict`."
    example = inspect.cleandoc(code.example)
    return HEADER.format(sources=_SOURCES) + join(
        [
            f"# {code.code}: {code.title}",
            f"{code.explanation} {effect}",
            f"To mend it: {code.fix}.",
            f"## For example\n\n{example}" if example else "",
            "[All codes](README.md)",
        ]
    )
