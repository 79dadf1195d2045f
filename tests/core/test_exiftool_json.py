"""What ``exiftool -json`` has printed becomes the record that our own extraction would give."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import math
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core import json_objects
from metaextract_core.descriptor import Descriptor
from metaextract_core.exiftool_json import read
from metaextract_core.json_objects import Problem
from metaextract_core.kernel import Kernel
from metaextract_core.record import Record

SAMPLES = Path(__file__).parents[2] / "samples"
DESCRIPTOR = Descriptor(
    id="exiftool",
    target="x:X",
    distribution="x",
    distribution_version="1",
    crosswalk={
        "System:FileSize": "file.size",
        "IFD0:Make": "camera.make",
        "IFD0:Orientation": "image.orientation",
        "ExifIFD:Flash": "capture.flash",
        "ExifIFD:ExposureTime": "capture.exposure_time",
        "Composite:GPSLatitude": "gps.latitude",
        "Composite:GPSAltitude": "gps.altitude",
        "Composite:FocalLength35efl": "capture.focal_length_35mm",
        "Composite:Duration": "media.duration",
        "Flash:AudioChannels": "audio.channels",
        "XMP-dc:Subject": "document.keywords",
    },
)


def told(*files: Any) -> list[Record | Problem]:
    return list(read(io.BytesIO(json.dumps(files).encode()), DESCRIPTOR))


def record(tags: Mapping[str, Any], path: str = "a/b.jpg") -> Record:
    (one,) = told({"SourceFile": path, **tags})
    assert isinstance(one, Record)
    msgspec.json.encode(one)  # whatever it is of, it can be written
    return one


def values(one: Record) -> dict[str, Any]:
    return {name: field.value for name, field in one.fields.items()}


def test_a_file_is_described_as_far_as_exiftool_tells() -> None:
    one = record(
        {
            "ExifTool:ExifToolVersion": 12.6,
            "System:FileSize": "831 bytes",
            "System:FileModifyDate": "2024:05:01 12:00:00+02:00",
            "File:MIMEType": "image/jpeg",
        }
    )
    file = one.file
    assert (file.path, file.name, file.size) == ("a/b.jpg", "b.jpg", 831)
    assert file.modified == "2024-05-01T10:00:00Z"
    assert (file.media_type, file.media_type_from) == ("image/jpeg", "content")
    assert file.digest is None
    assert list(one.sections) == ["exiftool"]
    section = one.sections["exiftool"]
    assert (section.status, section.version, section.warnings) == ("ok", "12.60", [])
    assert one.summary.extractors_run == 1


@pytest.mark.parametrize(
    ("size", "exact"),
    [
        ("125 kB", None),
        ("1 byte", 1),
        (4096, 4096),
        ({"val": "4 kB", "num": 4097}, 4097),
        ("", None),
    ],
)
def test_a_size_that_was_rounded_is_none(size: Any, exact: int | None) -> None:
    one = record({"System:FileSize": size})
    assert one.file.size == exact
    assert values(one).get("file.size") == exact


@pytest.mark.parametrize("time", ["2024:05:01 12:00:00", "0000:00:00 00:00:00", "x", 7, None])
def test_a_time_that_might_be_any_is_none(time: Any) -> None:
    assert record({"File:FileModifyDate": time}).file.modified is None


@pytest.mark.parametrize(
    "tag",
    ["IFD0:Make", "EXIF:IFD0:Make", "IFD0:Copy1:Make", "Main:IFD0:Make", "Doc2-1:IFD0:Make"],
)
def test_tags_are_named_as_the_extractor_names_them(tag: str) -> None:
    one = record({tag: "Canon", "System:FileName": "b.jpg"})
    assert one.sections["exiftool"].data["IFD0:Make"] == {"val": "Canon", "num": None}
    assert one.fields["camera.make"].sources[0].tag == "IFD0:Make"


def test_groups_may_be_objects() -> None:
    one = record({"IFD0": {"Make": "Canon"}, "XMP-dc": {"Subject": ["a", "b"]}})
    assert values(one) == {"camera.make": "Canon", "document.keywords": ["a", "b"]}


def test_a_structure_is_no_group() -> None:
    one = record({"LocationShown": {"City": "Rome"}, "Make": "Canon"})
    assert set(one.sections["exiftool"].data) == {"LocationShown", "Make"}


def test_tags_without_groups_count_by_their_names_and_a_warning_says_so() -> None:
    one = record({"Make": "Canon"})
    assert values(one) == {"camera.make": "Canon"}
    (warning,) = one.sections["exiftool"].warnings
    assert warning.startswith("1 tags have no group (exiftool -G1 gives it)")


def test_long_values_keep_the_number_behind_them() -> None:
    long = {"id": 33434, "desc": "Exposure Time", "val": "1/125", "num": 0.00799}
    one = record({"ExifIFD:ExposureTime": long})
    assert one.sections["exiftool"].data == {
        "ExifIFD:ExposureTime": {"val": "1/125", "num": 0.00799}
    }
    assert values(one) == {"capture.exposure_time": 0.00799}


@pytest.mark.parametrize(
    ("tag", "value", "field", "number"),
    [
        ("Composite:GPSLatitude", "53 deg 22' 58.25\" N", "gps.latitude", 53.382847),
        ("Composite:GPSLatitude", "1 deg 30' 0.00\" S", "gps.latitude", -1.5),
        ("Composite:GPSAltitude", "72.3 m Above Sea Level", "gps.altitude", 72.3),
        ("Composite:GPSAltitude", "3.9 m Below Sea Level", "gps.altitude", -3.9),
        ("IFD0:Orientation", "Rotate 90 CW", "image.orientation", 6),
        (
            "Composite:FocalLength35efl",
            "4.0 mm (35 mm equivalent: 28.0 mm)",
            "capture.focal_length_35mm",
            28,
        ),
        ("Composite:Duration", "4.31 s (approx)", "media.duration", 4.31),
        ("Composite:Duration", "0:01:02 (approx)", "media.duration", 62),
        ("Flash:AudioChannels", "2 (stereo)", "audio.channels", 2),
        ("ExifIFD:ExposureTime", "1/125", "capture.exposure_time", 0.008),
    ],
)
def test_numbers_are_read_from_what_was_printed_for_people(
    tag: str, value: str, field: str, number: float
) -> None:
    assert values(record({tag: value}))[field] == pytest.approx(number)


def test_values_of_option_n_are_told_and_codes_are_no_texts() -> None:
    one = record({"System:FileSize": 831, "ExifIFD:Flash": 16, "IFD0:Orientation": 6})
    assert values(one) == {"file.size": 831, "image.orientation": 6}
    assert any("exiftool -n" in warning for warning in one.sections["exiftool"].warnings)


@pytest.mark.parametrize(
    ("error", "status"), [("Unknown file type", "skipped"), ("File format error", "partial")]
)
def test_an_error_of_exiftool_is_the_reason(error: str, status: str) -> None:
    section = record({"ExifTool:Error": error, "IFD0:Make": "Canon"}).sections["exiftool"]
    assert (section.status, section.reason) == (status, f"ExifTool: {error}")


def test_a_warning_of_exiftool_is_one() -> None:
    section = record({"ExifTool:Warning": "Bad IFD0", "IFD0:Make": "Canon"}).sections["exiftool"]
    assert section.warnings == ["Bad IFD0"]


def test_of_equal_keys_the_first_is_kept_and_a_warning_says_so() -> None:
    printed = b'[{"SourceFile": "a", "IFD0:Make": "Canon", "IFD0:Make": "Nikon"}]'
    (one,) = read(io.BytesIO(printed), DESCRIPTOR)
    assert isinstance(one, Record)
    assert values(one) == {"camera.make": "Canon"}
    assert one.sections["exiftool"].warnings == [
        "1 tags are there twice; the first of each was kept"
    ]


def test_placeholders_of_binary_data_and_base64_stay_what_they_are() -> None:
    data = {
        "IFD1:ThumbnailImage": "(Binary data 5448 bytes, use -b option to extract)",
        "IFD0:X": "base64:AAAA",
    }
    assert record(data).sections["exiftool"].data == {
        tag: {"val": value, "num": None} for tag, value in data.items()
    }


def test_f49_bytes_that_are_no_utf_8_can_be_restored() -> None:
    printed = (
        b'[{"SourceFile": "caf\xe9/\\u0000.jpg", "IFD0:Make": "\xff", "ExifTool:Error": "\xfe"}]'
    )
    (one,) = read(io.BytesIO(printed), DESCRIPTOR)
    assert isinstance(one, Record)
    msgspec.json.encode(one)
    assert one.file.raw_path == b"caf\xe9/\0.jpg"
    value = one.sections["exiftool"].data["IFD0:Make"]["val"]
    assert base64.b64decode(value["base64"]) == b"\xff"


def test_f49_numbers_beyond_what_holds_them_stay_text() -> None:
    digits = "9" * 5000
    printed = f'[{{"SourceFile": "a", "A:A": 1e500, "A:B": {digits}, "A:C": {2**70}, "A:D": NaN}}]'
    (one,) = read(io.BytesIO(printed.encode()), DESCRIPTOR)
    assert isinstance(one, Record)
    found = {tag: value["val"] for tag, value in one.sections["exiftool"].data.items()}
    assert found == {"A:A": "1e500", "A:B": digits, "A:C": str(2**70), "A:D": "NaN"}


@given(
    st.dictionaries(
        st.sampled_from([*DESCRIPTOR.crosswalk, "Make", "Orientation", "File:MIMEType", "Error"])
        | st.text(st.characters()),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
            lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("val"), inner),
            max_leaves=5,
        ),
    )
)
def test_f49_whatever_the_tags_a_record_comes_out_that_can_be_written(tags: Any) -> None:
    tags.pop("SourceFile", None)
    record(tags)


def test_what_is_no_answer_is_a_problem_with_its_place_and_the_others_are_read() -> None:
    good = b'{"SourceFile": "a"}'
    content = b"[" + good + b', {"a": 1}, 5, {"SourceFile": 7}, {x}, ' + good + b', {"Source'
    found = list(read(io.BytesIO(content), DESCRIPTOR))
    problems = [item for item in found if isinstance(item, Problem)]
    assert [problem.number for problem in problems] == [2, 3, 4, 5, 7]
    assert all(problem.reason for problem in problems)
    assert len(found) - len(problems) == 2


def test_f10_values_nested_deeply_are_cut_or_refused() -> None:
    def nested(depth: int) -> bytes:
        return b'{"SourceFile": "a", "A:A": ' + b"[" * depth + b"]" * depth + b"}"

    content = b"[" + b",".join(map(nested, (100, 100_000, 1))) + b"]"
    first, second, third = read(io.BytesIO(content), DESCRIPTOR)
    assert isinstance(first, Record)
    assert first.sections["exiftool"].status == "partial"
    assert isinstance(second, Problem)
    assert isinstance(third, Record)


def test_a_record_comes_before_the_text_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_objects, "_CHUNK", 64)
    stream = io.BytesIO(b"[" + b",".join([b'{"SourceFile": "a"}'] * 1000) + b"]")
    next(read(stream, DESCRIPTOR))
    assert stream.tell() == 64


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Record], Descriptor]:
    """Our own records of the samples, by path, and the real descriptor."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed")
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("METAEXTRACT_CONFIG", os.devnull)
        kernel = stack.enter_context(Kernel(cache=False))
        descriptor = kernel.registry.ready.get("exiftool")
        if descriptor is None:
            pytest.skip("the extractor exiftool is not installed")
        records = kernel.extract([SAMPLES], only={"exiftool"})
        return {one.file.path: one for one in records}, descriptor


