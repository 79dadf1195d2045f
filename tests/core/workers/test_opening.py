"""Only regular files are opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from metaextract_core.workers.opening import Refused, open_regular


def test_a_regular_file_is_opened_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    fd = open_regular(os.fsencode(path))
    try:
        assert os.read(fd, 10) == b"content"
    finally:
        os.close(fd)


def test_f15_links_fifos_sockets_devices_and_folders_are_refused_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path is limited to about 100 bytes
    (tmp_path / "file").write_text("x")
    os.symlink("file", "link")
    os.mkfifo("fifo")
    os.mkdir("folder")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for name, word in {
            "link": "a symbolic link",
            "fifo": "a FIFO",
            "folder": "a folder",
            "socket": "a socket",
            "/dev/zero": "a device",
        }.items():
            with pytest.raises(Refused, match=word):
                open_regular(os.fsencode(name))


@pytest.mark.skipif(not os.path.exists("/proc/version"), reason="no /proc on this system")
@pytest.mark.parametrize("path", ["/proc/version", "/proc/self/environ", "/proc/kmsg"])
def test_f15_what_the_kernel_makes_up_is_refused(path: str) -> None:
    with pytest.raises(Refused, match="a window on the running system"):
        open_regular(os.fsencode(path))


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(os.fsencode(tmp_path / "missing"))
