"""Extractors are imported once, by id, from where their descriptor says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers.loader import Loader

SOURCE = """
from metaextract_sdk import Extractor

class Outer:
    class Inner(Extractor):
        pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def make(folder: Path, **targets: str) -> Loader:
    return Loader(
        [
            Descriptor(
                id=name,
                target=target,
                distribution="d",
                distribution_version="1",
                paths=(str(folder),),
            )
            for name, target in targets.items()
        ],
        7.0,
    )


def test_a_nested_class_is_found_and_imported_once(folder: Path) -> None:
    (folder / "loadable.py").write_text(SOURCE)
    loader = make(folder, inner="loadable:Outer.Inner")
    assert not loader.imported("inner")
    found = loader.load("inner")
    assert found.__qualname__ == "Outer.Inner"
    assert loader.imported("inner")
    (folder / "loadable.py").unlink()
    assert loader.load("inner") is found


def test_its_folder_comes_last_so_that_it_can_replace_no_other_module(folder: Path) -> None:
    (folder / "json.py").write_text("raise RuntimeError('the wrong json')\n")
    (folder / "loadable.py").write_text(f"import json\njson.dumps\n{SOURCE}")
    loader = make(folder, inner="loadable:Outer.Inner")
    loader.load("inner")
    loader.load("inner")
    assert sys.path.count(str(folder)) == 1
    assert sys.path[-1] == str(folder)


def test_what_the_import_raises_is_raised_each_time_it_is_asked_for(folder: Path) -> None:
    (folder / "exiting.py").write_text("raise SystemExit(3)\n")
    loader = make(folder, exiting="exiting:Plugin", absent="exiting_not:Plugin")
    for _ in range(2):
        with pytest.raises(SystemExit):
            loader.load("exiting")
    with pytest.raises(ModuleNotFoundError):
        loader.load("absent")


def test_an_import_ahead_of_need_tells_nobody_of_its_fault(folder: Path) -> None:
    (folder / "exiting.py").write_text("raise SystemExit(3)\n")
    (folder / "loadable.py").write_text(SOURCE)
    loader = make(folder, exiting="exiting:Plugin", inner="loadable:Outer.Inner")
    loader.try_import("exiting")
    loader.try_import("inner")
    assert (loader.imported("exiting"), loader.imported("inner")) == (False, True)


def test_an_attribute_that_is_not_there_is_an_error(folder: Path) -> None:
    (folder / "loadable.py").write_text(SOURCE)
    with pytest.raises(AttributeError):
        make(folder, gone="loadable:Outer.Gone").load("gone")
