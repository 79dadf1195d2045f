"""The committed samples are what their names say, and the script makes them again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import wave
import zipfile
from pathlib import Path
from typing import Any

import pydicom
import pytest
from PIL import Image

from metaextract_core.identify import identify
from metaextract_sdk import FileView

SAMPLES = Path(__file__).parents[2] / "samples"
TYPES = {
    "bell.wav": "audio/x-wav",
    "holiday.txt": "image/jpeg",
    "lakeside.jpg": "image/jpeg",
    "letter.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "map.svg": "image/svg+xml",
    "notes.zip": "application/zip",
    "phantom.dcm": "application/dicom",
    "pond.webp": "image/webp",
    "print.tif": "image/tiff",
    "report.pdf": "application/pdf",
    "silence.mp3": "audio/mpeg",
    "sunset.gif": "image/gif",
    "tide.png": "image/png",
    "two-clocks.jpg": "image/jpeg",
}
ABOUT = {"README.md", "by_hand.py", "make_plugin_samples.py", "make_samples.py"}
BY_HAND = ("bell.wav", "letter.docx", "map.svg", "notes.zip", "report.pdf", "silence.mp3")
BY_TOOLS = tuple(sorted(TYPES.keys() - set(BY_HAND) - {"phantom.dcm"}))
# Where a tool puts things, and its own name, may differ between its versions.
VERSIONED = re.compile(
    r"XMPToolkit|Offsets?$|ByteCounts$|ThumbnailLength|FileSize|YCbCrSubSampling"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the script makes."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed")
    folder = tmp_path_factory.mktemp("samples")
    _make(folder)
    return folder


def _make(folder: Path) -> None:
    command = [sys.executable, "-W", "error", str(SAMPLES / "make_samples.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _exiftool(path: Path) -> dict[str, Any]:
    """What ExifTool reads in `path`, but for the facts of its folder."""
    command = ["exiftool", "-config", "", "-json", "-G1", "-struct", str(path)]
    run = subprocess.run(command, check=True, capture_output=True, timeout=60)
    (tags,) = json.loads(run.stdout)
    groups = ("SourceFile", "System:", "ExifTool:ExifToolVersion")
    return {
        tag: value
        for tag, value in tags.items()
        if not tag.startswith(groups) and not VERSIONED.search(tag)
    }


def test_the_folder_holds_the_samples_and_little_else() -> None:
    """They are small enough to be cloned by everyone."""
    names = {path.name for path in SAMPLES.iterdir() if path.is_file()}
    assert names == {*TYPES, *ABOUT}
    assert sum((SAMPLES / name).stat().st_size for name in TYPES) < 500_000


def test_the_readme_has_one_line_for_each() -> None:
    """In the order of a listing."""
    lines = (SAMPLES / "README.md").read_text().splitlines()
    assert [line.split("`")[1] for line in lines if line.startswith("| `")] == sorted(TYPES)


@pytest.mark.parametrize("name", TYPES)
def test_a_sample_is_identified_by_its_content(name: str) -> None:
    """And only the one that is wrongly named contradicts its name."""
    with (SAMPLES / name).open("rb") as stream:
        identity = identify(FileView(stream.fileno(), SAMPLES / name, ""))
    assert (identity.media_type, identity.source) == (TYPES[name], "content")
    assert identity.name_media_type == ("text/plain" if name == "holiday.txt" else None)


def test_it_makes_every_sample_and_nothing_else(made: Path) -> None:
    """No leftovers of the tools either."""
    assert {path.name for path in made.iterdir()} == set(TYPES)


def test_it_makes_equal_bytes_twice(made: Path, tmp_path: Path) -> None:
    """Nothing of the time, the folder or chance is in them."""
    _make(tmp_path)
    for name in TYPES:
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes(), name


@pytest.mark.parametrize("name", BY_HAND)
def test_a_sample_written_by_hand_is_made_again_to_the_byte(made: Path, name: str) -> None:
    """No version of any tool has a part in it."""
    assert (made / name).read_bytes() == (SAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", BY_TOOLS)
def test_a_sample_written_by_tools_is_made_again_in_what_it_says(made: Path, name: str) -> None:
    """Versions of Pillow and ExifTool differ in the bytes, not in the metadata."""
    assert _exiftool(made / name) == _exiftool(SAMPLES / name)


def test_the_dicom_sample_is_made_again_in_every_element(made: Path) -> None:
    """Versions of pydicom may differ in lengths only."""
    assert pydicom.dcmread(made / "phantom.dcm") == pydicom.dcmread(SAMPLES / "phantom.dcm")


def test_pictures_and_sound_can_be_decoded() -> None:
    """Not only their headers are good."""
    for name, media_type in TYPES.items():
        if media_type in {"image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp"}:
            with Image.open(SAMPLES / name) as image:
                image.load()
                assert image.width >= 160
    with wave.open(str(SAMPLES / "bell.wav")) as sound:
        assert sound.getnframes() == sound.getframerate()
    for name in ("letter.docx", "notes.zip"):
        with zipfile.ZipFile(SAMPLES / name) as archive:
            assert archive.testzip() is None


def test_two_clocks_contradict_each_other() -> None:
    """It is there to make disagreement visible."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed")
    tags = _exiftool(SAMPLES / "two-clocks.jpg")
    years = {tags["ExifIFD:DateTimeOriginal"][:4], tags["XMP-photoshop:DateCreated"][:4]}
    assert years == {"2023", "2024"}
    assert tags["IPTC:City"] != tags["XMP-photoshop:City"]
    assert len({tags["IFD0:Artist"], tags["IPTC:By-line"], *tags["XMP-dc:Creator"]}) == 3
