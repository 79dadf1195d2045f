"""Whatever a user or an author can name is documented, and what is generated is up to date."""

from __future__ import annotations

import ast
import inspect
import os
import re
from pathlib import Path

import click
import pytest
from tools.generate_docs import pages, present
from tools.generate_docs.commands import commands
from tools.generate_docs.configuration import Key, keys
from tools.generate_docs.reference import fixtures, hooks

import metaextract_sdk
from metaextract_core.codes import CODES, FAMILIES, Code
from metaextract_core.settings import Settings

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"\bMETAEXTRACT_[A-Z_]+\b")
ROOT = Path(__file__).parents[2]
PAGES = {path: content for path, content in pages().items() if path.endswith(".md")}
CONTEXTS = {context.command_path: context for context in commands()}


def page(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_everything_generated_is_up_to_date() -> None:
    """Each page, and each file of the example plugin, is byte for byte what its sources make."""
    made, there = pages(), present()
    stale = sorted(path for path in made | there if made.get(path) != there.get(path))
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("name", hooks())
def test_each_hook_is_in_the_reference(name: str) -> None:
    assert f"### {name}\n" in page("docs/authors/reference.md")


def test_each_hook_is_implemented_by_a_test(python_files: list[Path]) -> None:
    """As text too: plugins that tests write into a folder are sources in a string."""
    tests = [path for path in python_files if path.parts[0] == "tests"]
    implemented: set[str] = set()
    for path in tests:
        text = (ROOT / path).read_text("utf-8")
        implemented |= set(re.findall(r"@hookimpl\s+(?:@staticmethod\s+)?def (\w+)", text))
    assert set(hooks()) - implemented == set()


@pytest.mark.parametrize("name", metaextract_sdk.__all__)
def test_each_name_of_the_sdk_is_in_the_reference(name: str) -> None:
    text = page("docs/authors/reference.md")
    assert f"## {name}\n" in text or f"`{name}`: " in text


@pytest.mark.parametrize("name", fixtures())
def test_each_fixture_for_authors_is_in_the_reference(name: str) -> None:
    assert f"### The fixture {name}\n" in page("docs/authors/reference.md")


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=list(CONTEXTS))
def test_each_command_says_what_it_does_and_is_on_the_page(context: click.Context) -> None:
    """And so does each of its options, on the page under its own heading."""
    command = context.command
    assert command.help
    section = page("docs/commands.md").partition(f"\n## {context.command_path}\n")[2]
    section = section.partition("\n## ")[0]
    assert inspect.cleandoc(command.help).partition("\n")[0] in section
    for option in command.get_params(context):
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, f"{option.opts[0]} has no help text"
            assert option.help in section
            assert all(f"`{name}" in section for name in option.opts)


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_each_code_has_a_page_that_explains_it(code: Code) -> None:
    text = page(f"docs/codes/{code.code}.md")
    assert code.explanation in text
    assert code.fix in text
    assert "## For example\n" in text, "give the code an example"
    assert f"({code.code}.md)" in page("docs/codes/README.md")


def test_each_family_of_codes_is_introduced() -> None:
    assert {name[:3] for name in CODES} <= set(FAMILIES)


@pytest.mark.parametrize("key", list(keys(Settings)), ids=lambda key: f"{key.table}.{key.name}")
def test_each_key_of_the_configuration_is_explained(key: Key) -> None:
    assert key.meaning, "describe it in the docstring of its struct, under Attributes"
    heading = f"[{key.table}]" if key.table else "At the top"
    section = page("docs/configuration.md").partition(f"\n## {heading}\n")[2]
    assert f"| `{key.name}` |" in section.partition("\n## ")[0]


def test_each_environment_variable_is_explained(python_files: list[Path]) -> None:
    used = {
        name
        for path in python_files
        if path.parts[0] in {"core", "plugin-sdk", "server", "plugins"}
        for node in ast.walk(ast.parse((ROOT / path).read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in VARIABLE.findall(node.value)
    }
    assert used - set(VARIABLE.findall(page("docs/configuration.md"))) == set()


def test_links_between_pages_lead_somewhere(all_files: list[Path]) -> None:
    """A file that is there, and where a heading is named, one that is on that page."""
    broken = []
    for path in all_files:
        if path.suffix != ".md":
            continue
        text = re.sub(r"^```.*?^```$", "", page(str(path)), flags=re.MULTILINE | re.DOTALL)
        for link in LINK.findall(text):
            target, _, heading = link.partition("#")
            if "://" in target:
                continue
            file = Path(os.path.normpath(path.parent / target)) if target else path
            if not (ROOT / file).exists():
                broken.append(f"{path}: {link}")
            elif heading and heading not in headings(page(str(file))):
                broken.append(f"{path}: {link}: no such heading")
    assert broken == []


def headings(text: str) -> set[str]:
    """The anchors that a page on GitHub has."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
