"""Every page that is made from the sources, and the example plugin.

`python -m tools.generate_docs` writes them.

What a page says is written where it holds: in docstrings, help texts and tables. A test fails when
a page is not what its sources make.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from metaextract_core import fields
from metaextract_core.cli.plugins.new import files
from tools.generate_docs import codes, commands, configuration, performance, reference

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = "docs/authors/example"
CACHES: Final = {"__pycache__", ".pytest_cache", ".ruff_cache"}


def pages() -> dict[str, bytes]:
    """Path from the root of the tree -> content, of everything that is generated."""
    texts = {
        "docs/authors/reference.md": reference.page(),
        "docs/commands.md": commands.page(),
        "docs/configuration.md": configuration.page(),
        "docs/fields.md": fields.page(),
        "docs/performance.md": performance.page(),
    }
    texts |= {f"docs/codes/{name}": text for name, text in codes.pages().items()}
    texts |= {f"docs/performance/{name}": text for name, text in performance.plots().items()}
    example = {f"{EXAMPLE}/{path}": content for path, content in files("example")}
    return {path: text.encode() for path, text in texts.items()} | example


def present() -> dict[str, bytes]:
    """The same of what is there: the pages, and all files in folders that hold nothing else."""
    found = {path for path in pages() if (ROOT / path).is_file()}
    for folder in ("docs/codes", "docs/performance"):
        found |= {str(file.relative_to(ROOT)) for file in (ROOT / folder).glob("*")}
    found |= {
        str(file.relative_to(ROOT))
        for file in (ROOT / EXAMPLE).rglob("*")
        if file.is_file() and not CACHES & set(file.parts)
    }
    return {path: (ROOT / path).read_bytes() for path in sorted(found)}
