"""What was said of one file fits an equal one elsewhere, or is not used for it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaextract_exiftool import extractor
from metaextract_exiftool.extractor import ExifTool
from metaextract_sdk import Context, FileView

SAMPLE = sorted((Path(extractor.__file__).parent / "samples").glob("*.jpg"))[0]
VOLATILE = {*ExifTool.volatile}

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="ExifTool is not installed"
)


@pytest.fixture(scope="module")
def exiftool() -> Iterator[ExifTool]:
    made = ExifTool()
    made.setup()
    yield made
    made.close()


def said(exiftool: ExifTool, path: Path, before: Any = None) -> Any:
    fd = os.open(path, os.O_RDONLY)
    try:
        view = FileView(fd, path, "image/jpeg")
        ctx = Context(deadline=time.monotonic() + 60, scratch=path.parent)
        if before is None:
            return exiftool.extract(view, ctx)
        return exiftool.elsewhere(before, view, ctx)
    finally:
        os.close(fd)


def steady(data: Any) -> Any:
    return {tag: value for tag, value in data.items() if tag not in VOLATILE}


@needs_exiftool
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.one_of(
        st.text(
            st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/"), min_size=1
        ).filter(lambda name: len(name.encode()) < 200 and name not in (".", "..")),
        st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,4})?(e-?[0-9])?|true|FALSE|null", fullmatch=True),
    ),
    mode=st.integers(0o400, 0o7777).filter(lambda mode: bool(mode & 0o400)),
    modified=st.integers(-10_000, 2**33),
)
def test_it_is_what_exiftool_says_there_or_nothing(
    exiftool: ExifTool, tmp_path: Path, name: str, mode: int, modified: int
) -> None:
    """Any name, permissions and time: with real times of content and status in the bargain."""
    folder = tmp_path / "fold\u00e9r"
    folder.mkdir(exist_ok=True)
    copy = folder / name
    shutil.copyfile(SAMPLE, copy)
    copy.chmod(mode)
    os.utime(copy, (modified, modified))
    try:
        moved = said(exiftool, copy, said(exiftool, SAMPLE))
        assert moved is None or steady(moved) == steady(said(exiftool, copy))
        assert moved is None or list(moved) == list(said(exiftool, copy))
    finally:
        copy.unlink()


@needs_exiftool
def test_an_ordinary_copy_need_not_be_read(exiftool: ExifTool, tmp_path: Path) -> None:
    copy = tmp_path / "0001 copy.jpg"
    shutil.copyfile(SAMPLE, copy)
    before = said(exiftool, SAMPLE)
    moved = said(exiftool, copy, before)
    assert moved["System:FileName"] == {"val": "0001 copy.jpg", "num": None}
    assert before["System:FileName"]["val"] == SAMPLE.name
    assert moved["System:FileInodeChangeDate"] == said(exiftool, copy)["System:FileInodeChangeDate"]


@needs_exiftool
@pytest.mark.parametrize(
    "change",
    [
        {"System:FileAttributes": {"val": "Regular", "num": None}},
        {"System:FilePermissions": {"val": "rw-r--r--", "num": 644}},
    ],
)
def test_what_another_version_says_in_another_way_is_left_to_it(
    exiftool: ExifTool, tmp_path: Path, change: Any
) -> None:
    copy = tmp_path / "copy.jpg"
    shutil.copyfile(SAMPLE, copy)
    assert said(exiftool, copy, {**said(exiftool, SAMPLE), **change}) is None


@needs_exiftool
def test_a_name_that_exiftool_is_not_given_is_left_to_the_refusal(
    exiftool: ExifTool, tmp_path: Path
) -> None:
    copy = tmp_path / "a\nb.jpg"
    shutil.copyfile(SAMPLE, copy)
    assert said(exiftool, copy, said(exiftool, SAMPLE)) is None
