"""`metaextract search` finds, shows, counts, and says what is wrong with a question."""

from __future__ import annotations

import base64
import json

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued

from metaextract_core.catalogue.searching import FACETS, SORTS
from metaextract_core.cli import search


@pytest.fixture
def three(catalogued: Catalogued) -> Catalogued:
    catalogued.save(
        record("/a/one.jpg", camera__make="Canon", capture__time="2024-05-01T10:00:00"),
        record("/a/two.jpg", camera__make="Canon", capture__time="2023-05-01T10:00:00"),
        record("/a/\x1b[31mthree.jpg", camera__make="Nikon", document__title="old harbour"),
    )
    return catalogued


def test_hits_are_a_table_the_latest_first(three: Catalogued) -> None:
    done = three.run("search", "camera.make = Canon", "--sort", "capture.time")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if ".jpg" in line]
    assert [line.split()[-1] for line in lines] == ["/a/one.jpg", "/a/two.jpg"]
    assert lines[0].split()[:2] == ["2024-05-01", "10:00"]


def test_quotes_may_be_left_out_and_names_cannot_fool_a_terminal(three: Catalogued) -> None:
    done = three.run("search", "text", "~", "harbour")
    assert done.returncode == 0
    assert "\\x1b[31mthree.jpg" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_a_page_and_the_next_one_begins_where_it_ended(three: Catalogued) -> None:
    first = json.loads(three.run("search", "--limit", "2", "--format", "json").stdout)
    assert [hit["path"] for hit in first["hits"]] == ["/a/\x1b[31mthree.jpg", "/a/two.jpg"]
    rest = three.run("search", "--limit", "2", "--format", "json", "--after", first["next"])
    second = json.loads(rest.stdout)
    assert [hit["path"] for hit in second["hits"]] == ["/a/one.jpg"]
    assert second["next"] is None


def test_json_lines_are_whole_records(three: Catalogued) -> None:
    done = three.run("search", "camera.make = Nikon", "--format", "jsonl")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["fields"]["document.title"]["value"] == "old harbour"


def test_paths_are_those_of_the_disk_byte_for_byte(catalogued: Catalogued) -> None:
    one = record("/a/\ufffd.jpg")
    one.file.path_base64 = base64.b64encode(b"/a/\xff\n.jpg").decode()
    catalogued.save(one)
    done = catalogued.run("search", "--format", "paths", "-0")
    assert done.stdout.encode(errors="surrogateescape") == b"/a/\xff\n.jpg\0"
    shown = json.loads(catalogued.run("search", "--format", "json").stdout)
    assert shown["hits"][0]["path"] == "/a/\ufffd\n.jpg"


def test_it_counts(three: Catalogued) -> None:
    assert three.run("search", "--count", "camera.make = Canon").stdout == "2\n"
    done = three.run("search", "--facet", "camera.make", "--format", "json")
    assert json.loads(done.stdout) == {
        "count": 3,
        "facets": {"camera.make": {"Canon": 2, "Nikon": 1}},
    }
    table = three.run("search", "--facet", "camera.make").stdout
    assert table.index("Canon") < table.index("Nikon")


def test_nothing_is_said_to_be_nothing(three: Catalogued) -> None:
    for more in ([], ["--count"]):
        done = three.run("search", "camera.make = Leica", *more)
        assert done.returncode == 1
    assert three.run("search", "camera.make = Leica").stderr == "metaextract: nothing was found\n"


def test_a_mistake_is_pointed_at(three: Catalogued) -> None:
    done = three.run("search", "camera.make = Canon and camera.mdel = x")
    assert (done.returncode, done.stdout) == (2, "")
    reason, text, caret = done.stderr.splitlines()
    assert "camera.model" in reason
    assert text.removeprefix("metaextract: ")[caret.index("^") - len("metaextract: ") :].startswith(
        "camera.mdel"
    )


def test_there_is_more_is_said(three: Catalogued) -> None:
    done = three.run("search", "--limit", "1")
    assert done.stderr.startswith("metaextract: there is more: --after ")
    assert three.run("search", "--after", "nonsense").stderr.count("\n") == 1


def test_what_can_be_chosen_is_what_there_is() -> None:
    """It is written twice so that a start of the command line needs no database."""
    assert tuple(SORTS) == search._SORTS
    assert tuple(FACETS) == search._FACETS
