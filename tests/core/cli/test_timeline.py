"""`metaextract timeline` shows events, gaps and what cannot be."""

from __future__ import annotations

import json

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued


@pytest.fixture
def two(catalogued: Catalogued) -> Catalogued:
    catalogued.save(
        record("/a.jpg", capture__time="2024-05-01T10:00:00Z"),
        record("/b.jpg", capture__time="2024-05-20T10:00:00Z"),
        record("/c.txt", file__modified="2024-05-20T10:00:00Z"),
    )
    return catalogued


def test_it_tells_events_and_gaps_of_the_catalogue(two: Catalogued) -> None:
    done = two.run("timeline", "--query", "")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.index("/a.jpg") < done.stdout.index("/b.jpg")
    *_, gap, undated = done.stdout.splitlines()
    assert gap == "suspicious gap of 19 days from 2024-05-01 10:00 to 2024-05-20 10:00"
    assert undated == "1 files say no time of their own"
    only = json.loads(two.run("timeline", "--query", "file.path = '/a.jpg'", "--json").stdout)
    assert (len(only["events"]), only["gaps"]) == (1, [])


def test_what_cannot_be_is_said_and_sets_the_status(two: Catalogued) -> None:
    two.save(record("/d.pdf", document__created="2024-05-02", document__modified="2024-05-01"))
    done = two.run("timeline", "--query", "file.path = '/d.pdf'")
    assert done.returncode == 1
    assert "/d.pdf: it was changed before it was made" in done.stdout
    assert "document.modified 2024-05-01, document.created 2024-05-02" in done.stdout


def test_files_are_read_now(catalogued: Catalogued) -> None:
    (catalogued.folder / "x").write_text("text")
    done = catalogued.run("timeline", "x", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["undated"] == ["x"]


def test_something_has_to_be_named(catalogued: Catalogued) -> None:
    done = catalogued.run("timeline")
    assert done.returncode == 2
    assert "--query" in done.stderr
