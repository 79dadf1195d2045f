"""`metaextract identify` says what each file is, in one line each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("plain words\n")
    (tmp_path / "photo.jpg").write_bytes(b"%PDF-1.4\n%%EOF\n")
    return tmp_path


def identify(
    folder: Path, *arguments: str, input_: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "metaextract_core", "identify", "--no-plugins", *arguments],
        cwd=folder,
        env={**os.environ, "METAEXTRACT_CONFIG": os.devnull, **environment},
        input=input_,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_the_content_comes_first_and_a_name_that_differs_is_mentioned(folder: Path) -> None:
    done = identify(folder, "a.txt", "photo.jpg")
    assert done.stdout.decode().splitlines() == [
        "a.txt: text/plain (by content)",
        "photo.jpg: application/pdf (by content, although its name says image/jpeg)",
    ]
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_cannot_be_read_has_its_line_and_the_status_is_1(folder: Path) -> None:
    done = identify(folder, "missing", "a.txt")
    assert done.stdout.decode().splitlines()[0] == "missing: there is no such file"
    assert len(done.stdout.splitlines()) == 2
    assert done.returncode == 1


def test_json_is_one_object_a_line(folder: Path) -> None:
    done = identify(folder, "--json", "--files-from", "-", "-0", input_=b"a.txt\0photo.jpg\0")
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["name"], first["media_type"]) == ("a.txt", "text/plain")
    assert second["name_media_type"] == "image/jpeg"


def test_no_name_can_write_to_the_terminal(folder: Path) -> None:
    (folder / "a\x1b[2J\u202egnp.txt").write_text("plain words\n")
    (folder / "two\nlines").write_text("plain words\n")
    done = identify(folder, ".")
    assert b"\x1b" not in done.stdout
    assert b"a\\x1b[2J\\u202egnp.txt: text/plain" in done.stdout
    assert len(done.stdout.splitlines()) == 4


def test_a_name_that_the_locale_cannot_write_is_escaped(folder: Path) -> None:
    (folder / "日本.txt").write_text("plain words\n")
    done = identify(folder, "日本.txt", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"\\u65e5\\u672c.txt: text/plain (by content)\n"


def test_without_a_path_it_is_a_usage_error(folder: Path) -> None:
    done = identify(folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Error: name at least one file or folder, or use --files-from" in done.stderr
