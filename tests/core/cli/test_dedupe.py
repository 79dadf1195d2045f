"""`metaextract dedupe` groups, and deletes nothing."""

from __future__ import annotations

import json

from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued


def test_groups_are_shown_with_what_they_waste(catalogued: Catalogued) -> None:
    catalogued.save(
        *(record(f"/same/{n}", digest="blake3:1", size=1000) for n in range(3)),
        record("/p/1.jpg", digest="blake3:2", image__phash="0f" * 8),
        record("/p/2.jpg", digest="blake3:3", image__phash="0f" * 7 + "0e"),
    )
    done = catalogued.run("dedupe", "--alike", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "3 files of the same content, 2.0 kB too much",
        *(f"  /same/{n}" for n in range(3)),
        "",
        "2 pictures that look alike",
        "  /p/1.jpg",
        "  /p/2.jpg",
        "",
    ]
    found = json.loads(catalogued.run("dedupe", "--json").stdout)
    assert [(one["kind"], len(one["paths"])) for one in found] == [("equal", 3)]


def test_without_any_it_says_so(catalogued: Catalogued) -> None:
    catalogued.save(record("/a"))
    done = catalogued.run("dedupe")
    assert (done.returncode, done.stderr) == (1, "metaextract: no two files are the same\n")
