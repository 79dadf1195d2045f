"""What happens inside a probed child: compile, import, compare, read the contract, report."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Collection, Iterable
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType
from typing import Any, Final

import msgspec

from metaextract_core.vetting import contract
from metaextract_core.vetting.messages import Probe, Report, one_line
from metaextract_core.vetting.verdict import Diagnostic
from metaextract_core.workers import limits
from metaextract_sdk import Unavailable
from metaextract_sdk.conformance.state import Library, changes, state

_MAX_MODULES: Final = 1000


class _NoInput(io.RawIOBase):
    """Standard input that is at its end, and remembers who read it.

    Asking whether it is a terminal is no fault: many libraries do.
    """

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self.read_at: str | None = None

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0

    def readinto(self, buffer: Any, /) -> int:
        if self.read_at is None:
            inner_to_outer = list(traceback.walk_stack(inspect.currentframe()))
            self.read_at = _place(reversed(inner_to_outer), self._files)
        return 0


def probe(request: Probe, fd: int, library: Library) -> None:
    """Import what `request` names and write reports to `fd`, one line each.

    Args:
        request: what to import, and within which limits.
        fd: where the reports go.
        library: as it was before the fork.
    """

    def tell(report: Report) -> None:
        # Begun on a new line, whatever the plugin may have written there.
        line = b"\n" + msgspec.json.encode(report) + b"\n"
        while line:
            line = line[os.write(fd, line) :]

    tell(Report("compile"))
    with limits.growth_capped(request.memory):
        problem = _compile(request.files)
    if problem is not None:
        tell(Report("done", [problem]))
        return
    tell(Report("import"))
    stdin = _prepare(request)
    before, threads, loaded = state(), set(threading.enumerate()), set(sys.modules)
    started = time.perf_counter()
    try:
        with limits.growth_capped(request.memory):
            found = _resolve(request.target)
    except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
        diagnostic, fix = _why(error, request, stdin)
        tell(Report("done", [diagnostic], fix, modules=_asked_for(error, loaded, request)))
        return
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the plugin may have closed or replaced it
            stream.flush()
    problems = _read_input(stdin) + _left(threads) + _changed(before, library)
    diagnostics, descriptor = contract.check(found, request)
    tell(Report("done", [*problems, *diagnostics], "", milliseconds, descriptor))


def _prepare(request: Probe) -> _NoInput:
    """Set up what the import sees; gives the standard input."""
    sys.path[:0] = request.paths
    importlib.invalidate_caches()
    # Whoever compiles a module first would print these, the next one would not.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    stdin = _NoInput(frozenset(request.files))
    sys.stdin = io.TextIOWrapper(io.BufferedReader(stdin), encoding="utf-8")
    return stdin


def _compile(files: Iterable[str]) -> Diagnostic | None:
    compiled: dict[str, tuple[bytes, CodeType]] = {}
    for file in files:
        if not file.endswith(".py"):
            continue
        try:
            with open(file, "rb") as stream, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                source = stream.read()
                compiled[file] = source, compile(source, file, "exec", dont_inherit=True)
        except SyntaxError as error:
            return Diagnostic("MX201", one_line(error.msg), one_line(f"{file}:{error.lineno or 1}"))
        except (ValueError, OSError, RecursionError, MemoryError) as error:
            return Diagnostic("MX201", f"{type(error).__name__}: {one_line(error)}", one_line(file))
    _hand_over(compiled)
    return None


def _hand_over(compiled: dict[str, tuple[bytes, CodeType]]) -> None:
    """Let the import take what was compiled: that saves a fifth of a first look's time."""
    anew = SourceFileLoader.source_to_code

    def source_to_code(self: SourceFileLoader, data: Any, path: Any, **more: Any) -> CodeType:
        source, code = compiled.pop(path, (None, None))
        return code if code is not None and source == data else anew(self, data, path, **more)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[assignment, method-assign]  # as the method is bound


def _resolve(target: str) -> Any:
    module, colon, attribute = target.partition(":")
    found = importlib.import_module(module.strip())
    if colon:
        for part in attribute.strip().split("."):
            try:
                found = getattr(found, part)
            except AttributeError as error:
                raise contract.AttributeIsMissing(module, attribute) from error
    return found


def _why(error: BaseException, request: Probe, stdin: _NoInput) -> tuple[Diagnostic, str]:
    """The fault behind an exception, and a mend line if there is a better one than the code's."""
    place = _place(traceback.walk_tb(error.__traceback__), request.files)
    if read := _read_input(stdin):
        return read[0], ""
    if isinstance(error, contract.AttributeIsMissing):
        return Diagnostic("MX401", one_line(error), request.files[0] if request.files else ""), ""
    if isinstance(error, Unavailable):
        reason = one_line(getattr(error, "reason", error))
        return Diagnostic("MX304", reason, place), one_line(getattr(error, "fix", ""))
    if isinstance(error, SystemExit):
        return Diagnostic("MX305", f"it calls sys.exit({one_line(error.code)})", place), ""
    if isinstance(error, MemoryError):
        cap = f"{request.memory >> 20} MiB"
        return Diagnostic("MX311", f"its import asks for more than {cap}", place), ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        library = error.name.partition(".")[0]
        if library == request.target.partition(":")[0].partition(".")[0]:
            return Diagnostic("MX302", f"it has no module {one_line(error.name)}", place), ""
        if library not in sys.stdlib_module_names:
            fix = f"pip install {one_line(library)}, or the distribution that provides that module"
            return Diagnostic("MX303", f"there is no module {one_line(library)}", place), fix
    return Diagnostic("MX301", f"{type(error).__name__}: {one_line(error)}", place), ""


def _asked_for(error: BaseException, before: set[str], request: Probe) -> list[str]:
    """The modules of others that the import had loaded, or ran into, or missed."""
    names = set(sys.modules) - before
    names |= {
        str(frame.f_globals.get("__name__"))
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename not in request.files
    }
    if isinstance(error, ImportError) and error.name:
        names.add(one_line(error.name))
    return sorted(
        name
        for name in names - before
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "importlib"}
        and all(part.isidentifier() for part in name.split("."))
        and getattr(sys.modules.get(name), "__file__", None) not in request.files
    )[:_MAX_MODULES]


def _read_input(stdin: _NoInput) -> list[Diagnostic]:
    if stdin.read_at is None:
        return []
    return [Diagnostic("MX312", "it reads standard input while being imported", stdin.read_at)]


def _left(before: set[threading.Thread]) -> list[Diagnostic]:
    names = ", ".join(sorted(thread.name for thread in set(threading.enumerate()) - before))
    return [Diagnostic("MX314", f"its import leaves a thread: {one_line(names)}")] if names else []


def _changed(before: dict[str, Any], library: Library) -> list[Diagnostic]:
    found = changes(before, state()) + library.changes()
    return (
        [Diagnostic("MX316", one_line(f"its import changes {' and '.join(found)}"))]
        if found
        else []
    )


def _place(frames: Iterable[tuple[FrameType, int]], files: Collection[str]) -> str:
    """The plugin's own line that is nearest to the fault, or the nearest of any."""
    lines = [(frame.f_code.co_filename, line) for frame, line in frames]
    own = [place for place in lines if place[0] in files]
    file, line = (own or lines)[-1]
    return one_line(f"{file}:{line}")
