"""`metaextract import` saves what ExifTool has printed."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version

import pytest
from tests.core.cli.catalogued import Catalogued

PRINTED = [
    {
        "SourceFile": "photos/a.jpg",
        "ExifTool:ExifToolVersion": 13.40,
        "File:MIMEType": "image/jpeg",
        "IFD0:Make": "Canon",
        "ExifIFD:DateTimeOriginal": "2024:05:01 10:00:00",
    },
    {"SourceFile": "/b.jpg", "IFD0:Make": "Nikon"},
]


@pytest.fixture(autouse=True)
def _plugin() -> None:
    try:
        version("metaextract-exiftool")
    except PackageNotFoundError:
        pytest.skip("the plugin for ExifTool is not installed")


def test_its_fields_can_be_searched_and_relative_paths_begin_where_it_was_run(
    catalogued: Catalogued,
) -> None:
    (catalogued.folder / "printed.json").write_text(json.dumps(PRINTED))
    done = catalogued.run("import", "printed.json", "--root", "/archive")
    assert done.returncode == 0
    assert done.stderr == "metaextract: printed.json: 2 files are new, 0 changed, 0 unchanged\n"
    with catalogued.opened() as catalogue:
        known = catalogue.record("/archive/photos/a.jpg")
        assert known is not None
        assert known.file.path == "/archive/photos/a.jpg"
        assert known.fields["camera.make"].value == "Canon"
        assert known.fields["capture.time"].value == "2024-05-01T10:00:00"
        assert known.file.media_type == "image/jpeg"
        assert sorted(catalogue.paths_under("/")) == ["/archive/photos/a.jpg", "/b.jpg"]
    again = catalogued.run("import", "printed.json", "--root", "/archive")
    assert "0 files are new, 0 changed, 2 unchanged" in again.stderr


def test_what_is_no_answer_is_told_and_the_rest_is_saved(catalogued: Catalogued) -> None:
    (catalogued.folder / "printed.json").write_text(json.dumps([{"a": 1}, PRINTED[1]]))
    done = catalogued.run("import", "printed.json")
    assert done.returncode == 1
    first, last = done.stderr.splitlines()
    assert first.startswith("metaextract: printed.json, object 1: ")
    assert last.endswith("1 files are new, 0 changed, 0 unchanged")


def test_a_file_that_is_not_there_is_a_usage_error(catalogued: Catalogued) -> None:
    done = catalogued.run("import", "nowhere.json")
    assert done.returncode == 2
    assert "cannot read nowhere.json: No such file" in done.stderr
