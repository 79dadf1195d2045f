"""The hachoir extractor: what it reads, that nobody else does, and that damage costs little."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from hachoir.core.log import log  # type: ignore[import-untyped]  # hachoir has no types
from tests.plugins.identifying import media_type

from metaextract_core.fields import FIELDS
from metaextract_hachoir.extractor import Hachoir
from metaextract_sdk.testing import Conformance

KINDS = (
    "tar", "bz2", "cab", "au", "mid", "mod", "s3m", "xm",
    "pcap", "class", "pcf", "fat16", "ext2", "partitions",
)  # fmt: skip


class TestHachoir(Conformance):
    extractor = Hachoir

    def media_type(self, sample: Path) -> str:
        return media_type(sample)


def test_every_target_of_the_crosswalk_is_a_canonical_field() -> None:
    """A misspelt field would be dropped without a word."""
    assert set(Hachoir.crosswalk.values()) <= FIELDS.keys()


def test_every_media_type_has_a_file_here(files: Any) -> None:
    """A type that no test reads may not be readable at all."""
    assert set(KINDS) == set(files)
    assert {media_type for media_type, _ in files.values()} == set(Hachoir.media_types)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("au", {"duration": {"val": "100 ms", "num": 0.1}, "comment": "Bells"}),
        ("bz2", {"endian": "Big endian"}),
        ("cab", {"format_version": "Microsoft Cabinet version 1.3"}),
        ("class", {"format": "Compiled Java class, JDK 1.8", "major_version": 52}),
        ("ext2", {"volume_name": "harbour", "blocks_count": 64}),
        ("fat16", {"label": "HARBOUR", "sector_size": 512}),
        ("mid", {"title": "Waltz", "copyright": "(c) 2024", "delta_time": 96}),
        ("mod", {"name": "River song"}),
        ("pcap", {"link_type": {"val": "ethernet", "num": 1}, "snap_len": 65535}),
        ("pcf", {"font_weight": "Bold", "copyright": "(c) 2024"}),
        ("s3m", {"title": "River song"}),
        ("xm", {"title": "River song", "tracker_name": "FastTracker v2.00", "channels": 4}),
    ],
)
def test_the_facts_of_a_kind(read: Any, files: Any, kind: str, expected: dict[str, Any]) -> None:
    """The values that were put into the file come out of it."""
    media_type, make = files[kind]
    data = read(make(), media_type)
    assert read.status == "ok", read.reason
    assert {key: data.get(key) for key in expected} == expected


def test_a_partition_table_lists_the_partitions_in_use(read: Any, files: Any) -> None:
    """Three of its four entries are empty."""
    media_type, make = files["partitions"]
    data = read(make(2000), media_type)
    assert set(data) == {"format", "mbr/header[0]"}
    assert data["mbr/header[0]"]["size"] == 2000


def test_members_of_an_archive_are_listed_up_to_ten(read: Any, files: Any) -> None:
    """And a warning says that there are more."""
    media_type, make = files["tar"]
    few = read(make(3), media_type)["members"]
    assert [member["filename"] for member in few] == ["notes0.txt", "notes1.txt", "notes2.txt"]
    assert few[0]["file_size"] == {"val": "5 bytes", "num": 5}
    assert len(read(make(5000), media_type)["members"]) == 10
    assert any("many files" in warning for warning in read.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_exiftool_says_nothing_of_it(files: Any, kind: str, tmp_path: Path) -> None:
    """What ExifTool reads is not hachoir's business, which takes six times as long."""
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("ExifTool is not installed")
    path = tmp_path / f"file.{kind}"
    path.write_bytes(files[kind][1]())
    run = subprocess.run(
        [exiftool, "-config", "", "-json", "-G1", str(path)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    (answer,) = json.loads(run.stdout)
    groups = {tag.partition(":")[0] for tag in answer} - {"SourceFile", "ExifTool", "System"}
    assert groups <= {"File"}
    assert {tag for tag in answer if tag.startswith("File:")} <= {
        "File:FileType",
        "File:FileTypeExtension",
        "File:MIMEType",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_pillow_does_not_open_it(files: Any, kind: str) -> None:
    """Nor is what Pillow reads."""
    with pytest.raises(PIL.UnidentifiedImageError):
        PIL.Image.open(io.BytesIO(files[kind][1]()))


@pytest.mark.parametrize("kind", KINDS)
def test_damage_gives_data_or_a_reason(
    read: Any, files: Any, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cut anywhere, or with wild numbers in its header; and nothing is printed."""
    media_type, make = files[kind]
    whole = make()[:4096]
    cuts = [whole[:length] for length in (0, 1, 10, 30, 100, 600, 1100)]
    wild = [
        whole[:at] + b"\xff" * 4 + whole[at + 4 :] for at in range(0, min(len(whole), 1200), 41)
    ]
    for content in cuts + wild:
        data = read(content, media_type)
        assert data or read.reason
    assert capfd.readouterr() == ("", "")


def test_content_of_another_kind_fails_with_a_reason(read: Any) -> None:
    """The media type may come from the file's name alone."""
    assert read(b"plain text " * 500, "audio/x-xm") == {}
    assert read.status == "failed"
    assert "not audio/x-xm" in read.reason


def test_a_media_type_of_others_is_skipped(read: Any) -> None:
    """A plan may ask, but a guess among ninety parsers is slow and often wrong."""
    assert read(b"\xff\xd8\xff\xe0", "image/jpeg") == {}
    assert read.status == "skipped"


def test_a_huge_disk_image_is_not_walked(read: Any, files: Any, tmp_path: Path) -> None:
    """Only its superblock is read: far less than the gigabyte that it is long."""
    path = tmp_path / "huge.img"
    media_type, make = files["ext2"]
    path.write_bytes(make())
    os.truncate(path, 1 << 30)
    assert read(path, media_type)["volume_name"] == "harbour"


def test_the_log_of_hachoir_is_left_as_it_was(read: Any, files: Any) -> None:
    """Another user of hachoir in this process still sees it."""
    before = (log.use_print, log.on_new_message)
    media_type, make = files["tar"]
    read(make(), media_type)
    read(b"", media_type)
    assert (log.use_print, log.on_new_message) == before


def test_real_files_are_read(read: Any) -> None:
    """Files that no one here made."""
    corpora = Path(
        os.environ.get("METAEXTRACT_CORPORA", Path(__file__).parents[4] / "shared/corpora")
    )
    if not corpora.is_dir():
        pytest.skip(f"no folder {corpora}; set METAEXTRACT_CORPORA")
    tar = read(corpora / "tika/test-nested-tarball.tar", "application/x-tar")
    assert tar["members"][0]["filename"] == "folderContainingTgz/"
    assert read(corpora / "tika/testMID.mid", "audio/midi")["nb_track"] == 2
