"""`metaextract diff` compares files, and versions of one."""

from __future__ import annotations

import json

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued


def test_versions_of_a_file_are_compared(catalogued: Catalogued) -> None:
    catalogued.save(record("/a", camera__make="Canon", camera__model="x"))
    catalogued.save(record("/a", camera__make="Nikon", camera__model="x", lens__model="y"))
    done = catalogued.run("diff", "/a", "--versions", "1", "2")
    assert done.returncode == 1
    rows = [line.split() for line in done.stdout.splitlines() if "." in line and "%" not in line]
    assert ["≠", "camera.make", "Canon", "Nikon"] in rows
    assert [">", "lens.model", "y"] in rows
    assert len(rows) == 2
    assert "33.3 % of the fields are the same; the contents are equal" in done.stdout
    same = catalogued.run("diff", "/a", "--versions", "2", "2")
    assert same.returncode == 0
    found = json.loads(catalogued.run("diff", "/a", "--versions", "2", "1", "--json").stdout)
    outcomes = {one["name"]: one["outcome"] for one in found["fields"]}
    assert outcomes["lens.model"] == "only_first"


def test_files_are_read_now(catalogued: Catalogued) -> None:
    for name, text in (("a", "one"), ("b", "one"), ("c", "two")):
        (catalogued.folder / name).write_text(text)
    assert catalogued.run("diff", "a", "b").returncode == 0
    done = catalogued.run("diff", "a", "c")
    assert done.returncode == 1
    assert "the contents are different" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["a"],
        ["a", "a", "--versions", "1", "2"],
        ["a", "nothing"],
        ["a", "."],
        ["a", "--versions", "1", "9"],
    ],
)
def test_what_cannot_be_compared_is_said(catalogued: Catalogued, arguments: list[str]) -> None:
    (catalogued.folder / "a").write_text("x")
    done = catalogued.run("diff", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
