"""Has an extractor read in this process, and sees what it leaves."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from metaextract_sdk._errors import ExtractError, Unavailable
from metaextract_sdk._extractor import Extractor
from metaextract_sdk.conformance.evidence import Reading, Subject, Trace
from metaextract_sdk.conformance.running import NotData, as_data, run
from metaextract_sdk.conformance.state import Library, changes, state


def reader(
    extractor: type[Extractor],
    *,
    options: Mapping[str, Any] | None = None,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Path, Subject], Reading]:
    """What has a new instance of `extractor` read one subject after another.

    A hang or a crash hangs or ends this process. Memory is what the process held at most, beyond
    what it had held at any time before.
    """

    def read(path: Path, subject: Subject) -> Reading:
        reading = Reading(subject=subject, status="ok")
        # Looking at the whole process takes longer than reading a small file.
        thorough = subject.kind in ("sample", "again", "damaged")
        before, library = (state(), Library()) if thorough else ({}, None)
        threads, children = threading.active_count(), _children()
        held, started = _held(), time.monotonic()
        with _overheard(reading.traces):
            _ask(reading, lambda: run(extractor, path, subject.media_type, options, sections))
        taken, grown = time.monotonic() - started, _held() - held
        if taken > extractor.timeout:
            reading.fault, reading.reason = "timeout", f"it took {taken:.1f} s"
        elif grown > extractor.memory:
            reading.fault, reading.reason = "memory", f"it took {grown >> 20} MiB"
        if threading.active_count() > threads:
            reading.traces["threads"] = "it leaves a thread"
        if _children() - children:
            reading.traces["children"] = "it leaves a process"
        if library and (changed := changes(before, state()) + library.changes()):
            reading.traces["process"] = f"it changes {' and '.join(changed)}"
        return reading

    return read


def _ask(reading: Reading, call: Callable[[], dict[str, Any]]) -> None:
    """Put the answer, or why there is none, into `reading`."""
    try:
        reading.data = call()
        reading.status = "ok" if reading.data else "skipped"
    except ExtractError as error:
        reading.status, reading.reason = error.status, error.reason
        if part := error.data:
            _ask(reading, lambda: as_data(part))
            if not reading.fault:
                reading.status = "partial"
    except Unavailable as error:
        reading.status, reading.reason = "unavailable", error.reason
    except NotData as error:
        reading.status, reading.fault, reading.reason = "failed", "no data", str(error)
    except MemoryError as error:
        reading.status, reading.fault, reading.reason = "memory", "memory", _say(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the extractor may raise anything
        reading.status, reading.fault, reading.reason = "failed", "raised", _say(error)


def _say(error: BaseException) -> str:
    """An exception as one line, with the place where it was raised."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" ({frame.tb_frame.f_code.co_filename}:{frame.tb_lineno})" if frame else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{place}"


@contextlib.contextmanager
def _overheard(traces: dict[Trace, str]) -> Iterator[None]:
    """Note in `traces` what is written to standard output and standard error meanwhile."""
    with tempfile.TemporaryFile() as file:
        stream = io.TextIOWrapper(io.FileIO(os.dup(file.fileno()), "w"), write_through=True)
        for each in (sys.stdout, sys.stderr):
            each.flush()
        saved = os.dup(1), os.dup(2)
        try:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            with stream, contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
                yield
        finally:
            for descriptor, copy in enumerate(saved, 1):
                os.dup2(copy, descriptor)
                os.close(copy)
        if size := os.fstat(file.fileno()).st_size:
            said = os.pread(file.fileno(), 200, 0).decode("utf-8", "backslashreplace")
            traces["output"] = f"it writes {size} bytes to its output: {' '.join(said.split())}"


def _held() -> int:
    """Bytes of memory that this process has held at most."""
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _children() -> set[int]:
    """The children of this process, without waiting for any; 0 for those whose ids are not told."""
    found: set[int] = set()
    try:
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children", "rb") as file:
                found.update(map(int, file.read().split()))
    except OSError:  # Linux alone has this folder
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            found.add(0)
    return found
