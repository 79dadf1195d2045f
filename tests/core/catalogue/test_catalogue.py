"""A catalogue holds what it was given, on either database."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.filters import Compare
from metaextract_core.catalogue.language import FilterError
from metaextract_core.record import Section
from metaextract_core.settings import CatalogueSettings

HOSTILE = "a\0b\ud800c\ufdd0%_\\\"'\U0001f600"


def test_records_come_back_as_they_were(catalogue: Catalogue) -> None:
    given = [
        record("/a/one.jpg", camera__make="Canon", document__keywords=["x", "y"]),
        record("/a/two.jpg", digest=None, size=None, media_type=None),
        record("/a/three.jpg", sections={}),
    ]
    given[1].file.error = "there is no such file"
    catalogue.save(given)
    found = {one.file.path: one for one in catalogue.records()}
    assert found == {one.file.path: one for one in given}


def test_f49_what_is_no_unicode_and_numbers_of_any_size_come_back(catalogue: Catalogue) -> None:
    data = {HOSTILE: [HOSTILE, 1e300, -1.5e18, 2**63 - 1, {"deep": None}]}
    one = record("/a/b.jpg", camera__make=HOSTILE, document__title=HOSTILE)
    one.sections["exiftool"] = Section(status="partial", version="1", reason=HOSTILE, data=data)
    catalogue.save([one])
    assert catalogue.record("/a/b.jpg") == one
    assert catalogue.count(Compare("camera.make", "=", HOSTILE)) == 1
    assert catalogue.count(Compare("document.title", "=", HOSTILE)) == 1


def test_f49_a_path_that_is_not_utf_8_is_one_of_its_own(catalogue: Catalogue) -> None:
    import base64

    names = [b"/a/\xff.jpg", b"/a/\xfe.jpg"]
    given = []
    for name in names:
        one = record(name.decode(errors="replace"))
        one.file.path_base64 = base64.b64encode(name).decode()
        given.append(one)
    assert catalogue.save(given).new == 2
    assert {os.fsencode(hit.path) for hit in catalogue.search().hits} == set(names)
    assert catalogue.record(os.fsdecode(names[0])) == given[0]
    assert catalogue.forget([os.fsdecode(names[1])]) == 1
    assert catalogue.paths_under("/a") == [os.fsdecode(names[0])]


def test_f31_what_is_delivered_twice_is_there_once(catalogue: Catalogue) -> None:
    given = [record(f"/a/{number}.jpg") for number in range(450)]
    first = catalogue.save(given)
    second = catalogue.save([*given, *given])
    assert (first.new, first.changed, first.unchanged) == (450, 0, 0)
    assert (second.new, second.changed) == (0, 0)
    assert catalogue.count() == 450
    assert len(catalogue.history("/a/0.jpg")) == 1


def test_of_two_records_of_one_path_at_once_the_later_counts(catalogue: Catalogue) -> None:
    catalogue.save([record(camera__make="first"), record(camera__make="second")])
    assert catalogue.facet("camera.make") == [("second", 1)]


def test_what_changed_is_a_version_and_what_each_reading_changes_is_not(
    catalogue: Catalogue,
) -> None:
    one = record(camera__make="Canon", file__accessed="2024-05-01T00:00:00Z")
    one.sections["exiftool"].data["T:file.accessed"] = "2024-05-01"
    catalogue.save([one])
    again = record(camera__make="Canon", file__accessed="2024-05-02T00:00:00Z")
    again.sections["exiftool"].data["T:file.accessed"] = "2024-05-02"
    again.sections["exiftool"].duration_ms = 77.0
    assert catalogue.save([again]).unchanged == 1
    other = record(camera__make="Nikon")
    assert catalogue.save([other]).changed == 1

    numbers = [
        (version.number, version.until is None) for version in catalogue.history(one.file.path)
    ]
    assert numbers == [(2, True), (1, False)]
    assert catalogue.record(one.file.path) == catalogue.record(one.file.path, 2) == other
    assert catalogue.record(one.file.path, 1) == one
    assert catalogue.record(one.file.path, 3) is None
    assert catalogue.count(Compare("camera.make", "=", "Canon")) == 0


def test_what_is_gone_has_a_history_and_may_come_back(catalogue: Catalogue) -> None:
    one = record("/a/b.jpg")
    catalogue.save([one, record("/a/c.jpg"), record("/ab/c.jpg")])
    assert catalogue.forget(["/a/b.jpg", "/never/seen.jpg"]) == 1
    assert catalogue.paths_under("/a") == ["/a/c.jpg"]
    assert catalogue.record("/a/b.jpg") is None
    assert catalogue.record("/a/b.jpg", 1) == one
    assert catalogue.statistics().gone == 1
    assert catalogue.save([one]).new == 1
    assert [version.number for version in catalogue.history("/a/b.jpg")] == [2, 1]
    assert catalogue.statistics().gone == 0


def test_accounts_see_their_own_records_alone(url: str) -> None:
    settings = CatalogueSettings()
    with (
        Catalogue(url, settings=settings, account="one") as one,
        Catalogue(url, settings=settings, account="other") as other,
    ):
        one.save([record("/a.jpg", camera__make="Canon", image__phash="01" * 8)])
        other.save([record("/a.jpg", camera__make="Nikon", image__phash="01" * 8)])
        other.save([record("/b.jpg", camera__make="Nikon", image__phash="01" * 8)])
        assert one.facet("camera.make") == [("Canon", 1)]
        assert other.facet("camera.make") == [("Nikon", 2)]
        assert (
            len(one.similar(0x0101_0101_0101_0101, 3)),
            len(other.similar(0x0101_0101_0101_0101, 3)),
        ) == (1, 2)
        assert (one.equal(), len(other.equal())) == ([], 1)
        assert one.forget(["/b.jpg"]) == 0
        assert one.paths_under("/") == ["/a.jpg"]
        theirs = [hit.record for hit in other.search().hits]
        assert one.hits(theirs) == []
        assert one.whole(theirs) == {}
        assert one.statistics().records == 1


def test_a_filter_may_be_a_text(catalogue: Catalogue) -> None:
    catalogue.save([record("/a", camera__make="Canon"), record("/b")])
    question = "camera.make = Canon"
    assert [hit.path for hit in catalogue.search(question).hits] == ["/a"]
    assert catalogue.count(question) == len(list(catalogue.records(question))) == 1
    assert catalogue.statistics(question).records == 1
    assert catalogue.facet("file.media_type", question) == [("image/jpeg", 1)]
    with pytest.raises(FilterError):
        catalogue.count("camera.make =")


def test_many_threads_may_save_the_same_at_once(catalogue: Catalogue) -> None:
    given = [record(f"/a/{number}.jpg") for number in range(40)]
    threads = [threading.Thread(target=catalogue.save, args=(given,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalogue.count() == 40
    assert all(len(catalogue.history(one.file.path)) == 1 for one in given[::10])


def test_what_was_saved_is_there_when_it_is_opened_again(url: str) -> None:
    settings = CatalogueSettings()
    with Catalogue(url, settings=settings) as first:
        first.save([record()])
    with Catalogue(url, settings=settings) as second:
        assert second.count() == 1


def test_without_an_address_it_lies_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METAEXTRACT_DATA_DIR", str(tmp_path / "mine"))
    with Catalogue(settings=CatalogueSettings()) as opened:
        opened.save([record(camera__make="Canon")])
    assert (tmp_path / "mine" / "catalogue.sqlite").is_file()
    assert (tmp_path / "mine" / "catalogue.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_has_an_id_under_which_it_is_found_by_its_owner_alone(
    catalogue: Catalogue, url: str
) -> None:
    path = "/photos/one.jpg"
    catalogue.save([record(path)])
    (hit,) = catalogue.search().hits
    assert catalogue.file_id(path) == hit.id
    assert catalogue.file_id("/photos/two.jpg") is None
    found = catalogue.record_of(hit.id)
    assert found is not None
    assert found.file.path == path
    assert [version.number for version in catalogue.history_of(hit.id)] == [1]
    with Catalogue(url, settings=CatalogueSettings(), account="other") as others:
        assert others.record_of(hit.id) is None
        assert others.history_of(hit.id) == []
        assert others.file_id(path) is None


def test_a_database_that_answers_can_be_told(catalogue: Catalogue) -> None:
    catalogue.ping()
    catalogue.close()
