"""Numbers are counted, not kept."""

from __future__ import annotations

from tests.core.catalogue.making import record

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.catalogue.filters import Compare
from metaextract_core.record import Section


def test_an_empty_catalogue_has_nothing(catalogue: Catalogue) -> None:
    found = catalogue.statistics()
    assert (found.records, found.contents, found.bytes, found.failed) == (0, 0, 0, 0)
    assert (found.first, found.last, found.media_types, found.sections) == (None, None, {}, {})


def test_everything_is_counted(catalogue: Catalogue) -> None:
    broken = record("/c", media_type=None, size=None, digest=None)
    broken.summary.extractors_failed = 1
    broken.sections = {
        "exiftool": Section(status="failed", reason="it broke"),
        "digests": Section(status="ok"),
    }
    catalogue.save(
        [
            record("/a", size=2**40, capture__time="2024-05-01"),
            record("/b", size=1, capture__time="2023-05-01T10:00:00"),
            broken,
        ]
    )
    found = catalogue.statistics()
    assert (found.records, found.contents, found.bytes, found.failed) == (3, 1, 2**40 + 1, 1)
    assert (found.first, found.last) == ("2023-05-01T10:00:00", "2024-05-01T00:00:00")
    assert found.media_types == {"image/jpeg": 2, "unknown": 1}
    assert found.sections == {"digests": {"ok": 1}, "exiftool": {"failed": 1, "ok": 2}}
    assert catalogue.statistics(Compare("file.size", "=", 1)).records == 1
