"""What the pages of the codes show is what happens: each example is made a plugin and run."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from typing import Any

import pytest
from tests.zoo.installation import Installation
from tests.zoo.zoo import Animal

from metaextract_core.codes import CODES, Code

SHOWN_OTHERWISE = {
    "MX101": "takes two distributions; the zoo has them",
    "MX102": "takes a configuration; tests of vetting have it",
    "MX109": "takes two extractors; the zoo has them",
    "MX110": "takes several crashes; tests of health have them",
    "MX111": "takes a change while the program runs; tests of the kernel have it",
    "MX511": "takes two runs; tests of health have them",
    "MX512": "takes somebody who kills a worker; tests of health have it",
    "MX514": "takes a file that is written to meanwhile; tests of fault F47 have it",
    "MX519": "is seen by a deep check alone, which says MX614",
}
"""Codes whose example is no single plugin -> why."""

PLAIN = """
from metaextract_sdk import Extractor


class Heights(Extractor):
    \"\"\"Elevation grids.\"\"\"

    media_types = ("text/plain",)
    version = "1"
    samples = ("samples/*.txt",)
"""
READING = """
    def extract(self, file, ctx):
        return {"Size": file.size}
"""
VERSION = re.compile(r"(?<=metaextract-sdk )\d[\w.]*")
RUN = [code for code in CODES.values() if code.code not in SHOWN_OTHERWISE]


def block(code: Code, *languages: str) -> str:
    """The first block of the example in one of `languages`, or nothing."""
    pattern = rf"^ *```(?:{'|'.join(languages)})\n(.*?)^ *```$"
    found = re.search(pattern, code.example, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found[1]) if found else ""


def plugin(code: Code) -> Animal:
    """The example as a distribution, with a module of its own."""
    source = block(code, "python")
    if "def extract(" in source and "class " not in source:
        source = PLAIN + textwrap.indent(source, "    ")
    elif "class Heights" not in source and "def metaextract_" not in source:
        source = f"{source}\n{PLAIN}{READING}"
    project = tomllib.loads(block(code, "toml")).get("project", {})
    points = project.get("entry-points") or {"metaextract.extractors": {"": "heights:Heights"}}
    ((group, targets),) = points.items()
    (target,) = targets.values()
    return Animal(
        name=code.code.lower(),
        distribution=f"zoo-{code.code.lower()}",
        sources={f"{module(code)}.py": own(code, source)},
        target=own(code, target),
        group=group,
        requires=tuple(project.get("dependencies", ())),
    )


def module(code: Code) -> str:
    return f"heights_{code.code.lower()}"


def own(code: Code, text: str) -> str:
    """`text` with the name of the module that all examples share made this one's own."""
    return re.sub(r"\bheights\b", module(code), text)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("examples"), map(plugin, RUN), alone=True)
    samples = made.folder / "samples"
    samples.mkdir()
    (samples / "one.txt").write_text("First line of one\nSecond line\n")
    (samples / "two.txt").write_text("Another first line\nAnother second line\n")
    return made


@pytest.fixture(scope="module")
def said(installation: Installation) -> dict[str, list[str]]:
    """Name of each plugin -> code and message of all that the check says of it."""
    deep = [code.code.lower() for code in RUN if code.code.startswith("MX6")]
    reports = [installation.run("plugins", "check", "--json")]
    if deep:
        reports += [installation.run("plugins", "check", "--deep", "--json", *deep)]
    return {
        row["name"]: [f"{each['code']} {each['message']}" for each in row["diagnostics"]]
        for report in reports
        for row in json.loads(report.stdout)["plugins"]
    }


@pytest.mark.parametrize(
    "code", [code for code in RUN if block(code, "text")], ids=lambda code: code.code
)
def test_the_check_says_of_the_example_what_the_page_says(
    said: dict[str, list[str]], code: Code
) -> None:
    """All of it, in this order; only the version of the SDK may be another.

    Of a deep check, which has more to say of the same fault, what it says under this code. Where
    the page has dots the message goes on.
    """
    lines = said[code.code.lower()]
    if code.code.startswith("MX6"):
        lines = [line for line in lines if line.startswith(code.code)]
    expected = own(code, block(code, "text")).splitlines()
    assert len(lines) == len(expected), lines
    for line, shown in zip(lines, expected, strict=True):
        beginning = shown.removesuffix(" …")
        assert VERSION.sub("", line).startswith(VERSION.sub("", beginning))
        assert beginning != shown or len(line) == len(shown)


@pytest.fixture(scope="module")
def sections(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What each example that reads files says of one."""
    file = tmp_path_factory.mktemp("file") / "note.txt"
    file.write_text("abc\n")
    names = ",".join(code.code.lower() for code in RUN if block(code, "json"))
    run = installation.run("extract", "--only", names, "--ordered", "--format", "jsonl", str(file))
    assert run.stdout, run.stderr
    found: dict[str, dict[str, Any]] = json.loads(run.stdout)["sections"]
    return found


@pytest.mark.parametrize(
    "code", [code for code in RUN if block(code, "json")], ids=lambda code: code.code
)
def test_the_record_says_of_the_example_what_the_page_says(
    sections: dict[str, dict[str, Any]], code: Code
) -> None:
    """The section has what the page shows of it; the reason may go on to name the place."""
    section = sections[code.code.lower()]
    expected = json.loads(block(code, "json"))
    assert section.get("reason", "").startswith(expected.pop("reason", ""))
    assert {key: section.get(key) for key in expected} == expected


def test_an_example_is_run_or_it_is_said_why_not() -> None:
    silent = [code.code for code in RUN if not (block(code, "text") or block(code, "json"))]
    assert silent == []
    assert set(SHOWN_OTHERWISE) <= set(CODES), "an exception is stale"
