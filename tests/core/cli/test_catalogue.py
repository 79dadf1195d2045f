"""`metaextract catalogue` prepares databases and removes files from them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued
from tests.postgresql_server import PostgreSQLServer, require_postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQLServer]:
    require_postgresql()
    with PostgreSQLServer() as found:
        yield found


def test_a_server_has_a_catalogue_when_it_is_told_to(
    catalogued: Catalogued, server: PostgreSQLServer
) -> None:
    catalogued.url = server.database()
    before = catalogued.run("stats")
    assert before.returncode == 1
    (line,) = before.stderr.splitlines()
    assert "metaextract catalogue upgrade" in line
    assert catalogued.run("catalogue", "upgrade").returncode == 0
    assert "up to date" in catalogued.run("catalogue", "upgrade").stderr
    catalogued.save(record("/a"))
    assert catalogued.run("search", "--count").stdout == "1\n"


def test_a_file_needs_no_telling(catalogued: Catalogued) -> None:
    assert catalogued.run("catalogue", "upgrade").returncode == 0
    assert (catalogued.folder / "catalogue.sqlite").is_file()


def test_what_is_forgotten_has_a_history(catalogued: Catalogued) -> None:
    catalogued.save(record("/a"), record("/b"))
    done = catalogued.run("catalogue", "forget", "/a", "/never")
    assert done.stderr == "metaextract: 1 files are no longer in the catalogue\n"
    assert catalogued.run("search", "--count").stdout == "1\n"
    assert catalogued.run("history", "/a").returncode == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x/y", "a catalogue is in a SQLite file or in PostgreSQL"),
        ("nonsense", "METAEXTRACT_DATABASE_URL"),
        ("sqlite:////proc/nowhere/x.sqlite", "/proc/nowhere"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_line(
    catalogued: Catalogued, url: str, words: str
) -> None:
    catalogued.url = url
    done = catalogued.run("stats")
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert words in line