def imported(paths: list[str], descriptor: Descriptor, *options: str) -> dict[str, Record]:
    command = ["exiftool", "-json", "-G1", "-struct", *options, *paths]
    printed = subprocess.run(command, capture_output=True, check=False, timeout=60).stdout
    records = [one for one in read(io.BytesIO(printed), descriptor) if isinstance(one, Record)]
    return {one.file.path: one for one in records}


def stated(one: Record) -> dict[str, Any]:
    """The fields that ExifTool speaks of, but for what reading itself changes."""
    return {
        name: field.value
        for name, field in one.fields.items()
        if name != "file.accessed" and field.sources[0].extractor == "exiftool"
    }


def test_with_long_values_samples_have_the_same_fields_as_by_our_own_extraction(
    extracted: tuple[dict[str, Record], Descriptor],
) -> None:
    own, descriptor = extracted
    found = imported(list(own), descriptor, "-long")
    assert found.keys() == own.keys()
    for path, one in own.items():
        assert stated(found[path]) == stated(one), path
        assert found[path].file.size == one.file.size
        assert found[path].sections["exiftool"].status == one.sections["exiftool"].status


def test_samples_have_the_same_fields_as_far_as_their_values_were_printed(
    extracted: tuple[dict[str, Record], Descriptor],
) -> None:
    """A size is rounded to "125 kB", a number to its last digit that people care about."""
    own, descriptor = extracted
    found = imported(list(own), descriptor)
    assert found.keys() == own.keys()
    for path, one in own.items():
        here, there = stated(one), stated(found[path])
        size = here.pop("file.size", None)
        assert there.pop("file.size", size) == size
        assert there.keys() == here.keys(), path
        for name, value in here.items():
            if isinstance(value, float):
                assert math.isclose(value, there[name], rel_tol=0.02), (path, name)
            else:
                assert there[name] == value, (path, name)
