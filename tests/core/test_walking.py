"""From what the user names to the files to read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from metaextract_core.walking import Found, walk


def test_folders_are_walked_in_order_of_names_and_files_are_passed_on(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a", "c/d/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = [os.path.relpath(item.path, tmp_path) for item in walk([tmp_path])]
    assert found == ["a", "b/1", "b/2", "c/d/e"]
    assert list(walk(["no such file"])) == [Found("no such file")]


def test_links_below_a_folder_are_named_but_not_followed(tmp_path: Path) -> None:
    """A link to its own folder would be walked for ever."""
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(walk([tmp_path])) == [Found(str(tmp_path / "loop"), top=str(tmp_path))]


def test_a_folder_that_is_a_link_is_walked_when_the_user_names_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    link = str(tmp_path / "link")
    assert list(walk([link])) == [Found(f"{link}/file", top=link)]


def test_a_folder_without_permission_is_reported_and_the_walk_goes_on(tmp_path: Path) -> None:
    """Root may list every folder, so the walk happens in a child that is somebody else."""
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "open").write_text("")
    program = """
import os, sys
from metaextract_core.walking import walk
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.chown(".", 65534, 65534)
    os.setuid(65534)
print(*walk(["."]), sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "Found(path='./closed', error='cannot be listed: Permission denied', top=None)",
        "Found(path='./open', error=None, top='.')",
    ]


def test_f14_a_tree_deeper_than_the_recursion_limit_is_walked(tmp_path: Path) -> None:
    depth = 1500
    here = os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        Path("file").touch()
        found = list(walk([tmp_path]))
        os.unlink("file")
    finally:
        os.chdir(here)
        _remove_deep(tmp_path, depth)
    assert [os.path.basename(item.path) for item in found] == ["file"]


def _remove_deep(top: Path, depth: int) -> None:
    """Folders too deep for shutil.rmtree's recursion go from the inside out."""
    for level in range(depth, 0, -1):
        os.rmdir(os.path.join(top, *["d"] * level))
