"""Lists of paths are read as they are needed, and options are the same everywhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from metaextract_core.cli.options import file_list, no_plugins, read_list


def test_without_a_list_there_are_no_paths() -> None:
    assert list(read_list(None, null=False)) == []


@pytest.mark.parametrize(
    ("content", "null", "paths"),
    [
        (b"", False, []),
        (b"a\nb\n", False, ["a", "b"]),
        (b"a\n\n\nb", False, ["a", "b"]),
        (b"a\nb\0c\0\0", True, ["a\nb", "c"]),
        (b"caf\xe9\n", False, ["caf\udce9"]),
        (b" a \n", False, [" a "]),
    ],
)
def test_a_list_is_split_at_its_separator_and_nowhere_else(
    tmp_path: Path, content: bytes, null: bool, paths: list[str]
) -> None:
    (tmp_path / "list").write_bytes(content)
    assert list(read_list(str(tmp_path / "list"), null=null)) == paths


def test_a_path_may_cross_the_borders_of_what_is_read_at_once(tmp_path: Path) -> None:
    paths = [f"{number:05}-{'x' * 995}" for number in range(200)]
    (tmp_path / "list").write_text("\n".join(paths))
    assert list(read_list(str(tmp_path / "list"), null=False)) == paths


def test_a_path_is_given_before_the_next_one_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "wb", buffering=0) as writer, os.fdopen(read) as reader:
        monkeypatch.setattr(sys, "stdin", reader)
        paths = read_list("-", null=False)
        for name in ("first", "second"):
            writer.write(f"{name}\n".encode())
            assert next(paths) == name
        writer.close()
        assert list(paths) == []


def test_a_list_that_cannot_be_opened_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match=r"cannot read the list .*No such file"):
        read_list(str(tmp_path / "missing"), null=False)
    with pytest.raises(click.UsageError, match=r"cannot read the list .*Is a directory"):
        read_list(str(tmp_path), null=False)


@click.command()
@file_list
@no_plugins
def command(files_from: str | None, null: bool, plugins: bool) -> None:
    click.echo(f"{files_from} {null} {plugins}")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ([], "None False True"),
        (["--no-plugins", "--files-from", "x", "-0"], "x True False"),
        (["--files-from", "-", "--null"], "- True True"),
    ],
)
def test_options_reach_the_command_by_the_names_they_promise(
    arguments: list[str], printed: str
) -> None:
    assert CliRunner().invoke(command, arguments).output == f"{printed}\n"
