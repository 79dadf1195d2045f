"""What a probed child says of its own import."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from metaextract_core.discovery import Candidate
from metaextract_core.vetting.messages import Finding, Report
from metaextract_core.vetting.verdict import Diagnostic

Make = Callable[..., Candidate]
Look = Callable[..., Finding]


def report(finding: Finding) -> Report:
    assert finding.report is not None
    assert finding.report.stage == "done"
    return finding.report


def only(finding: Finding) -> Diagnostic:
    (problem,) = report(finding).diagnostics
    return problem


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        "return 1\n",
        "x = '\udcff'\n",
        "x = 1\0\n",
        "def f():\n  global a\n  nonlocal a",
    ],
    ids=["syntax", "outside a function", "encoding", "NUL", "scopes"],
)
def test_every_file_of_a_package_has_to_compile(folder: Path, look: Look, text: str) -> None:
    """Also one that importing the target would never touch."""
    package = folder / "packed"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    (package / "unused.py").write_bytes(text.encode("utf-8", "surrogateescape"))
    candidate = Candidate("x", "metaextract.hooks", "packed", "d", "1", paths=(str(folder),))
    problem = only(look(candidate))
    assert problem.code == "MX201"
    assert problem.location.startswith(str(package / "unused.py"))


def test_the_line_that_does_not_compile_is_named(make: Make, look: Look, folder: Path) -> None:
    problem = only(look(make(first="x = 1\n\nif:")))
    assert problem.location == f"{folder / 'good.py'}:3"


def test_native_code_is_not_compiled(folder: Path, make: Make, look: Look) -> None:
    package = folder / "packed"
    package.mkdir()
    make()
    (folder / "good.py").rename(package / "__init__.py")
    (package / "native.abi3.so").write_bytes(b"\x7fELF\0")
    candidate = Candidate(
        "x", "metaextract.extractors", "packed:Good", "d", "1", paths=(str(folder),)
    )
    assert report(look(candidate)).diagnostics == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1 / 0", "MX301"),
        ("raise BaseException('deep')", "MX301"),
        ("raise KeyboardInterrupt", "MX301"),
        ("assert False", "MX301"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})", "MX301"),
        (r"raise ValueError('\udcff\n\x1b[2J')", "MX301"),
        ("from os import absent_name", "MX301"),
        ("import good.absent", "MX302"),
        ("import absent_library.part", "MX303"),
        ("import sys; sys.exit(0)", "MX305"),
        (r"raise SystemExit('\udcff')", "MX305"),
        ("quit()", "MX305"),
        ("input()", "MX312"),
        ("import sys; sys.stdin.read()", "MX312"),
        ("import sys\ntry:\n  next(iter(sys.stdin))\nexcept Exception: pass", "MX312"),
        ("import sys; sys.stdin.buffer.read(1)", "MX312"),
        ("from threading import Event, Thread\nThread(target=Event().wait, daemon=True).start()",
         "MX314"),
        ("import os; os.chdir('/')", "MX316"),
        ("import os; os.environ['NEW'] = '1'", "MX316"),
        ("import os; os.umask(0o123)", "MX316"),
        ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)", "MX316"),
        ("import sys; sys.setrecursionlimit(9999)", "MX316"),
        ("import sys; sys.path.append('/nowhere')", "MX316"),
        ("import sys, io; sys.stdout = io.StringIO()", "MX316"),
        ("del Good", "MX401"),
        ("Good = 1", "MX402"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(
    make: Make, look: Look, folder: Path, line: str, code: str
) -> None:
    problem = only(look(make(last=line)))
    assert problem.code == code
    assert problem.message.isprintable() or code == "MX301"
    assert len(problem.message.splitlines()) == 1
    if code not in {"MX314", "MX316", "MX402"}:  # nobody knows which line did it
        assert problem.location.startswith(f"{folder / 'good.py'}")


@pytest.mark.parametrize(
    "line",
    [
        "import sys; sys.stdin.isatty()",
        "import sys; sys.stdin.encoding; sys.stdin.fileno(); sys.stdin.closed",
        "import logging; logging.getLogger('demo').debug('quiet')",
        "import threading; t = threading.Thread(target=int); t.start(); t.join()",
        "import warnings; warnings.warn('old')",
        r"import re; PATTERN = '\d'",
    ],
)
def test_what_libraries_usually_do_is_no_fault(make: Make, look: Look, line: str) -> None:
    assert report(look(make(last=line))).diagnostics == []


def test_an_import_may_take_only_so_much_memory(make: Make, look: Look) -> None:
    assert only(look(make(last="x = bytearray(512 << 20)"), memory=256 << 20)).code == "MX311"
    assert report(look(make(last="x = bytearray(16 << 20)"), memory=256 << 20)).diagnostics == []


@pytest.mark.parametrize("unit", ["bytearray(1 << 20)", "object()"])
def test_memory_used_up_to_the_last_byte_leaves_room_for_a_report(
    make: Make, look: Look, unit: str
) -> None:
    last = f"x = []\nwhile True: x.append({unit})"
    assert only(look(make(last=last), memory=64 << 20)).code == "MX311"


def test_an_extractor_may_say_that_it_cannot_run_here(make: Make, look: Look) -> None:
    first = "from metaextract_sdk import Unavailable"
    told = report(look(make(first=first, last="raise Unavailable('no GPU', fix='buy one')")))
    assert [(item.code, item.message) for item in told.diagnostics] == [("MX304", "no GPU")]
    assert told.fix == "buy one"
    odd = only(look(make(first=first, last="raise Unavailable(b'no GPU', fix=None)")))
    assert odd.code == "MX304"


def test_several_faults_are_all_named(make: Make, look: Look) -> None:
    last = (
        "import os, threading, time; os.chdir('/')\n"
        "threading.Thread(target=time.sleep, args=(600,), daemon=True, name='idler').start()"
    )
    problems = report(look(make(last=last, inside="timeout = 0"))).diagnostics
    assert [problem.code for problem in problems] == ["MX314", "MX316", "MX403"]
    assert "idler" in problems[0].message


def test_a_hook_module_is_imported_and_has_no_descriptor(make: Make, look: Look) -> None:
    last = "from metaextract_sdk import hookimpl\n@hookimpl\ndef metaextract_publish(record): ...\n"
    told = report(look(make("watch", last=last, hooks=True)))
    assert (told.diagnostics, told.descriptor) == ([], None)
    assert told.import_ms is not None


def test_this_process_imported_none_of_it(make: Make, look: Look) -> None:
    look(make("never_here"))
    assert "never_here" not in sys.modules
