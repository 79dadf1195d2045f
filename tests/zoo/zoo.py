"""The zoo: plugin distributions that are broken in one way each, and healthy ones between them.

`build` writes them into a folder as installed distributions; with the folder on ``PYTHONPATH`` they
are plugins like any other. Each module that is imported adds a mark (see `imports`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from metaextract_core.codes import State

MARK: Final = (
    "import contextlib\n"
    'with contextlib.suppress(OSError), open(__file__ + ".imported", "a") as _m: _m.write(".")\n'
)
"""Two lines; in the processes that read files the sandbox lets nothing be written."""


@dataclass(frozen=True, kw_only=True)
class Animal:
    """One plugin distribution and what has to be said of it.

    Attributes:
        name: of its entry point.
        distribution: its name.
        sources: file name -> text.
        target: value of its entry point.
        state, code: the verdict expected.
    """

    name: str
    distribution: str
    sources: Mapping[str, str]
    target: str
    state: State = "ready"
    code: str | None = None
    group: str = "metaextract.extractors"
    requires: tuple[str, ...] = field(default=())


def extractor(
    at_import: str = "",
    *,
    media_types: str = '("text/plain",)',
    attributes: str = "",
    extract: str = 'return {"size": file.size}',
) -> str:
    """The source of a module with an extractor that is fine but for what the arguments add."""
    attributes = f'version = "1"\n{attributes}' if "version" not in attributes else attributes
    return f"""{MARK}
from metaextract_sdk import Extractor, Unavailable
{at_import}

class It(Extractor):
    \"\"\"An animal of the zoo.\"\"\"

    media_types = {media_types}
{_indent(attributes, 4)}

    def extract(self, file, ctx):
{_indent(extract, 8)}
"""


def _indent(text: str, width: int) -> str:
    return "\n".join(" " * width + line for line in text.splitlines())


def _animal(
    name: str,
    state: State = "ready",
    code: str | None = None,
    source: str | None = None,
    *,
    sources: Mapping[str, str] | None = None,
    distribution: str = "",
    target: str = "",
    group: str = "metaextract.extractors",
    requires: tuple[str, ...] = (),
) -> Animal:
    distribution = distribution or f"zoo-{name}"
    module = distribution.replace("-", "_")
    return Animal(
        name=name,
        distribution=distribution,
        sources=sources or {f"{module}.py": extractor() if source is None else source},
        target=target or (module if group == "metaextract.hooks" else f"{module}:It"),
        state=state,
        code=code,
        group=group,
        requires=requires,
    )


_BATCH = f"""{MARK}
from metaextract_sdk import BatchExtractor

class It(BatchExtractor):
    \"\"\"A healthy extractor of several files at once.\"\"\"

    media_types = ("*/*",)
    version = "1"

    def extract_batch(self, jobs):
        for file, ctx in jobs:
            yield {{"name": file.name}}
"""

_HOOKS = """
from metaextract_sdk import hookimpl

@hookimpl
def metaextract_assemble(record):
    return {"zoo.sections": len(record["sections"])}
