"""Faults F14 to F16, F19 and F49: hostile names and files, through the real program."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

CommandLine = Any

HOSTILE = {
    "newline": b"a\nb.jpg",
    "carriage return": b"a\rb.jpg",
    "escape": b"a\x1b[31mb.jpg",
    "right-to-left": "photo\u202egpj.exe.jpg".encode(),
    "invalid UTF-8": b"caf\xe9.jpg",
    "leading dash": b"-delete_original!.jpg",
    "at sign": b"@arguments",
    "hash": b"# comment.jpg",
    "trailing bar": b"touch canary|",
    "leading bar": b"|touch canary",
    "dollar": b"$(touch canary).jpg",
    "backquote": b"`touch canary`.jpg",
    "percent": b"%f%e.jpg",
    "spaces": b"  a  ",
    "long": b"x" * 251 + b".jpg",
    "option": b"-execute\n-o\ncanary",
}


@pytest.fixture
def jpeg() -> bytes:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    Image.new("RGB", (16, 8), "teal").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_f14_f16_a_hostile_name_is_only_a_name(
    command_line: CommandLine, tmp_path: Path, jpeg: bytes, name: bytes
) -> None:
    """Each is read in its own folder as the current one, so that a command would leave a canary."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path = os.path.join(os.fsencode(folder), name)
    with open(path, "wb") as file:
        file.write(jpeg)
    status, (record,) = command_line.extract(folder)
    assert status == 0
    raw = os.fsencode(record["file"]["path"])
    if "path_base64" in record["file"]:
        raw = base64.b64decode(record["file"]["path_base64"])
    assert raw == path
    assert record["sections"]["pillow"]["data"]["Width"] == 16
    assert os.listdir(os.fsencode(folder)) == [name]
    assert not (command_line.root / "canary").exists()
    if shutil.which("exiftool"):
        section = record["sections"]["exiftool"]
        control = any(byte < 32 for byte in name)
        assert section["status"] == ("refused" if control else "ok")
        if not control:
            assert section["data"]["IFD0:Make"]["val"] == "Maker"


def test_f14_a_hostile_name_is_shown_escaped(command_line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "red\x1b[31m\u202etxt.exe\n").write_text("x")
    done = command_line.run("extract", "--profile", "fast", tmp_path)
    assert b"red\\x1b[31m\\u202etxt.exe\\n" in done.stdout
    assert b"\x1b" not in done.stdout


def test_f14_a_name_longer_than_the_system_allows_is_one_clear_line(
    command_line: CommandLine,
) -> None:
    status, (record,) = command_line.extract("x" * 4096)
    assert status == 1
    assert record["file"]["error"] == "cannot be read: File name too long"


def test_f15_only_regular_files_are_opened(command_line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo")
    server = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(tmp_path)  # a socket's path is limited to about 100 bytes
    server.bind("socket")
    os.chdir(here)
    names = ["link", "broken", "fifo", "socket"]
    status, records = command_line.extract(
        "--profile", "fast", *(tmp_path / name for name in names), "/dev/zero", "/proc/kmsg"
    )
    server.close()
    assert status == 1
    errors = [record["file"]["error"] for record in records]
    words = ["a symbolic link", "a symbolic link", "a FIFO", "a socket", "a device", "a window on"]
    assert all(word in error for word, error in zip(words, errors, strict=True)), errors


def test_what_is_no_file_at_all_is_one_clear_line(
    command_line: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    status, (missing, empty) = command_line.extract(tmp_path / "missing", tmp_path / "empty")
    assert status == 1
    assert missing["file"]["error"] == "there is no such file"
    assert empty["file"]["media_type"] == "application/x-empty"
    assert all(part["status"] in ("ok", "skipped") for part in empty["sections"].values())


def test_a_file_without_permission_is_one_clear_line(
    command_line: CommandLine, tmp_path: Path
) -> None:
    """Root may read every file, so the program gives that up before it reads."""
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    program = """
import json, os, sys
import msgspec
from metaextract_core.hooks import Hooks
from metaextract_core.inspection import inspect
from metaextract_core.walking import Found
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
print(inspect(Found("secret"), Hooks(print)).info.error)
"""
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() in ("permission denied", "there is no such file")


@pytest.mark.parametrize("profile", ["fast", "standard", "deep"])
def test_truncated_and_garbage_files_are_read_as_far_as_they_go(
    command_line: CommandLine, tmp_path: Path, jpeg: bytes, profile: str
) -> None:
    samples = {
        "truncated.jpg": jpeg[: len(jpeg) // 2],
        "garbage.jpg": bytes(range(256)) * 40,
        "zeros.tif": bytes(5000),
        "header.png": b"\x89PNG\r\n\x1a\n",
        "half.zip": b"PK\x03\x04" + bytes(10),
        "half.dcm": bytes(128) + b"DICM\x02\x00",
        "half.pdf": b"%PDF-1.7\n1 0 obj <<",
    }
    for name, content in samples.items():
        (tmp_path / name).write_bytes(content)
    _, records = command_line.extract("--profile", profile, tmp_path)
    assert len(records) == len(samples)
    for record in records:
        assert "error" not in record["file"]
        for section in record["sections"].values():
            assert section["status"] not in ("crashed", "timeout", "memory")
            assert section["status"] == "ok" or section["reason"]


def test_f19_the_content_decides_and_the_mismatch_is_reported(
    command_line: CommandLine, tmp_path: Path, jpeg: bytes
) -> None:
    (tmp_path / "letter.pdf").write_bytes(jpeg)
    _, (record,) = command_line.extract(tmp_path)
    assert record["file"]["media_type"] == "image/jpeg"
    assert record["file"]["media_type_from"] == "content"
    assert record["file"]["name_media_type"] == "application/pdf"
    assert record["sections"]["pillow"]["status"] == "ok"


def test_f19_a_polyglot_is_what_its_first_bytes_say(
    command_line: CommandLine, tmp_path: Path, jpeg: bytes
) -> None:
    """A JPEG with a ZIP archive behind it satisfies both parsers."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inside.txt", "x")
    (tmp_path / "both.zip").write_bytes(jpeg + archive.getvalue())
    _, (record,) = command_line.extract(tmp_path)
    assert record["file"]["media_type"] == "image/jpeg"
    assert record["file"]["name_media_type"] == "application/zip"


def test_f49_values_that_are_not_unicode_survive(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "latin.json"
    path.write_text(
        json.dumps({"metaextract-mock": [{"do": "set", "nul": "a\0b", "lone": "x\udce9\ud83d"}]})
    )
    _, (record,) = command_line.extract("--profile", "fast", path)
    data = record["sections"]["mock"]["data"]
    assert data["nul"] == "a\0b"
    restored = base64.b64decode(data["lone"]["base64"]).decode("utf-8", "surrogatepass")
    assert restored == "x\udce9\ud83d"
