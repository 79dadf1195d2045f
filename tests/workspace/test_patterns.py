"""F18: no regular expression of ours takes a catastrophic time, whatever the text.

All of them are found in the sources, evaluated where they stand, and judged by their structure.
Then each is run over long texts made from its own parts, in a process that is killed if it hangs.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from tests.workspace.ambiguity import PARSER, Automaton, exponential, polynomial

ROOT = Path(__file__).parents[2]
FUNCTIONS = {
    "compile", "match", "fullmatch", "search", "split", "sub", "subn", "findall", "finditer",
}  # fmt: skip
ANYWHERE = {"search", "split", "sub", "subn", "findall", "finditer"}
ON_PURPOSE = {r"(a+)+b"}
"""The mock's, with which it hangs when it is told to."""
LENGTH = 20_000
SECONDS = 60
"""After which the process that runs them all is killed; it takes about a second."""


class Found(NamedTuple):
    """A pattern and how it is used."""

    place: str
    pattern: re.Pattern[Any]
    searched: bool


def modules() -> Iterator[tuple[Path, ModuleType]]:
    for path in sorted(ROOT.glob("*/src/**/*.py")) + sorted(ROOT.glob("plugins/*/src/**/*.py")):
        if "re" in {
            name.name
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.Import)
            for name in node.names
        }:
            relative = path.relative_to(ROOT)
            parts = relative.with_suffix("").parts
            name = ".".join(parts[parts.index("src") + 1 :]).removesuffix(".__init__")
            yield relative, importlib.import_module(name)


def patterns() -> Iterator[Found]:
    for path, module in modules():
        tree = ast.parse((ROOT / path).read_bytes())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        for call in calls:
            function = call.func
            if not (
                isinstance(function, ast.Attribute)
                and isinstance(function.value, ast.Name)
                and function.value.id == "re"
                and function.attr in FUNCTIONS
            ):
                continue
            evaluated = ast.unparse(call.args[0])
            flags = ast.unparse(call.args[1]) if len(call.args) > 1 else "0"
            if function.attr != "compile":
                flags = "0"
            code = f"re.compile({evaluated}, {flags})"
            compiled = eval(code, vars(module))  # noqa: S307 -- our own source, as it stands there
            # Texts have a method `split` too.
            used = {function.attr} if function.attr != "compile" else methods - {"split"}
            yield Found(f"{path}:{call.lineno}", compiled, not used.isdisjoint(ANYWHERE))


OURS = [found for found in patterns() if found.pattern.pattern not in ON_PURPOSE]


def test_all_patterns_are_found() -> None:
    """None comes from a place that the walk does not look at."""
    spoken = sum(
        len(re.findall(rf"\bre\.(?:{'|'.join(FUNCTIONS)})\(", (ROOT / path).read_text("utf-8")))
        for path, _ in modules()
    )
    assert spoken == len(OURS) + len(ON_PURPOSE) > 20
    others = [
        str(path)
        for path in [*ROOT.glob("*/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]
        if re.search(r"^\s*from re import|import re as", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert others == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b",
        r"(a*)*b",
        r"(a|a)*b",
        r"(a|aa)+$",
        r"(.*)*x",
        r"^(\w+\s?)*$",
        r"(x+x+)+y",
        r"([a-z]{1,99}[a-z0-9]{0,99}){1,99}!",
        r"(?i)(ab|AB)*c",
    ],
)
def test_a_pattern_of_exponential_time_is_recognised(pattern: str) -> None:
    assert exponential(re.compile(pattern))


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [
        (r"\s*\s*x", False),
        (r"\d+\d+x", False),
        (r".*=.*;.*!", False),
        (r"\w+[a-z]*:", False),
        (r"\s+$", True),
        (r"a+b", True),
    ],
)
def test_a_pattern_of_polynomial_time_is_recognised(pattern: str, searched: bool) -> None:
    assert polynomial(re.compile(pattern), searched=searched)
    assert not exponential(re.compile(pattern))


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [
        (r"(ab)+c", False),
        (r"(a|b)*c", False),
        (r"\s*;\s*x", False),
        (r"(?:\s|#[^\n]*\n)*\d{1,9}", False),
        (r"a+b", False),
        (r"ContentType\s{0,9}=", True),
    ],
)
def test_a_harmless_pattern_is_left_alone(pattern: str, searched: bool) -> None:
    assert not exponential(re.compile(pattern))
    assert not polynomial(re.compile(pattern), searched=searched)


@pytest.mark.parametrize("found", OURS, ids=[found.place for found in OURS])
def test_f18_no_pattern_of_ours_is_catastrophic(found: Found) -> None:
    assert not exponential(found.pattern)
    assert not polynomial(found.pattern, searched=found.searched)


def texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Texts that a pattern takes as far as possible before they disappoint it."""
    tree = PARSER.parse(pattern.pattern, pattern.flags)
    for choice in range(8):
        whole = written(tree, choice)
        yield whole + "\1"
        yield (whole * (LENGTH // max(1, len(whole)) + 1))[:LENGTH] + "\1"
        for cut in (len(whole) // 4, len(whole) // 2, max(0, len(whole) - 1)):
            yield whole[:cut] + "\1"
    for char in "a0 \t\n#.-:/\"'<{[":
        yield char * LENGTH + "\1"


def written(items: Any, choice: int) -> str:
    parts = []
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL":
            parts.append(chr(argument))
        elif name in ("NOT_LITERAL", "ANY", "IN"):
            parts.append(one_of(name, argument, choice))
        elif name == "BRANCH":
            parts.append(written(argument[1][choice % len(argument[1])], choice))
        elif name == "SUBPATTERN":
            parts.append(written(argument[3], choice))
        elif name.endswith("REPEAT"):
            inner = written(argument[2], choice)
            times = min(argument[1], LENGTH // max(1, len(inner)))
            parts.append(inner * (times if choice % 2 == 0 else max(argument[0], 1)))
    return "".join(parts)[: 4 * LENGTH]


def one_of(operation: str, argument: Any, choice: int) -> str:
    automaton = Automaton(re.compile(""), searched=False, bounds=True)
    taken = sorted(automaton._characters(operation, argument))
    readable = [char for char in taken if 32 <= char < 127] or taken
    return chr(readable[choice * 7 % len(readable)])


def test_f18_every_pattern_ends_on_texts_made_against_it() -> None:
    """The process has so much time for all of them together, and is killed if that is over."""
    program = (
        "import sys\n"
        "from tests.workspace.test_patterns import OURS, texts\n"
        "count = 0\n"
        "for found in OURS:\n"
        "    pattern = found.pattern\n"
        "    for text in texts(pattern):\n"
        "        kind = isinstance(pattern.pattern, bytes)\n"
        "        subject = text.encode('latin-1', 'replace') if kind else text\n"
        "        pattern.match(subject), pattern.fullmatch(subject)\n"
        "        if found.searched:\n"
        "            pattern.search(subject)\n"
        "        count += 1\n"
        "print(count)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert int(done.stdout) == sum(1 for found in OURS for _ in texts(found.pattern)) > 1000
