"""Obeys the orders of a document: to hang, to crash, to fill the memory and the like."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import mmap
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from metaextract_sdk import Context, ExtractError, Extractor, FileView
from metaextract_sdk.mock.hooks import MEDIA_TYPE

_LONG = 86399.0  # seconds: longer than any test waits
_CHUNK = 1 << 20
_PTRACE_SEIZE = 0x4206  # linux/ptrace.h: unlike PTRACE_ATTACH it does not stop the process


class Mock(Extractor):
    """Does what a document orders it to do."""

    media_types = (MEDIA_TYPE,)
    version = "1"
    profiles = ("fast", "standard", "deep")

    def extract(self, file: FileView, ctx: Context) -> Mapping[str, Any]:
        """The tags that the orders leave; ``obeyed`` names the orders that came back."""
        try:
            orders = json.loads(file.read(0, file.size))["metaextract-mock"]
        except (ValueError, LookupError, TypeError) as error:
            raise ExtractError(f"no document with orders: {error}") from error
        data: dict[str, Any] = {}
        for order in orders:
            wanted = dict(order)
            name = wanted.pop("do", None)
            if name == "return":
                result: Mapping[str, Any] = wanted.get("value")  # type: ignore[assignment]  # rubbish on demand
                return result
            if name not in ORDERS:
                raise ExtractError(f"there is no order {name!r}; known: {', '.join(ORDERS)}")
            if "path" in wanted:  # a relative one is in the scratch folder
                wanted["path"] = ctx.scratch / wanted["path"]
            data |= ORDERS[name](**wanted) or {}
            data.setdefault("obeyed", []).append(name)
        return data


def _raise(message: str = "this is wrong") -> None:
    raise ValueError(message)


def _spin() -> None:
    """Keep the interpreter's lock in C, by a regular expression that backtracks without end."""
    re.match(r"(a+)+b", "a" * 64)


def _sleep(seconds: float = _LONG) -> None:
    time.sleep(seconds)


def _allocate(size: int | None = None, at_once: bool = False) -> None:
    """Take `size` bytes, or all that there are; `at_once` asks for them and leaves them alone."""
    if at_once:
        try:
            mmap.mmap(-1, size or 0).close()
        except OSError as error:
            raise MemoryError from error
        return
    held: list[bytes] = []
    while size is None or len(held) * _CHUNK < size:
        held.append(b"\1" * _CHUNK)


def _exit(status: int = 3) -> None:
    sys.exit(status)


def _exit_at_once(status: int = 0) -> None:
    os._exit(status)


def _abort() -> None:
    os.abort()


def _segfault() -> None:
    ctypes.string_at(0)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _fork() -> dict[str, Any]:
    """Leave a child; gives its number."""
    pid = os.fork()
    if pid == 0:
        _linger()
    return {"child": pid}


def _daemon() -> dict[str, Any]:
    """Leave a grandchild in a session of its own; gives its number."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        pid = os.fork()
        if pid == 0:
            _linger()
        os.write(write, str(pid).encode())
        os._exit(0)
    os.waitpid(child, 0)
    number = int(os.read(read, 32))
    os.close(read)
    os.close(write)
    return {"child": number}


def _linger() -> None:
    try:
        time.sleep(_LONG)
    finally:
        os._exit(0)


def _thread() -> None:
    threading.Thread(target=time.sleep, args=(_LONG,), daemon=True).start()


def _print(size: int = 100 << 20, stream: str = "stdout") -> None:
    """Write `size` bytes to ``stdout`` or ``stderr``."""
    target = {"stdout": sys.stdout, "stderr": sys.stderr}[stream]
    while size > 0:
        target.write("x" * min(size, _CHUNK))
        size -= _CHUNK
    target.flush()


def _write(path: Path, text: str = "written by the mock") -> None:
    path.write_text(text, "utf-8")


def _await(path: Path) -> None:
    """Wait until there is something at `path`."""
    while not path.exists():
        time.sleep(0.01)


def _forks(count: int = 200) -> dict[str, Any]:
    """Have up to `count` children at a time; gives how many there were, and why not more."""
    children: list[int] = []
    data: dict[str, Any] = {}
    try:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                _linger()
            children.append(pid)
    except OSError as error:
        data["refusal"] = errno.errorcode.get(error.errno or 0, "")
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return {**data, "forks": len(children)}


def _bomb() -> None:
    """Fork without end, each child as well, each in a session of its own."""
    while True:
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                os.setsid()


def _trace(pid: int | None = None) -> None:
    """Trace a process: a child by default, the parent if `pid` is 0."""
    child = None
    if pid is None:
        child = pid = os.fork()
        if child == 0:
            _linger()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        target = ctypes.c_long(pid or os.getppid())
        if libc.ptrace(_PTRACE_SEIZE, target, None, None) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _kill(signal_: int = 0) -> None:
    """Send a signal to the parent; 0 sends none and asks whether it could be sent."""
    os.kill(os.getppid(), signal_)


def _read(path: Path) -> dict[str, Any]:
    """Read a file; gives its text."""
    return {"read": path.read_text("utf-8")}


def _change(path: Path) -> None:
    """Set the times of a file to 1970."""
    os.utime(path, (0, 0))


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), timeout=5).close()


def _send(host: str, port: int) -> None:
    """Send a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.sendto(b"sent by the mock", (host, port))


def _recurse() -> None:
    _recurse()


def _tags(count: int = 1_000_000) -> dict[str, Any]:
    return {f"tag{number:07}": number for number in range(count)}


def _big(size: int = 1 << 30) -> dict[str, Any]:
    return {"big": "x" * size}


def _deep(levels: int = 100_000) -> dict[str, Any]:
    value: Any = "bottom"
    for _ in range(levels):
        value = {"deeper": value}
    return {"deep": value}


def _set(**tags: Any) -> dict[str, Any]:
    return tags


ORDERS: dict[str, Callable[..., dict[str, Any] | None]] = {
    "raise": _raise,
    "spin": _spin,
    "sleep": _sleep,
    "allocate": _allocate,
    "exit": _exit,
    "_exit": _exit_at_once,
    "abort": _abort,
    "segfault": _segfault,
    "interrupt": _interrupt,
    "fork": _fork,
    "daemon": _daemon,
    "forks": _forks,
    "bomb": _bomb,
    "thread": _thread,
    "trace": _trace,
    "kill": _kill,
    "print": _print,
    "read": _read,
    "write": _write,
    "await": _await,
    "change": _change,
    "connect": _connect,
    "send": _send,
    "recurse": _recurse,
    "tags": _tags,
    "big": _big,
    "deep": _deep,
    "set": _set,
}
