"""The way from ExifTool's tags to canonical fields."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from metaextract_core.fields import FIELDS
from metaextract_exiftool import crosswalk, extractor
from metaextract_exiftool.crosswalk import CROSSWALK

SAMPLES = Path(extractor.__file__).parent / "samples"


def test_every_target_is_a_canonical_field() -> None:
    """A misspelt field would be dropped without a word."""
    assert set(CROSSWALK.values()) <= FIELDS.keys()


def test_every_tag_leads_to_one_field() -> None:
    """Of two, the first would be lost without a word."""
    tags = Counter(tag for tags in crosswalk._TAGS.values() for tag in tags.split())
    assert [tag for tag, count in tags.items() if count > 1] == []
    assert all(tag.count(":") == 1 for tag in tags)


def test_its_tags_are_what_exiftool_says(read: Any) -> None:
    """Spelt as in the data, group included."""
    (answer,) = read([SAMPLES / "sidecar.xmp"])
    fields = {CROSSWALK[tag]: value for tag, value in answer.data.items() if tag in CROSSWALK}
    assert fields["document.title"]["val"] == "Harbour"
    assert fields["document.keywords"]["val"] == ["boat", "dusk"]
    assert fields["capture.exposure_time"] == {"val": "1/20", "num": 0.05}
    assert round(fields["gps.latitude"]["num"], 4) == -53.3828
    assert fields["file.size"]["num"] == (SAMPLES / "sidecar.xmp").stat().st_size
