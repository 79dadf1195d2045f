"""Where SQLite's locks may not hold is recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaextract_core.catalogue.mounts import network_file_system

TABLE = """22 1 254:0 / / rw - ext4 /dev/vda rw
30 22 0:40 / {home} rw shared:1 - nfs4 server:/home rw
31 30 254:1 / {home}/local\\040disk rw - xfs /dev/vdb rw
32 22 0:41 / {home}er rw - cifs //server/x rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> str:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE.format(home=tmp_path / "home"))
    return str(table)


def test_the_innermost_mount_decides(tmp_path: Path, mounts: str) -> None:
    home = tmp_path / "home"
    assert network_file_system(str(home / "a" / "catalogue.sqlite"), mounts) == "nfs4"
    assert network_file_system(str(home / "local disk" / "c.sqlite"), mounts) is None
    assert network_file_system(str(tmp_path / "homeer" / "c.sqlite"), mounts) == "cifs"
    assert network_file_system(str(tmp_path / "c.sqlite"), mounts) is None


def test_without_a_table_nothing_is_refused(tmp_path: Path) -> None:
    assert network_file_system("/x", str(tmp_path / "nothing")) is None


def test_this_machine_has_a_table_that_can_be_read(tmp_path: Path) -> None:
    network_file_system(str(tmp_path))
