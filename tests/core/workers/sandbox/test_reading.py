"""A worker may read what code it needs, and no home or root along with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.workers.sandbox.landlock import READ, RUN
from metaextract_core.workers.sandbox.reading import code


def describe(paths: tuple[str, ...] = (), tools: Mapping[str, str] | None = None) -> Descriptor:
    return Descriptor(
        id="x",
        target="x:X",
        distribution="x",
        distribution_version="1",
        paths=paths,
        tools=dict(tools or {}),
    )


def test_python_its_modules_and_the_system_can_be_read() -> None:
    grants = dict(code([], []))
    for prefix in (sys.prefix, sys.base_prefix, "/usr"):
        assert grants[prefix] == RUN
    missing = [path for path in sys.path if os.path.isabs(path) and path not in grants]
    assert not missing
    assert grants["/etc/ld.so.cache"] == READ
    assert not {"/", "/etc", "/proc", "/dev", "/tmp", os.path.expanduser("~")} & grants.keys()


def test_plugins_and_what_the_operator_adds_can_be_read_and_not_run() -> None:
    grants = dict(code([describe(paths=("/somewhere/plugins",))], ["/data/tables"]))
    assert grants["/somewhere/plugins"] == grants["/data/tables"] == READ


def test_a_tool_brings_the_folders_of_its_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link on PATH to a program elsewhere brings both places."""
    program = tmp_path / "opt" / "bin" / "reader"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "reader").symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    grants = dict(code([describe(tools={"reader": "install it", "none": "no"})], []))
    for folder in ("path", "opt/bin", "opt/lib", "opt/libexec"):
        assert grants[str(tmp_path / folder)] == RUN
    assert str(tmp_path / "opt") not in grants


def test_editable_packages_that_a_finder_maps_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """As setuptools writes them for packages that no line of a .pth file can show."""
    module = ModuleType("__editable___x_finder")
    module.MAPPING = {"x": "/srv/x/lib"}  # type: ignore[attr-defined]  # as setuptools does

    class Finder:
        pass

    Finder.__module__ = module.__name__
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert dict(code([], []))["/srv/x/lib"] == READ


def test_variables_that_name_libraries_count_and_relative_ones_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PERL5LIB", "/perl/one:two:")
    grants = dict(code([], []))
    assert grants["/perl/one"] == READ
    assert not {"two", ""} & grants.keys()
