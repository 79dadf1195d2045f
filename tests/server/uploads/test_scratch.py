from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from metaextract_server.uploads.refusals import UploadRefused
from metaextract_server.uploads.scratch import Scratch


def test_files_are_nobody_elses_and_their_names_ours(tmp_path: Path) -> None:
    with Scratch(tmp_path / "s", reserve=0) as scratch:
        made = [scratch.new() for _ in range(3)]
        for descriptor, path in made:
            os.close(descriptor)
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.parent == scratch.folder
        assert len({path.name for _, path in made}) == 3
        for folder in (tmp_path / "s", scratch.folder):
            assert folder.stat().st_mode & 0o777 == 0o700


def test_closing_leaves_nothing(tmp_path: Path) -> None:
    with Scratch(tmp_path / "s", reserve=0) as scratch:
        os.close(scratch.new()[0])
    assert os.listdir(tmp_path / "s") == [".lock"]


def test_f28_what_a_killed_process_left_is_wiped_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    program = (
        "import pathlib, sys; from metaextract_server.uploads.scratch import Scratch\n"
        "print(Scratch(pathlib.Path(sys.argv[1]), reserve=0).new()[1], flush=True)\n"
        "sys.stdin.read()\n"
    )
    folder = tmp_path / "s"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with Scratch(folder, reserve=0):
            assert theirs.exists()
        other.kill()
        other.wait()
    assert theirs.exists()
    with Scratch(folder, reserve=0) as scratch:
        assert not theirs.parent.exists()
        assert sorted(os.listdir(folder)) == sorted(
            [".lock", scratch.folder.name, scratch.folder.name + ".lock"]
        )


def test_f27_a_disk_that_is_nearly_full_takes_no_more_until_it_has_room(tmp_path: Path) -> None:
    with Scratch(tmp_path / "s", reserve=1 << 62) as scratch:
        assert scratch.free_bytes < 0
        with pytest.raises(UploadRefused) as caught:
            scratch.new()
        assert (caught.value.code, caught.value.status) == ("SERVICE_UNAVAILABLE", 503)
        assert os.listdir(scratch.folder) == []
    with Scratch(tmp_path / "s", reserve=0) as scratch:
        scratch.require(1)
        with pytest.raises(UploadRefused):
            scratch.require(1 << 62)
