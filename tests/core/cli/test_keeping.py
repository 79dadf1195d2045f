"""`extract --save` has the catalogue hold what it reads, and says so where it cannot."""

from __future__ import annotations

import json

import pytest
from tests.core.catalogue.making import record
from tests.core.cli.catalogued import Catalogued

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.cli.keeping import Keeper
from metaextract_core.errors import CatalogueError
from metaextract_core.record import Result
from metaextract_core.settings import CatalogueSettings


@pytest.fixture
def files(catalogued: Catalogued) -> Catalogued:
    for number in range(3):
        (catalogued.folder / f"{number}.txt").write_text(f"text {number}")
    return catalogued


def test_records_are_saved_and_shown_only_where_somebody_asks(files: Catalogued) -> None:
    first = files.run("extract", "--no-plugins", "--save", "0.txt", "1.txt")
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr.endswith("2 files are new, 0 changed, 0 unchanged\n")
    second = files.run(
        "extract", "--no-plugins", "--save", "--format", "jsonl", "1.txt", "2.txt", "-q"
    )
    shown = [json.loads(line) for line in second.stdout.splitlines()]
    assert sorted(one["file"]["name"] for one in shown) == ["1.txt", "2.txt"]
    assert second.stderr == ""
    with files.opened() as catalogue:
        assert catalogue.count() == 3
        path = files.folder / "1.txt"
        known = catalogue.record(path)
        assert known is not None
        assert known.file.name == "1.txt"
        assert len(catalogue.history(path)) == 1


def test_f25_without_a_database_nothing_is_read_and_one_line_says_why(files: Catalogued) -> None:
    files.url = "sqlite:////proc/nowhere/catalogue.sqlite"
    done = files.run("extract", "--no-plugins", "--save", "0.txt", "-o", "out.jsonl")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert "/proc/nowhere" in line
    assert not list(files.folder.glob("out*"))


def test_f25_a_result_is_given_on_only_after_it_is_saved(catalogued: Catalogued) -> None:
    with Catalogue(catalogued.url, settings=CatalogueSettings()) as catalogue:
        seen = []
        for result in Keeper(catalogue).through(Result(record(f"/{n}")) for n in range(450)):
            seen.append(result.file.path)
            assert catalogue.count() >= len(seen)
        assert (len(seen), catalogue.count()) == (450, 450)


def test_f25_a_database_that_goes_says_how_much_is_not_saved(
    catalogued: Catalogued, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Catalogue(catalogued.url, settings=CatalogueSettings()) as catalogue:

        def gone(_: object) -> None:
            raise CatalogueError("the database is gone")

        monkeypatch.setattr(catalogue, "save", gone)
        results = (Result(record(f"/{n}")) for n in range(3))
        with pytest.raises(CatalogueError, match=r"gone; 3 records are not saved: repeat"):
            list(Keeper(catalogue).through(results))


def test_what_was_read_before_an_interruption_is_saved(catalogued: Catalogued) -> None:
    def interrupted() -> object:
        yield Result(record("/a"))
        raise KeyboardInterrupt

    with Catalogue(catalogued.url, settings=CatalogueSettings()) as catalogue:
        with pytest.raises(KeyboardInterrupt):
            list(Keeper(catalogue).through(interrupted()))  # type: ignore[arg-type]  # a generator
        assert catalogue.count() == 1
