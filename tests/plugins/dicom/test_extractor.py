"""The DICOM extractor over pydicom's own files and over what its contract demands."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import pydicom.data
import pytest
from pydicom.datadict import keyword_dict

from metaextract_core.fields import FIELDS
from metaextract_dicom.extractor import Dicom
from metaextract_sdk.testing import Conformance

# The folder of the installed package alone: pydicom's own listing may download more.
DATA = Path(pydicom.data.__file__).parent
WITH_PREFIX = sorted(
    path for path in DATA.rglob("*") if path.is_file() and path.read_bytes()[128:132] == b"DICM"
)
TEST_FILES = DATA / "test_files"


class TestDicom(Conformance):
    extractor = Dicom


class TestDicomOfOthers(Conformance):
    """Files that other programs wrote keep the same rules."""

    extractor = Dicom
    samples = (
        TEST_FILES / "CT_small.dcm",
        TEST_FILES / "MR_small_implicit.dcm",
        TEST_FILES / "image_dfl.dcm",
    )


def test_every_target_of_the_crosswalk_is_a_canonical_field() -> None:
    """A misspelt field would be dropped without a word."""
    assert set(Dicom.crosswalk.values()) <= FIELDS.keys()


def test_every_tag_of_the_crosswalk_is_a_keyword_or_derived() -> None:
    """A misspelt tag would never match."""
    derived = {f"{event}DateTimeISO" for event in ("Study", "Acquisition")}
    assert set(Dicom.crosswalk) - derived <= keyword_dict.keys()


def test_the_wheel_brings_the_files_that_these_tests_need() -> None:
    """An empty list would let the tests over all files pass by doing nothing."""
    assert len(WITH_PREFIX) > 150


@pytest.mark.parametrize("path", WITH_PREFIX, ids=lambda path: str(path.relative_to(DATA)))
def test_a_file_of_pydicom_gives_what_pydicom_gives(read: Any, path: Path) -> None:
    """Every top-level element is there, and nothing that the file does not hold."""
    data = read(path)
    assert read.status == ("partial" if path.name == "rtplan_truncated.dcm" else "ok")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ours are told to the reader of the record
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        keywords = {keyword for part in (dataset.file_meta, dataset) for keyword in part.dir()}
        size = len(dataset.file_meta) + len(dataset)
    assert keywords <= data.keys()
    derived = [key for key in data if key.endswith(("UIDName", "ISO"))]
    assert len(data) - len(derived) == size


def test_values_have_the_type_of_their_representation(read: Any) -> None:
    """Text, whole numbers, decimals, lists, sequences and notes for bytes."""
    data = read(TEST_FILES / "CT_small.dcm")
    assert data["PatientName"] == "CompressedSamples^CT1"
    assert data["StudyDate"] == "20040119"
    assert data["Rows"] == 128
    assert data["SliceThickness"] == 5.0
    assert data["ImageType"] == ["ORIGINAL", "PRIMARY", "AXIAL"]
    assert data["OtherPatientIDsSequence"][1] == {
        "PatientID": "1234ABCD",
        "TypeOfPatientID": "TEXT",
    }
    assert data["FileMetaInformationVersion"] == {"vr": "OB", "length": 2}
    assert data["SOPClassUID"] == "1.2.840.10008.5.1.4.1.1.2"
    assert data["SOPClassUIDName"] == "CT Image Storage"
    assert data["StudyDateTimeISO"] == "2004-01-19T07:27:30-05:00"


def test_private_elements_are_kept_with_their_creator(read: Any) -> None:
    """Known ones are named, and those without a creator keep their number."""
    data = read(TEST_FILES / "CT_small.dcm")
    assert data["(0009,1001) GEMS_IDEN_01: Full fidelity"] == "GE_GENESIS_FF"
    assert data["(0009,0010)"] == "GEMS_IDEN_01"


def test_pixels_are_never_part_of_the_data(read: Any) -> None:
    """Nor is anything of their size."""
    assert "PixelData" not in read(TEST_FILES / "CT_small.dcm")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("chrX1.dcm", "Wang^XiaoDong=王^小東"),
        ("chrArab.dcm", "قباني^لنزار"),
    ],
)
def test_names_are_read_in_their_character_set(read: Any, name: str, expected: str) -> None:
    """Specific Character Set (0008,0005) decides, code extensions included."""
    assert read(DATA / "charset_files" / name)["PatientName"] == expected


def test_an_unknown_character_set_is_a_warning(
    read: Any, build: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name is still readable, and nothing reaches the terminal."""
    charset = build.element(0x0008, 0x0005, b"CS", b"ISO_IR 9999 ")
    name = build.element(0x0010, 0x0010, b"PN", b"Doe^Jane")
    assert read(build.file(charset, name))["PatientName"] == "Doe^Jane"
    assert any("ISO_IR 9999" in warning for warning in read.warnings)
    assert capsys.readouterr() == ("", "")


def test_a_warning_is_told_once(read: Any) -> None:
    """pydicom logs and warns the same sentence."""
    read(TEST_FILES / "badVR.dcm")
    assert read.warnings
    assert len(set(read.warnings)) == len(read.warnings)


def test_the_logger_of_pydicom_is_left_as_it_was(read: Any) -> None:
    """Another user of pydicom in this process still hears it."""
    logger = logging.getLogger("pydicom")
    before = (list(logger.handlers), logger.propagate, logger.level)
    read(TEST_FILES / "badVR.dcm")
    assert (list(logger.handlers), logger.propagate, logger.level) == before


def test_many_warnings_are_cut(read: Any, build: Any) -> None:
    """A file with a thousand wrong values does not make a thousand warnings."""
    wrong = [build.element(0x0018, 0x1000 + n, b"UI", b"x%03d" % n) for n in range(1000)]
    read(build.file(*wrong))
    assert len(read.warnings) == 51
    assert "left out" in read.warnings[-1]
