"""What a database that cannot be used says, and that it keeps what it has."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.core.catalogue.making import record
from tests.postgresql_server import PostgreSQLServer, require_postgresql

from metaextract_core.catalogue import mounts
from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.database import Database, address, shown, upgrade_server
from metaextract_core.catalogue.migrations import REVISIONS
from metaextract_core.errors import CatalogueError
from metaextract_core.settings import CatalogueSettings

SETTINGS = CatalogueSettings()


@pytest.fixture
def own_server() -> Iterator[PostgreSQLServer]:
    """A server that a test may stop."""
    require_postgresql()
    with PostgreSQLServer() as server:
        yield server


def test_f26_thirty_two_writers_at_once_all_write(tmp_path: Path) -> None:
    """Processes, each with a file that is not there yet and must be made only once."""
    program = (
        "import sys\n"
        "from metaextract_core.catalogue.catalogue import Catalogue\n"
        "from tests.core.catalogue.making import record\n"
        "number = sys.argv[2]\n"
        "with Catalogue(sys.argv[1]) as catalogue:\n"
        "    for turn in range(5):\n"
        "        catalogue.save([record(f'/{number}/{turn}.jpg'), record('/shared.jpg')])\n"
    )
    url = f"sqlite:///{tmp_path}/new/catalogue.sqlite"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, url, str(number)], stderr=subprocess.PIPE, text=True
        )
        for number in range(32)
    ]
    assert [writer.communicate(timeout=300)[1] for writer in writers] == [""] * 32
    assert [writer.returncode for writer in writers] == [0] * 32
    with Catalogue(url, settings=SETTINGS) as catalogue:
        assert catalogue.count() == 32 * 5 + 1


@pytest.mark.parametrize("round_", range(5))
def test_f28_killed_in_mid_write_it_has_whole_batches_alone(url: str, round_: int) -> None:
    program = (
        "import sys\n"
        "from metaextract_core.catalogue.catalogue import Catalogue\n"
        "from tests.core.catalogue.making import record\n"
        "with Catalogue(sys.argv[1]) as catalogue:\n"
        "    for turn in range(1_000_000):\n"
        "        catalogue.save(record(f'/{turn}/{number}.jpg', document__title=f'T{turn}')\n"
        "            for number in range(20))\n"
        "        sys.stdout.write(f'{turn}\\n')\n"
        "        sys.stdout.flush()\n"
    )
    command = [sys.executable, "-c", program, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as writer:
        assert writer.stdout is not None
        seen = 0
        while seen < 3 + round_:
            seen += writer.stdout.read(64).count(b"\n")
        writer.kill()
    with Catalogue(url, settings=SETTINGS) as catalogue:
        records = list(catalogue.records())
        assert len(records) >= 20 * seen
        turns = [one.file.path.split("/")[1] for one in records]
        assert all(turns.count(turn) == 20 for turn in set(turns))
        assert all(one.sections["exiftool"].data == {"A:B": 1} for one in records)
        found = {one.fields["document.title"].value.removeprefix("T") for one in records}
        assert found == set(turns)
        assert catalogue.save(records).unchanged == len(records)
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            words = "INSERT INTO record_words (record_words, rank) VALUES ('integrity-check', 1)"
            connection.execute(words)
        connection.close()


def test_f25_a_server_that_comes_back_in_time_is_no_fault(own_server: PostgreSQLServer) -> None:
    url = own_server.database()
    upgrade_server(address(url), SETTINGS)
    with Catalogue(url, settings=SETTINGS) as catalogue:
        catalogue.save([record("/a.jpg")])
        own_server.stop()
        again = threading.Timer(0.5, own_server.start)
        again.start()
        assert catalogue.save([record("/b.jpg")]).new == 1
        again.join()
        assert catalogue.count() == 2


def test_f25_a_server_that_stays_away_is_said_to_and_works_again_afterwards(
    own_server: PostgreSQLServer,
) -> None:
    url = own_server.database()
    upgrade_server(address(url), SETTINGS)
    with Catalogue(url, settings=CatalogueSettings(timeout=0.5)) as catalogue:
        catalogue.save([record("/a.jpg")])
        own_server.stop()
        with pytest.raises(CatalogueError, match="catalogue0") as caught:
            catalogue.save([record("/b.jpg")])
        assert "\n" not in str(caught.value)
        own_server.start()
        assert catalogue.count() == 1
        assert catalogue.save([record("/b.jpg")]).new == 1


def test_f25_connections_that_the_server_ends_are_made_again(own_server: PostgreSQLServer) -> None:
    url = own_server.database()
    upgrade_server(address(url), SETTINGS)
    end = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    )
    with Catalogue(url, settings=SETTINGS) as catalogue:
        stop = threading.Event()

        def ends() -> None:
            other = Database(address(url), SETTINGS)
            while not stop.wait(0.05):
                other.do(lambda connection: connection.execute(end).all())
            other.close()

        ending = threading.Thread(target=ends)
        ending.start()
        saved = [catalogue.save([record(f"/{number}.jpg")]) for number in range(40)]
        stop.set()
        ending.join()
        assert catalogue.count() == 40
        assert all(one.new + one.unchanged == 1 for one in saved)


def test_f44_a_newer_form_is_refused_and_left_alone(url: str) -> None:
    with Catalogue(url, settings=SETTINGS) as catalogue:
        catalogue.save([record()])
    _set_form(url, "9999")
    with pytest.raises(CatalogueError, match=r"newer version .* \(9999\)"):
        Catalogue(url, settings=SETTINGS)
    if url.startswith("postgresql"):
        with pytest.raises(CatalogueError, match=r"newer version .* \(9999\)"):
            upgrade_server(address(url), SETTINGS)
    _set_form(url, REVISIONS[-1])
    with Catalogue(url, settings=SETTINGS) as catalogue:
        assert catalogue.count() == 1


def _set_form(url: str, revision: str) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})
    engine.dispose()


def test_an_empty_server_says_how_to_make_a_catalogue(postgresql: PostgreSQLServer) -> None:
    with pytest.raises(CatalogueError, match="metaextract catalogue upgrade"):
        Catalogue(postgresql.database(), settings=SETTINGS)


def test_a_file_that_is_no_catalogue_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(CatalogueError, match="no catalogue"):
        Catalogue(f"sqlite:///{other}", settings=SETTINGS)
    garbage = tmp_path / "garbage.sqlite"
    garbage.write_bytes(b"no database at all" * 100)
    with pytest.raises(CatalogueError, match="not a database"):
        Catalogue(f"sqlite:///{garbage}", settings=SETTINGS)
    assert other.read_bytes() == before


def test_a_network_file_system_needs_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text("22 1 0:40 / / rw - nfs4 server:/ rw\n")
    real = mounts.network_file_system
    monkeypatch.setattr(
        "metaextract_core.catalogue.database.network_file_system",
        lambda path: real(path, str(table)),
    )
    url = f"sqlite:///{tmp_path}/catalogue.sqlite"
    with pytest.raises(CatalogueError, match=r"nfs4.*network = true"):
        Catalogue(url, settings=SETTINGS)
    assert not (tmp_path / "catalogue.sqlite").exists()
    Catalogue(url, settings=CatalogueSettings(network=True)).close()


@pytest.mark.parametrize(
    "url", ["mysql://host/x", "sqlite://", "sqlite:///:memory:", "nonsense", "nonsense://x", "://"]
)
def test_what_no_catalogue_can_be_in_is_refused(url: str) -> None:
    with pytest.raises(CatalogueError):
        Catalogue(url, settings=SETTINGS)


def test_a_password_is_never_shown() -> None:
    url = address("postgresql://me:secret@host/name")
    assert "secret" not in shown(url)
    assert shown(url) == "postgresql://me:***@host/name"


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(CatalogueError) as caught:
        Catalogue(
            "postgresql://me:secret@127.0.0.1:1/name", settings=CatalogueSettings(timeout=0.2)
        )
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_f27_a_full_disk_is_said_and_costs_nothing_that_was_saved(tmp_path: Path) -> None:
    """A file that may not grow, as on a full disk: SQLite says so with the same error."""
    url = f"sqlite:///{tmp_path}/catalogue.sqlite"
    with Catalogue(url, settings=SETTINGS) as catalogue:
        catalogue.save([record("/a.jpg")])
        limit = text("PRAGMA max_page_count = 1")
        with catalogue._database.engine.connect() as connection:
            connection.execute(limit)
        large = [record(f"/{number}", document__title="x" * 16000) for number in range(50)]
        with pytest.raises(CatalogueError, match="full"):
            catalogue.save(large)
        assert catalogue.count() == 1
        with catalogue._database.engine.connect() as connection:
            connection.execute(text("PRAGMA max_page_count = 1000000"))
        assert catalogue.save(large).new == 50
