"""Any change of a plugin is seen, by the quick look or by the exact one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from metaextract_core.discovery import EXTRACTORS, Candidate
from metaextract_core.vetting import fingerprint
from metaextract_core.vetting.fingerprint import Basis, fingerprint_of, signature_of

CANDIDATE = Candidate("x", EXTRACTORS, "m:X", "demo", "1")
LOOKS = pytest.mark.parametrize("look", [signature_of, fingerprint_of])
Look = Callable[[Candidate, Basis], str]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files of a test had been written a while ago."""
    monkeypatch.setattr(fingerprint, "_SETTLED", 0.0)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name in "ab":
        (tmp_path / f"{name}.py").write_text(f"{name} = 1\n")
    return [str(tmp_path / "a.py"), str(tmp_path / "b.py")]


def change_content(files: list[str]) -> list[str]:
    """The same length and the same time of change, as some tools leave it."""
    times = os.stat(files[0])
    Path(files[0]).write_text("a = 2\n")
    os.utime(files[0], ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    return files


def change_content_and_set_the_time_back(files: list[str]) -> list[str]:
    """Size and time of modification are the same; that of change cannot be set."""
    times = os.stat(files[0])
    Path(files[0]).write_text("a = 2\n")
    while os.stat(files[0]).st_ctime_ns == times.st_ctime_ns:  # within one tick of the clock
        os.utime(files[0], ns=(times.st_atime_ns, times.st_mtime_ns))
    os.utime(files[0], ns=(times.st_atime_ns, times.st_mtime_ns))
    return files


def replace_file(files: list[str]) -> list[str]:
    times = os.stat(files[0])
    Path(files[0] + ".new").write_text("a = 2\n")
    os.utime(files[0] + ".new", ns=(times.st_atime_ns, times.st_mtime_ns))
    os.replace(files[0] + ".new", files[0])
    return files


def add_file(files: list[str]) -> list[str]:
    path = Path(files[0]).with_name("c.py")
    path.write_text("")
    return [*files, str(path)]


def rename_file(files: list[str]) -> list[str]:
    os.rename(files[1], files[1].replace("b.py", "c.py"))
    return [files[0], files[1].replace("b.py", "c.py")]


@LOOKS
@pytest.mark.parametrize(
    "change",
    [
        change_content,
        change_content_and_set_the_time_back,
        replace_file,
        add_file,
        rename_file,
        lambda files: files[:1],
    ],
)
def test_any_change_of_the_sources_is_seen(
    files: list[str], look: Look, change: Callable[[list[str]], list[str]]
) -> None:
    before = look(CANDIDATE, Basis(files))
    assert look(CANDIDATE, Basis(files)) == before
    assert look(CANDIDATE, Basis(change(files))) != before


@LOOKS
@pytest.mark.parametrize(
    "change", [{"name": "y"}, {"target": "m:Y"}, {"version": "2"}, {"distribution": "other"}]
)
def test_it_is_that_of_one_candidate(files: list[str], look: Look, change: dict[str, Any]) -> None:
    other = structs.replace(CANDIDATE, **change)
    assert look(other, Basis(files)) != look(CANDIDATE, Basis(files))


@LOOKS
def test_it_depends_on_what_is_required_and_on_python(
    files: list[str], look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {look(CANDIDATE, Basis(files, ["six==1"])), look(CANDIDATE, Basis(files, ["six==2"]))}
    monkeypatch.setattr(sys, "version", "4.0")
    seen.add(look(CANDIDATE, Basis(files, ["six==2"])))
    assert len(seen) == 3


def test_what_an_import_may_lack_is_no_part_of_it(files: list[str]) -> None:
    """A sound plugin stays sound when something is installed beside it."""
    assert signature_of(CANDIDATE, Basis(files, [], "a library")) == signature_of(
        CANDIDATE, Basis(files)
    )


def test_times_of_a_file_that_is_quite_new_are_not_trusted(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second change within one tick of the clock leaves size and times as they are."""
    monkeypatch.setattr(fingerprint, "_SETTLED", 60.0)
    assert signature_of(CANDIDATE, Basis(files)) == ""


@LOOKS
def test_a_source_that_cannot_be_read_is_said(files: list[str], look: Look) -> None:
    os.remove(files[0])
    with pytest.raises(OSError, match="No such file"):
        look(CANDIDATE, Basis(files))
