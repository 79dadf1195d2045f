"""Exif's numbers in words."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from metaextract_exiv2.words import WORDS, flash


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0x00, "No Flash"),
        (0x01, "Fired"),
        (0x07, "Fired, Return detected"),
        (0x08, "On, Did not fire"),
        (0x09, "On, Fired"),
        (0x0D, "On, Return not detected"),
        (0x10, "Off, Did not fire"),
        (0x14, "Off, Did not fire, Return not detected"),
        (0x18, "Auto, Did not fire"),
        (0x1F, "Auto, Fired, Return detected"),
        (0x20, "No flash function"),
        (0x30, "Off, No flash function"),
        (0x41, "Fired, Red-eye reduction"),
        (0x49, "On, Red-eye reduction"),
        (0x4F, "On, Red-eye reduction, Return detected"),
        (0x50, "Off, Red-eye reduction"),
        (0x58, "Auto, Did not fire, Red-eye reduction"),
        (0x5D, "Auto, Fired, Red-eye reduction, Return not detected"),
    ],
)
def test_a_flash_in_words(number: int, words: str) -> None:
    assert flash(number) == words


@pytest.fixture(scope="module")
def exiftool_says() -> Callable[[str], dict[int, str]]:
    """ExifTool's own words for the numbers of a tag of Exif."""
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("ExifTool is not installed")
    command = [exiftool, "-config", "", "-lang", "en", "-f", "-listx", "-EXIF:All"]
    listed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    (table,) = ElementTree.fromstring(listed).findall("table[@name='Exif::Main']")  # noqa: S314  # ExifTool's own

    def says(tag: str) -> dict[int, str]:
        keys = table.findall(f"tag[@name='{tag}']/values/key")
        return {int(key.get("id", "")): key.findtext("val[@lang='en']", "") for key in keys}

    return says


@pytest.mark.parametrize("tag", sorted(WORDS))
def test_the_words_are_those_of_exiftool(
    tag: str, exiftool_says: Callable[[str], dict[int, str]]
) -> None:
    """Else a first look and the whole record would contradict each other."""
    theirs = exiftool_says(tag.rpartition(".")[2])
    ours = WORDS[tag]
    assert {number: theirs.get(number) for number in ours} == dict(ours)


def test_every_flash_that_exiftool_names_has_the_same_words(
    exiftool_says: Callable[[str], dict[int, str]],
) -> None:
    theirs = exiftool_says("Flash")
    assert len(theirs) > 20
    assert {number: flash(number) for number in theirs} == theirs
