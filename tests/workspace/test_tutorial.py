"""The tutorial for authors is followed to the letter, and the example plugin works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.installing import Site

STEP = re.compile(r'^```(sh|python title="([\w./-]+)")\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class Reader:
    """Does what the tutorial says, in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.site = Site(root)
        self.folder = root / "work"
        self.folder.mkdir()
        self.commands: list[str] = []

    def follow(self, tutorial: str) -> None:
        for _, name, text in STEP.findall(tutorial):
            if name:
                (self.folder / name).write_text(text, "utf-8")
            else:
                for line in text.splitlines():
                    self.do(line)

    def do(self, command: str) -> None:
        self.commands.append(command)
        program, *args = shlex.split(command)
        if program == "cd":
            self.folder /= args[0]
        elif program == "pip":
            # Into the environment of the tests nothing is installed.
            assert args[:2] == ["install", "--editable"]
            self.site.install(self.folder / args[2].partition("[")[0], editable=True)
        else:
            result = self.site.run(self.folder, program, *args)
            assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


@pytest.fixture(scope="module")
def reader(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """One who has followed it to the end; each command has ended well."""
    reader = Reader(tmp_path_factory.mktemp("reader"))
    reader.follow((root / "docs/authors/tutorial.md").read_text("utf-8"))
    return reader


def test_every_step_works(reader: Reader) -> None:
    programs = [shlex.split(command)[0] for command in reader.commands]
    assert programs.count("metaextract") == 5
    assert programs.count("pytest") == 2
    assert "pip" in programs


def test_the_reader_has_an_extractor_for_brushes(reader: Reader) -> None:
    samples = reader.folder / "src/metaextract_gimp_brush/samples"
    assert sorted(file.name for file in samples.iterdir()) == ["dot.gbr", "stroke.gbr"]
    result = reader.site.run(samples, "metaextract", "extract", "--only", "gimp-brush", ".")
    assert "Stroke of the évening" in result.stdout
    assert "image/x-gimp-gbr" in result.stdout


def test_the_tests_of_the_example_pass(root: Path, tmp_path: Path) -> None:
    """In place, as they are: that it is what the template makes is tested elsewhere."""
    example = root / "docs/authors/example"
    site = Site(tmp_path)
    site.environment["PYTHONPATH"] = str(example / "src")
    site.environment["PYTHONDONTWRITEBYTECODE"] = "1"
    result = site.run(example, "pytest", "-p", "no:cacheprovider")
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout
