"""What is not given back cannot be done, and what is not there gives nothing back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metaextract_core.workers.sandbox.landlock import ALL, CHANGE, KEEP, READ, RUN, Access

Run = Any
pytestmark = pytest.mark.usefixtures("every_layer")


def test_only_what_is_granted_can_be_read_and_written(run: Run, tmp_path: Path) -> None:
    for name in ("read", "kept", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    said = run(
        "folder = sys.argv[1]\n"
        "privileges.give_up()\n"
        "landlock.restrict(landlock.ALL, [\n"
        "    (f'{folder}/read', landlock.READ), (f'{folder}/kept', landlock.KEEP),\n"
        "    (f'{folder}/none', landlock.READ),\n"
        "])\n"
        "for name in ('read', 'kept', 'other'):\n"
        "    attempt(open, f'{folder}/{name}/file')\n"
        "    attempt(open, f'{folder}/{name}/file', 'a')\n"
        "    attempt(os.truncate, f'{folder}/{name}/file', 0)\n"
        "    attempt(os.mkdir, f'{folder}/{name}/folder')\n"
        "    attempt(os.listdir, f'{folder}/{name}')\n",
        tmp_path,
    )
    no = "PermissionError"
    assert said == ["done", no, no, no, "done", *["done"] * 5, *[no] * 5]
    assert (tmp_path / "read" / "file").read_text() == "x"


def test_a_file_can_be_granted_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    (tmp_path / "beside").write_text("x")
    said = run(
        "folder = sys.argv[1]\n"
        "privileges.give_up()\n"
        "landlock.restrict(landlock.ALL, [(f'{folder}/mine', landlock.READ)])\n"
        "attempt(open, f'{folder}/mine')\n"
        "attempt(open, f'{folder}/beside')\n",
        tmp_path,
    )
    assert said == ["done", "PermissionError"]


def test_what_is_restricted_twice_has_what_both_grant(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    said = run(
        "folder = sys.argv[1]\n"
        "privileges.give_up()\n"
        "landlock.restrict(landlock.CHANGE, [(folder, landlock.KEEP)])\n"
        "attempt(os.mkdir, f'{folder}/b')\n"
        "landlock.restrict(landlock.CHANGE, [(f'{folder}/a', landlock.KEEP)])\n"
        "attempt(os.mkdir, f'{folder}/c')\n"
        "attempt(os.mkdir, f'{folder}/a/c')\n",
        tmp_path,
    )
    assert said == ["done", "PermissionError", "done"]


def test_a_folder_of_ones_own_holds_neither_devices_nor_programs() -> None:
    assert not KEEP & (Access.MAKE_CHAR | Access.MAKE_BLOCK | Access.EXECUTE)
    assert (READ | RUN | CHANGE) & ~ALL == 0
