"""Editing the configuration changes what was asked for and nothing else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from metaextract_core.configuration import Configuration
from metaextract_core.discovery import EXTRACTORS, HOOKS, Candidate
from metaextract_core.errors import SettingsError
from metaextract_core.settings import load_settings

PILLOW = Candidate("pillow", EXTRACTORS, "m:X", "metaextract-pillow", "1")
MOCK = [Candidate("mock", group, "m:X", "Meta_Mock", "1") for group in (EXTRACTORS, HOOKS)]

WRITTEN = """\
# Ours, since 2026.
[health]
slow = 3.0   # seconds

[plugins]
import_timeout = 5.0
deny = [
    "hachoir",  # GPL
    'other',
]

[plugins.priority]
pillow = 80
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "config.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir()
    file.write_bytes(text.encode())
    return file


def disable(file: Path, name: str = "pillow") -> str:
    configuration = Configuration(file)
    said = configuration.disable([PILLOW], name)
    configuration.save()
    return said


def enable(file: Path, name: str = "pillow") -> str:
    configuration = Configuration(file)
    said = configuration.enable([PILLOW], name)
    configuration.save()
    return said


def test_a_file_that_is_not_there_is_made(file: Path) -> None:
    assert disable(file) == "added pillow to plugins.deny"
    assert file.read_text() == '[plugins]\ndeny = ["pillow"]\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_comments_order_and_quotes_stay(file: Path) -> None:
    written(file, WRITTEN)
    disable(file)
    expected = WRITTEN.replace("    'other',\n", "    'other',\n    \"pillow\",\n")
    assert file.read_text() == expected
    enable(file)
    assert load_settings(str(file)).plugins.deny == ["hachoir", "other"]
    for line in WRITTEN.splitlines():
        assert line in file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "plugins.deny = []\n",
        "plugins = {deny = []}\n",
        "plugins = {}\n",
        "[plugins]\n",
        "[health]\nslow = 3.0",
        "[plugins]\nallow = []\n[health]\nslow = 3.0\n[plugins.priority]\nx = 1\n",
        "[plugins.priority]\nx = 1\n[health]\nslow = 3.0\n[plugins]\nallow = []\n",
        "[plugins.priority]\nx = 1\n",
    ],
)
def test_a_table_may_be_written_in_any_way(file: Path, text: str) -> None:
    written(file, text)
    disable(file)
    assert load_settings(str(file)).plugins.deny == ["pillow"]
    enable(file)
    assert load_settings(str(file)).plugins.deny == []


def test_lines_keep_their_endings(file: Path) -> None:
    written(file, "[plugins]\r\n# why\r\ndeny = []\r\n")
    disable(file)
    assert file.read_bytes() == b'[plugins]\r\n# why\r\ndeny = ["pillow"]\r\n'


def test_twice_is_once(file: Path) -> None:
    disable(file)
    before = file.stat()
    assert disable(file) == ""
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert enable(file) != ""
    assert enable(file) == ""


def test_what_is_not_allowed_is_disabled_already(file: Path) -> None:
    written(file, '[plugins]\nallow = ["exiftool"]\n')
    assert disable(file) == ""
    assert enable(file) == "added pillow to plugins.allow"
    assert load_settings(str(file)).plugins.allow == ["exiftool", "pillow"]


def test_the_entry_that_denies_it_is_the_one_that_goes(file: Path) -> None:
    """It may be the distribution's, in another spelling."""
    written(file, '[plugins]\ndeny = ["MetaExtract_Pillow", "mock"]\n')
    assert disable(file) == ""
    assert enable(file) == "removed MetaExtract_Pillow from plugins.deny"
    assert load_settings(str(file)).plugins.deny == ["mock"]


def test_a_distribution_means_all_that_it_provides(file: Path) -> None:
    written(file, '[plugins]\ndeny = ["mock"]\n')
    configuration = Configuration(file)
    assert configuration.disable(MOCK, "meta-mock") == ""
    assert configuration.enable(MOCK, "meta-mock") == "removed mock from plugins.deny"
    assert configuration.disable(MOCK, "meta-mock") == "added meta-mock to plugins.deny"


def test_a_link_stays_and_permissions_too(file: Path, tmp_path: Path) -> None:
    written(file, "[plugins]\n").chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    disable(link)
    assert link.is_symlink()
    assert 'deny = ["pillow"]' in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(file.parent) == ["config.toml"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[plugins\n", "at line 1"),
        (b"[plugins]\ndney = []\n", "`dney`"),
        (b'[plugins]\ndeny = "pillow"\n', "`$.plugins.deny`"),
        (b"x = '\xff'\n", "not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_and_left_as_it_is(file: Path, content: bytes, said: str) -> None:
    written(file, "").write_bytes(content)
    with pytest.raises(SettingsError, match=r"config\.toml") as refused:
        disable(file)
    assert said in str(refused.value)
    assert file.read_bytes() == content


def test_only_a_regular_file_is_edited() -> None:
    with pytest.raises(SettingsError, match="not a regular file"):
        disable(Path(os.devnull))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"config\.toml"):
        disable(tmp_path / "file" / "config.toml")
