"""What happens inside a probed child: compile, import, compare, read the contract, report."""

from __future__ import annotations

import importlib
import locale
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from typing import Any, NoReturn

import msgspec

from metaextract_core.vetting import contract
from metaextract_core.vetting.messages import Probe, Report
from metaextract_core.vetting.verdict import Diagnostic
from metaextract_core.workers import limits
from metaextract_sdk import Unavailable


class _ReadsInput(BaseException):
    """Raised into code that reads standard input; no `except Exception` of its own catches it."""


class _NoInput:
    """Stands in for ``sys.stdin``."""

    closed = False

    def __getattr__(self, name: str) -> NoReturn:
        raise _ReadsInput

    def __iter__(self) -> NoReturn:
        raise _ReadsInput


def probe(request: Probe, fd: int) -> None:
    """Import what `request` names and write reports to `fd`, one line each."""

    def tell(report: Report) -> None:
        os.write(fd, msgspec.json.encode(report) + b"\n")

    tell(Report("compile"))
    problem = _compile(request.files)
    if problem is not None:
        tell(Report("done", [problem]))
        return
    tell(Report("import"))
    sys.path[:0] = request.paths
    importlib.invalidate_caches()
    sys.stdin = _NoInput()
    limits.cap_growth(request.memory)
    before = _state()
    started = time.perf_counter()
    try:
        found = _resolve(request.target)
    except BaseException as error:  # noqa: BLE001 -- plugin code may raise anything
        diagnostic, fix = _why(error, request)
        tell(Report("done", [diagnostic], fix))
        return
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    changed = _changes(before, _state())
    diagnostics, descriptor = contract.check(found, request)
    tell(Report("done", [*changed, *diagnostics], "", milliseconds, descriptor))


def _compile(files: list[str]) -> Diagnostic | None:
    for file in files:
        try:
            with open(file, "rb") as source, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source.read(), file, "exec", dont_inherit=True)
        except SyntaxError as error:
            return Diagnostic("MX201", f"{error.msg}", f"{file}:{error.lineno or 1}")
        except (ValueError, OSError, RecursionError, MemoryError) as error:
            return Diagnostic("MX201", f"{type(error).__name__}: {error}", file)
    return None


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


def _why(error: BaseException, request: Probe) -> tuple[Diagnostic, str]:
    place = _place(error, request.files)
    text = " ".join(str(error).split())[:500]
    if isinstance(error, contract.AttributeIsMissing):
        return Diagnostic("MX401", text, request.files[0] if request.files else ""), ""
    if isinstance(error, Unavailable):
        return Diagnostic("MX304", error.reason, place), error.fix
    if isinstance(error, _ReadsInput | EOFError):
        return Diagnostic("MX312", "it reads standard input while being imported", place), ""
    if isinstance(error, SystemExit):
        return Diagnostic("MX305", f"it calls sys.exit({error.code!r})", place), ""
    if isinstance(error, MemoryError):
        cap = f"{request.memory >> 20} MiB"
        return Diagnostic("MX311", f"its import asks for more than {cap}", place), ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        own = request.target.partition(":")[0].split(".")[0]
        if error.name.split(".")[0] == own:
            return Diagnostic("MX302", f"it has no module {error.name}", place), ""
        library = error.name.split(".")[0]
        if library not in sys.stdlib_module_names:
            return Diagnostic("MX303", f"no library {library}", place), f"pip install {library}"
    return Diagnostic("MX301", f"{type(error).__name__}: {text}", place), ""


def _place(error: BaseException, files: list[str]) -> str:
    """The innermost line of the plugin's own sources, or of any."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename in files]
    frame = own[-1] if own else frames[-1]
    return f"{frame.filename}:{frame.lineno}"


def _state() -> dict[str, Any]:
    umask = os.umask(0o77)
    os.umask(umask)
    return {
        "the working folder": os.getcwd(),
        "the environment": dict(os.environ),
        "the umask": umask,
        "signal handlers": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "the locale": locale.setlocale(locale.LC_ALL),
        "the recursion limit": sys.getrecursionlimit(),
        "sys.path": list(sys.path),
        "standard streams": (sys.stdin, sys.stdout, sys.stderr),
        "the exception hook": sys.excepthook,
        "threads": set(threading.enumerate()),
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[Diagnostic]:
    new = after.pop("threads") - before.pop("threads")
    changed = [name for name in before if before[name] != after[name]]
    diagnostics = []
    if new:
        names = ", ".join(sorted(thread.name for thread in new))
        diagnostics.append(Diagnostic("MX314", f"after its import a thread is running: {names}"))
    if changed:
        diagnostics.append(Diagnostic("MX316", f"its import changes {' and '.join(changed)}"))
    return diagnostics
