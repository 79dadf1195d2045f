"""What a failed import may have lacked is seen when it appears."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from metaextract_core.vetting.surroundings import stamp, stamps, surroundings


def test_what_a_shell_changes_at_every_command_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = surroundings(["six-1.dist-info"])
    for name in ("PWD", "OLDPWD", "_", "SHLVL"):
        monkeypatch.setenv(name, "other")
    assert surroundings(["six-1.dist-info"]) == before


def test_a_library_a_variable_and_a_program_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    seen = [surroundings(["six-1.dist-info"]), surroundings(["six-2.dist-info"])]
    monkeypatch.setenv("X_SURROUNDINGS", "1")
    seen.append(surroundings(["six-2.dist-info"]))
    (tmp_path / "tool").write_text("")
    seen.append(surroundings(["six-2.dist-info"]))
    monkeypatch.setattr(sys, "path", [*sys.path, "/elsewhere"])
    seen.append(surroundings(["six-2.dist-info"]))
    assert len(set(seen)) == len(seen)


def test_a_file_that_is_written_or_replaced_has_another_stamp(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert stamp(str(file)) == ""
    file.write_text("1")
    first = stamp(str(file))
    assert stamp(str(file)) == first
    file.write_text("12")
    second = stamp(str(file))
    (tmp_path / "b").write_text("12")
    os.replace(tmp_path / "b", file)
    assert len({first, second, stamp(str(file))}) == 3


def test_modules_are_looked_for_and_not_imported(tmp_path: Path) -> None:
    (tmp_path / "beside_x.py").write_text("raise AssertionError('imported')")
    found = stamps(["beside_x", "absent_x", "beside_x.inner", "sys"], [str(tmp_path)])
    assert found == {
        "beside_x": stamp(str(tmp_path / "beside_x.py")),
        "absent_x": "",
        "beside_x.inner": "",
        "sys": "",
    }
    assert "beside_x" not in sys.modules
