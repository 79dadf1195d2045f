"""The first look gives a record or one clear reason for every path, whatever it names."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import UNSET

from metaextract_core.hooks import Hooks
from metaextract_core.inspection import Inspected, inspect, iso_time
from metaextract_core.walking import Found
from metaextract_sdk import hookimpl


class Renaming:
    """Says that every file that begins with ``PK`` is a game."""

    @hookimpl
    def metaextract_identify(self, head: bytes, name: str, media_type: str) -> str | None:
        return "application/x-game" if head.startswith(b"PK") and name.endswith(".game") else None


@pytest.fixture
def faults() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def hooks(faults: list[tuple[str, str]]) -> Hooks:
    return Hooks(lambda name, reason: faults.append((name, reason)))


def look(path: str | Path, hooks: Hooks) -> Inspected:
    return inspect(Found(os.fspath(path)), hooks)


def test_a_regular_file_is_named_measured_identified_and_recognisable(
    tmp_path: Path, hooks: Hooks
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("plain words\n")
    os.utime(path, ns=(0, 1_700_000_000_120_000_000))
    seen = look(path, hooks)
    assert (seen.info.path, seen.info.name, seen.info.size) == (str(path), "a.txt", 12)
    assert seen.info.modified == "2023-11-14T22:13:20.12Z"
    assert seen.info.media_type == "text/plain"
    assert seen.info.error is UNSET
    status = path.stat()
    assert (seen.device, seen.inode, seen.modified_ns) == (
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
    )
    assert seen.path == os.fsencode(path)


def test_an_empty_file_is_no_error(tmp_path: Path, hooks: Hooks) -> None:
    (tmp_path / "empty").touch()
    seen = look(tmp_path / "empty", hooks)
    assert (seen.info.size, seen.info.error) == (0, UNSET)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing", "there is no such file"),
        ("fifo", "refused: it is a FIFO, not a regular file"),
        ("/dev/zero", "refused: it is a device, not a regular file"),
        ("broken", "refused: it is a symbolic link; name the file that it points to"),
        ("file/below", "cannot be read: Not a directory"),
        ("n" * 300, "cannot be read: File name too long"),
        ("nul\0name", "refused: the name holds a NUL character or half a surrogate pair"),
        ("half\ud800", "refused: the name holds a NUL character or half a surrogate pair"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_sentence(
    tmp_path: Path, hooks: Hooks, name: str, error: str
) -> None:
    """The FIFO has no writer: opening it for reading would wait for ever."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "file").touch()
    seen = look(os.path.join(tmp_path, name), hooks)
    assert seen.info.error == error
    assert seen.path == b""


def test_permission_denied_is_said_plainly(tmp_path: Path) -> None:
    """Root may read everything, so a child that is somebody else looks."""
    path = tmp_path / "closed"
    path.touch(mode=0)
    tmp_path.chmod(0o755)
    program = """
import os, sys
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect
from metaextract_core.walking import Found
os.chdir(os.path.dirname(sys.argv[1]))
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
print(inspect(Found("closed"), Hooks(print)).info.error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "permission denied\n"


def test_what_could_not_be_listed_keeps_its_reason(hooks: Hooks) -> None:
    seen = inspect(Found("folder", "cannot be listed: Permission denied"), hooks)
    assert seen.info.error == "cannot be listed: Permission denied"


@pytest.mark.parametrize("raw", [b"new\nline", b"bad\xff\xfe", "naïve\u202e".encode()])
def test_f49_the_exact_bytes_of_a_name_can_be_restored(
    tmp_path: Path, hooks: Hooks, raw: bytes
) -> None:
    path = os.fsencode(tmp_path) + b"/" + raw
    Path(os.fsdecode(path)).touch()
    info = look(os.fsdecode(path), hooks).info
    assert info.error is UNSET
    if isinstance(info.path_base64, str):
        assert base64.b64decode(info.path_base64) == path
        assert info.name == "bad\ufffd\ufffd"
    else:
        assert info.path.encode() == path


def test_dots_after_a_link_lead_where_the_system_says_they_do(
    tmp_path: Path, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``link/..`` is the parent of what the link points to, not the folder that holds the link."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "far" / "file").write_text("the right one")
    (tmp_path / "file").write_text("the wrong one, and longer")
    (tmp_path / "link").symlink_to("far/away")
    monkeypatch.chdir(tmp_path)
    seen = look("link/../file", hooks)
    assert seen.info.size == len("the right one")
    assert seen.path == os.fsencode(tmp_path / "far" / "file")


def test_a_name_that_says_otherwise_is_mentioned(tmp_path: Path, hooks: Hooks) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"%PDF-1.4\n%%EOF\n")
    info = look(tmp_path / "picture.jpg", hooks).info
    assert (info.media_type, info.media_type_from) == ("application/pdf", "content")
    assert info.name_media_type == "image/jpeg"


def test_a_hook_knows_better(tmp_path: Path, hooks: Hooks) -> None:
    hooks.register(Renaming(), "renaming")
    (tmp_path / "a.game").write_bytes(b"PK\x03\x04 and so on")
    (tmp_path / "b.game").write_bytes(b"something else")
    assert look(tmp_path / "a.game", hooks).info.media_type == "application/x-game"
    assert look(tmp_path / "b.game", hooks).info.media_type != "application/x-game"


def test_a_hook_that_agrees_with_the_name_ends_the_mismatch(tmp_path: Path, hooks: Hooks) -> None:
    class Trusting:
        @hookimpl
        def metaextract_identify(self, head: bytes, name: str, media_type: str) -> str:
            return "image/jpeg"

    hooks.register(Trusting(), "trusting")
    (tmp_path / "picture.jpg").write_bytes(b"%PDF-1.4\n%%EOF\n")
    info = look(tmp_path / "picture.jpg", hooks).info
    assert (info.media_type, info.name_media_type) == ("image/jpeg", UNSET)


@pytest.mark.parametrize(
    "answer", [7, b"image/png", "no media type", "image/\udc80", ["image/png"]]
)
def test_an_answer_that_is_no_media_type_is_reported_and_left_out(
    tmp_path: Path, hooks: Hooks, faults: list[tuple[str, str]], answer: object
) -> None:
    class Babbling:
        @hookimpl
        def metaextract_identify(self, head: bytes, name: str, media_type: str) -> object:
            return answer

    hooks.register(Babbling(), "babbling")
    (tmp_path / "a.txt").write_text("text\n")
    assert look(tmp_path / "a.txt", hooks).info.media_type == "text/plain"
    ((name, reason),) = faults
    assert name == "babbling"
    assert reason.startswith("metaextract_identify gave a wrong answer")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-500_000_000, "1969-12-31T23:59:59.5Z"),
        (-62_135_596_800 * 10**9, "0001-01-01T00:00:00Z"),
        (253_402_300_799 * 10**9, "9999-12-31T23:59:59Z"),
        (253_402_300_800 * 10**9, "253402300800000000000 ns since 1970"),
    ],
)
def test_f48_times_keep_all_their_digits_and_years_have_four(nanoseconds: int, text: str) -> None:
    assert iso_time(nanoseconds) == text
