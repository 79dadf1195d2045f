"""What makes the pages understands what later settings and docstrings will hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal
from xml.etree import ElementTree

import pytest
import tools.generate_docs
from msgspec import Meta, Struct, field
from tools.generate_docs import __main__ as program
from tools.generate_docs import configuration
from tools.generate_docs.configuration import Key, keys
from tools.generate_docs.plots import Bar, Line, bars, lines
from tools.generate_docs.text import entries, markdown, parsed, table

SVG: Final = "http://www.w3.org/2000/svg"


class Limits(Struct, rename="kebab"):
    """The table ``[default]``: what is let through.

    Attributes:
        open_files: how many files
            it may open.
    """

    open_files: Annotated[int, Meta(ge=1, le=64)] = 16


class Everything(Struct):
    """One of each kind.

    Attributes:
        layers, tools: what is used.
        mode: how.
        priorities: extractor -> its place.
    """

    layers: list[str] = field(default_factory=lambda: ["one"])
    tools: dict[str, str] = field(default_factory=dict)
    mode: Literal["strict", "lax"] | None = None
    priorities: dict[str, int] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    default: Limits = field(default_factory=Limits)
    silent: bool = False


def test_every_kind_of_key_is_found_with_its_kind_default_and_meaning() -> None:
    """Also in tables within tables, and in those whose names the user chooses."""
    assert list(keys(Everything)) == [
        Key("", "layers", "list of text", '["one"]', "what is used."),
        Key("", "tools", "table of text", "{}", "what is used."),
        Key("", "mode", "`strict` or `lax`", "", "how."),
        Key("", "priorities", "table of integer", "{}", "extractor -> its place."),
        Key("", "silent", "true or false", "false", ""),
        Key(
            "limits.NAME",
            "open-files",
            "integer, at least 1 and at most 64",
            "16",
            "how many files it may open.",
        ),
        Key(
            "default",
            "open-files",
            "integer, at least 1 and at most 64",
            "16",
            "how many files it may open.",
        ),
    ]


def test_a_table_is_introduced_by_its_struct(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words that follow its name there."""
    monkeypatch.setattr("tools.generate_docs.configuration.Settings", Everything)
    text = configuration.page()
    assert "\n## At the top\n\nOne of each kind.\n\n|" in text
    assert "\n## [default]\n\nWhat is let through.\n\n|" in text


def test_a_docstring_is_taken_apart() -> None:
    found = parsed(
        "What it does.\n\nMore of it.\n\nArgs:\n    a, b: two\n        lines.\n    c: one.\n\n"
        "Raises:\n    ValueError: never."
    )
    assert found.text == "What it does.\n\nMore of it."
    assert entries(found, "Args") == {"a": "two lines.", "b": "two lines.", "c": "one."}
    assert entries(found, "Raises") == {"ValueError": "never."}
    assert entries(found, "Attributes") == {}


def test_literals_and_code_are_written_as_markdown_writes_them() -> None:
    assert markdown("Use ``x`` so::\n\n    a = 1\n\n    b = 2\n\nThen go on.") == (
        "Use `x` so:\n\n```python\na = 1\n\nb = 2\n```\n\nThen go on."
    )


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("a",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"
    assert table(("a",), []) == ""


def test_what_is_stale_is_written_and_what_is_no_longer_made_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once; the second time there is nothing to do."""
    for module in (tools.generate_docs, program):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "docs/codes").mkdir(parents=True)
    (tmp_path / "docs/codes/MX999.md").write_text("gone")
    (tmp_path / "docs/fields.md").write_text("old")
    (tmp_path / "docs/record.md").write_text("by hand")
    program.main()
    said = capsys.readouterr().out.splitlines()
    assert {"docs/fields.md", "docs/codes/MX101.md", "docs/codes/MX999.md (deleted)"} <= set(said)
    assert tools.generate_docs.present() == tools.generate_docs.pages()
    assert (tmp_path / "docs/record.md").read_text() == "by hand"
    program.main()
    assert capsys.readouterr().out == ""


def drawn(svg: str, kind: str) -> list[dict[str, str]]:
    """Attributes of all elements of a kind, from a well-formed text."""
    root = ElementTree.fromstring(svg)  # noqa: S314 -- our own text
    return [{**found.attrib, "": found.text or ""} for found in root.iter(f"{{{SVG}}}{kind}")]


def test_a_bar_is_as_long_as_its_value() -> None:
    svg = bars("Files <per> second", [Bar("a & b", 1.0, "one"), Bar("c", 4.0, "four", ours=True)])
    _, short, long = (float(bar["width"]) for bar in drawn(svg, "rect"))
    assert long == pytest.approx(4 * short, abs=0.2)
    texts = [text[""] for text in drawn(svg, "text")]
    assert texts == ["Files <per> second", "a & b", "one", "c", "four"]
    assert drawn(svg, "line") == []


def test_a_mark_is_where_a_bar_of_its_value_would_end() -> None:
    svg = bars("title", [Bar("a", 0.5, "half"), Bar("b", 1.0, "whole")], mark=1.0)
    (line,) = drawn(svg, "line")
    bar = drawn(svg, "rect")[2]
    assert float(line["x1"]) == pytest.approx(float(bar["x"]) + float(bar["width"]), abs=0.2)


def test_lines_rise_with_their_values() -> None:
    svg = lines("title", [Line("a", [(0, 1), (10, 3)]), Line("b", [(5, 2)])], across="files")
    first, second = (
        [tuple(map(float, point.split(","))) for point in line["points"].split()]
        for line in drawn(svg, "polyline")
    )
    (left, low), (right, high) = first
    assert high < low  # downwards is more
    assert second[0][0] == pytest.approx((left + right) / 2, abs=0.2)
    assert second[0][1] == pytest.approx((low + high) / 2, abs=0.2)