"""

_SLEEPER = 'subprocess.Popen(["sleep", "86399"]'
_KEEP_PID = 'open(__file__ + ".pid", "w").write(str(child.pid))'

HEALTHY: Final = (
    _animal("healthy"),
    _animal(
        "healthy-batch",
        sources={"zoo_healthy_batch/__init__.py": "", "zoo_healthy_batch/reading.py": _BATCH},
        target="zoo_healthy_batch.reading:It",
    ),
    _animal("healthy-hooks", source=_HOOKS, group="metaextract.hooks"),
)

FOUND_BROKEN: Final = (
    _animal("duplicate", "conflict", "MX101", distribution="zoo-duplicate-one"),
    _animal("duplicate", "conflict", "MX101", distribution="zoo-duplicate-two"),
    _animal("missing-module", "broken", "MX103", target="zoo_not_there:It"),
    _animal("no-colon", "broken", "MX104", target="zoo_no_colon.It"),
    _animal("no-identifier", "broken", "MX104", target="zoo-no-identifier:It"),
    _animal("later-sdk", "incompatible", "MX105", requires=("metaextract-sdk>=99",)),
    _animal("missing-requirement", "unavailable", "MX106", requires=("no-such-distribution>=1",)),
    _animal(
        "missing-tool",
        "unavailable",
        "MX107",
        extractor(attributes='tools = {"no-such-program": "apt-get install no-such-program"}'),
    ),
    _animal("lonely", "unavailable", "MX108", extractor(attributes='needs = ("no-such-one",)')),
    _animal("circle-one", "broken", "MX109", extractor(attributes='needs = ("circle-two",)')),
    _animal("circle-two", "broken", "MX109", extractor(attributes='needs = ("circle-one",)')),
)

IMPORT_BROKEN: Final = (
    _animal("syntax-error", "broken", "MX201", "def broken(:\n"),
    _animal("late-syntax-error", "broken", "MX201", "return 1\n"),
    _animal("import-raises", "broken", "MX301", extractor("1 / 0")),
    _animal("import-asserts", "broken", "MX301", extractor("assert False, 'never here'")),
    _animal(
        "missing-own-module",
        "broken",
        "MX302",
        sources={
            "zoo_missing_own_module/__init__.py": extractor(
                "from zoo_missing_own_module.tables import TABLE"
            )
        },
    ),
    _animal("missing-library", "unavailable", "MX303", extractor("import no_such_library")),
    _animal(
        "says-unavailable",
        "unavailable",
        "MX304",
        extractor('raise Unavailable("the codec is missing", fix="install the codec")'),
    ),
    _animal("exits", "broken", "MX305", extractor("import sys; sys.exit(0)")),
    _animal("exits-at-once", "broken", "MX306", extractor("import os; os._exit(0)")),
    _animal("aborts", "broken", "MX307", extractor("import os; os.abort()")),
    _animal("segfaults", "broken", "MX308", extractor("import ctypes; ctypes.string_at(0)")),
    _animal("loops", "broken", "MX309", extractor("while True: pass")),
    _animal(
        "sleeps",
        "broken",
        "MX310",
        extractor(
            "import signal, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "while True: time.sleep(3600)"
        ),
    ),
    _animal(
        "devours-memory",
        "broken",
        "MX311",
        extractor("hold = []\nwhile True: hold.append(bytes(64 << 20))"),
    ),
    _animal("asks", "broken", "MX312", extractor('input("Proceed? ")')),
    _animal("reads-descriptor", "broken", "MX312", extractor("import sys; sys.stdin.read()")),
    _animal("prints", "ready", "MX313", extractor('print("welcome to the zoo")')),
    _animal(
        "leaves-thread",
        "broken",
        "MX314",
        extractor(
            "import threading, time\n"
            "threading.Thread(target=time.sleep, args=(86399,), daemon=True).start()"
        ),
    ),
    _animal(
        "leaves-child",
        "broken",
        "MX315",
        extractor(f"import subprocess\nchild = {_SLEEPER})\n{_KEEP_PID}"),
    ),
    _animal(
        "leaves-daemon",
        "broken",
        "MX315",
        extractor(f"import subprocess\nchild = {_SLEEPER}, start_new_session=True)\n{_KEEP_PID}"),
    ),
    _animal("changes-folder", "broken", "MX316", extractor('import os; os.chdir("/")')),
    _animal(
        "changes-environment", "broken", "MX316", extractor('import os; os.environ["ZOO"] = "1"')
    ),
    _animal(
        "changes-signals",
        "broken",
        "MX316",
        extractor("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"),
    ),
)

CONTRACT_BROKEN: Final = (
    _animal("missing-class", "broken", "MX401", target="zoo_missing_class:That"),
    _animal("no-extractor", "broken", "MX402", f"{MARK}\nclass It:\n    version = '1'\n"),
    _animal("function", "broken", "MX402", f"{MARK}\ndef It(file, ctx):\n    return {{}}\n"),
    _animal("media-types-text", "broken", "MX403", extractor(media_types='"text/plain"')),
    _animal("no-version", "broken", "MX403", extractor(attributes='version = ""')),
    _animal("negative-timeout", "broken", "MX403", extractor(attributes="timeout = -1")),
    _animal("api-version-text", "broken", "MX403", extractor(attributes='api_version = "1"')),
    _animal(
        "needs-arguments",
        "broken",
        "MX403",
        extractor(attributes="def __init__(self, path): self.path = path"),
    ),
    _animal("extract-missing", "broken", "MX403", extractor().replace("def extract", "def read")),
    _animal("asynchronous", "broken", "MX403", extractor().replace("def ext", "async def ext")),
    _animal("no-context", "broken", "MX403", extractor().replace("file, ctx", "file")),
    _animal("too-new", "incompatible", "MX404", extractor(attributes="api_version = 99")),
    _animal("too-old", "incompatible", "MX405", extractor(attributes="api_version = -1")),
    _animal(
        "no-hooks",
        "broken",
        "MX406",
        f"{MARK}\ndef metaextract_publish(record): pass\n",
        group="metaextract.hooks",
    ),
    _animal(
        "misnamed-hook",
        "broken",
        "MX406",
        _HOOKS.replace("_assemble", "_asemble"),
        group="metaextract.hooks",
    ),
    _animal(
        "hook-arguments",
        "broken",
        "MX406",
        _HOOKS.replace("record", "recrod"),
        group="metaextract.hooks",
    ),
    _animal(
        "unknown-field",
        "ready",
        "MX407",
        extractor(attributes='crosswalk = {"size": "no.such.field"}'),
    ),
)

EXTRACT_BROKEN: Final = (
    _animal("hangs", source=extractor(extract="import time\nwhile True:\n    time.sleep(3600)")),
    _animal("crashes", source=extractor(extract="import ctypes\nctypes.string_at(0)")),
)

ANIMALS: Final = (*HEALTHY, *FOUND_BROKEN, *IMPORT_BROKEN, *CONTRACT_BROKEN, *EXTRACT_BROKEN)


def build(folder: Path, animals: Iterable[Animal] = ANIMALS) -> list[Animal]:
    """Install `animals` into `folder`; gives them back."""
    built = list(animals)
    for animal in built:
        for name, text in animal.sources.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        install(
            folder,
            animal.distribution,
            "1.0",
            {animal.group: {animal.name: animal.target}},
            files=animal.sources,
            requires=animal.requires,
        )
    return built


def install(
    folder: Path,
    distribution: str,
    version: str,
    entry_points: Mapping[str, Mapping[str, str]],
    *,
    files: Iterable[str] = (),
    requires: Iterable[str] = (),
) -> None:
    """Write a distribution's metadata, in place of that of another version.

    Follows the core metadata specification, version 2.1, and that of installed projects.
    """
    stem = distribution.replace("-", "_")
    for older in folder.glob(f"{stem}-*.dist-info"):
        shutil.rmtree(older)
    info = folder / f"{stem}-{version}.dist-info"
    info.mkdir(parents=True)
    metadata = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    points = [
        line
        for group, members in entry_points.items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in members.items()))
    ]
    (info / "METADATA").write_text("\n".join(metadata) + "\n", "utf-8")
    (info / "entry_points.txt").write_text("\n".join(points) + "\n", "utf-8")
    own = [f"{info.name}/{name}" for name in ("METADATA", "RECORD", "entry_points.txt")]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in [*files, *own]), "utf-8")


def imports(folder: Path) -> dict[str, int]:
    """How often each module of `folder` has been imported, by file name."""
    return {
        re.sub(r"\.imported$", "", str(mark.relative_to(folder))): mark.stat().st_size
        for mark in sorted(folder.rglob("*.imported"))
    }
