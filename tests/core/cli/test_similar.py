"""`metaextract similar` finds pictures by one that is known."""

from __future__ import annotations

import json

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued

DIGEST = "blake3:" + "1" * 64


@pytest.fixture
def pictures(catalogued: Catalogued) -> Catalogued:
    catalogued.save(
        record("/none/a.jpg", image__phash="00000000000f000f", digest=DIGEST),
        record("/none/b.jpg", image__phash="00000000000f000e"),
        record("/none/c.jpg", image__phash="ffffffffffff000f"),
        record("/none/d.txt"),
    )
    return catalogued


@pytest.mark.parametrize("picture", [DIGEST, "/none/a.jpg"])
def test_the_nearest_come_first(pictures: Catalogued, picture: str) -> None:
    done = pictures.run("similar", picture, "--json")
    assert json.loads(done.stdout) == [
        {"distance": 0, "path": "/none/a.jpg"},
        {"distance": 1, "path": "/none/b.jpg"},
    ]
    table = pictures.run("similar", picture, "--within", "0").stdout
    assert "/none/a.jpg" in table
    assert "/none/b.jpg" not in table


@pytest.mark.parametrize("picture", ["/none/d.txt", "/none/e.jpg", "blake3:" + "2" * 64])
def test_what_has_no_hash_is_said_to_have_none(pictures: Catalogued, picture: str) -> None:
    done = pictures.run("similar", picture)
    assert done.returncode == 2
    assert picture in done.stderr
    assert "Traceback" not in done.stderr
