"""`metaextract history` shows what was known when."""

from __future__ import annotations

import json

from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued


def test_the_latest_comes_first(catalogued: Catalogued) -> None:
    catalogued.save(record("/a.jpg", camera__make="x"))
    catalogued.save(record("/a.jpg", camera__make="y"))
    found = json.loads(catalogued.run("history", "/a.jpg", "--json").stdout)
    assert [(one["number"], one["until"] is None) for one in found] == [(2, True), (1, False)]
    table = catalogued.run("history", "/a.jpg").stdout
    assert table.index("now") < table.index(found[1]["made"][:10], table.index("now"))


def test_of_what_is_not_known_it_says_so(catalogued: Catalogued) -> None:
    done = catalogued.run("history", "/b.jpg")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "metaextract: /b.jpg: the catalogue knows nothing of it\n"
