"""`metaextract stats` says what there is."""

from __future__ import annotations

import json

from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued


def test_numbers_are_those_of_the_filter(catalogued: Catalogued) -> None:
    catalogued.save(
        *(record(f"/{n}.jpg", media_type=f"image/x-{n}", size=1000) for n in range(25)),
        record("/a.pdf", media_type="application/pdf", capture__time="2024-05-01"),
    )
    found = json.loads(catalogued.run("stats", "--json").stdout)
    assert (found["records"], found["contents"], len(found["media_types"])) == (26, 1, 26)
    shown = catalogued.run("stats").stdout
    assert "26 files with 1 contents, 26.0 kB" in shown
    assert "taken from 2024-05-01 to 2024-05-01" in shown
    assert "6   of 6 others" in shown
    only = json.loads(catalogued.run("stats", "file.media_type = application/pdf", "--json").stdout)
    assert (only["records"], only["bytes"]) == (1, 1000)
