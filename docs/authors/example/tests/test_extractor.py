"""The extractor against its samples, and against files that are damaged in one way each."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import pytest
from metaextract_sdk import ExtractError
from metaextract_sdk.testing import Conformance, Host

import metaextract_example
from metaextract_example.extractor import HEADER, MAX_CHUNKS, ExampleExtractor
from metaextract_example.hooks import MEDIA_TYPE, SIGNATURE, metaextract_identify

SAMPLES = Path(metaextract_example.__file__).parent / "samples"
HOST = Host(ExampleExtractor)


class TestExampleExtractor(Conformance):
    """What every extractor has to pass."""

    extractor = ExampleExtractor


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return HEADER.pack(kind, len(content)) + content


def read(folder: Path, content: bytes) -> dict[str, Any]:
    file = folder / "made.example"
    file.write_bytes(content)
    return HOST.extract(file)


def test_it_says_what_a_sample_holds() -> None:
    assert HOST.extract(SAMPLES / "lake.example") == {
        "Title": "Morning at the lake",
        "Made": "2024-08-01T05:40:12Z",
        "Latitude": 46.9951,
        "Longitude": 8.5936,
        "Bytes": 12,
    }


def test_the_samples_show_every_field_of_the_crosswalk() -> None:
    seen = {tag for sample in SAMPLES.iterdir() for tag in HOST.extract(sample)}
    assert seen >= set(ExampleExtractor.crosswalk)


def test_its_files_are_recognised_and_others_are_not() -> None:
    assert metaextract_identify(SIGNATURE + b"TITL") == MEDIA_TYPE
    assert metaextract_identify(b"TITL" + SIGNATURE) is None


def test_a_file_that_ends_early_keeps_what_was_read(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="without a DONE") as caught:
        read(tmp_path, SIGNATURE + chunk(b"TITL", b"Half"))
    assert caught.value.data == {"Title": "Half", "Bytes": 0}


def test_a_chunk_that_claims_more_than_there_is_is_cut_short(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="cut short"):
        read(tmp_path, SIGNATURE + HEADER.pack(b"BODY", 1 << 31) + b"a few bytes")


def test_chunks_without_end_are_given_up(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="more than"):
        read(tmp_path, SIGNATURE + chunk(b"NONE") * (MAX_CHUNKS + 1))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(b"TITL", b"\xff", id="not UTF-8"),
        pytest.param(b"MADE", struct.pack(">q", 1 << 62), id="a year that no calendar has"),
        pytest.param(b"MADE", b"short", id="a number that is cut"),
        pytest.param(b"SPOT", struct.pack(">dd", math.nan, 8.0), id="no number"),
        pytest.param(b"SPOT", struct.pack(">dd", 91.0, 8.0), id="beyond the pole"),
    ],
)
def test_a_value_that_means_nothing_is_left_out(
    tmp_path: Path, kind: bytes, content: bytes
) -> None:
    assert read(tmp_path, SIGNATURE + chunk(kind, content) + chunk(b"DONE")) == {"Bytes": 0}
