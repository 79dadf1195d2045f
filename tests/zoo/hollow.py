"""More animals of the zoo: they import and keep the contract, and break one rule of the deep check.

Each reads texts, has two of them as samples, and is fine but for one thing.
"""

from __future__ import annotations

from typing import Final

from tests.zoo.zoo import Animal

SAMPLES: Final = {
    "one.txt": "The lake stood at 406 m.\n",
    "two.txt": "Dear Lena, the pictures are ready. Please send the bill.\n",
}
_READ: Final = 'return {"Text": file.read(0, 1000).decode("utf-8", "replace"), "Size": file.size}'


def reader(
    extract: str = _READ,
    *,
    at_import: str = "",
    doc: str = '"""A reader of texts."""',
    attributes: str = "",
) -> str:
    """The source of a module with an extractor that is of gold but for the arguments."""
    lines = "\n".join(f"        {line}" for line in extract.splitlines())
    return f"""
import ctypes, os, random, sys, threading, time
from metaextract_sdk import ExtractError, Extractor
{at_import}

class It(Extractor):
    {doc}

    media_types = ("text/plain",)
    version = "1"
    samples = ("samples/*.txt",)
    crosswalk = {{"Text": "document.title"}}
    timeout = 2.0
    {attributes}

    def extract(self, file, ctx):
{lines}
"""


def animal(name: str, code: str | None, source: str) -> Animal:
    """One that is broken by a rule, or merely lacks one that gold asks for."""
    package = f"zoo_{name.replace('-', '_')}"
    wish = code is None or code >= "MX615"
    return Animal(
        name=name,
        distribution=f"zoo-{name}",
        sources={
            f"{package}/__init__.py": source,
            **{f"{package}/samples/{file}": text for file, text in SAMPLES.items()},
        },
        target=f"{package}:It",
        state="ready" if wish else "broken",
        code=code,
    )


HOLLOW: Final = (
    animal("constant", "MX604", reader('return {"Quality": 0.85}')),
    animal("constant-clock", "MX604", reader('return {"Quality": 0.85, "At": time.time()}')),
    animal("constant-seconds", "MX604", reader('return {"Quality": 0.85, "At": int(time.time())}')),
    animal("constant-chance", "MX604", reader('return {"Quality": 0.85, "Dice": random.random()}')),
    animal("chance-names", "MX604", reader('return {f"T{random.random()}": 0.85}')),
    animal(
        "echo",
        "MX605",
        reader(
            'return {"Size": file.size, "Name": file.name, "Path": str(file.path),\n'
            '        "Type": file.media_type, "Node": os.fstat(file.fileno()).st_ino}'
        ),
    ),
    animal(
        "echo-guarded",
        "MX605",
        reader(
            'if file.read(0, 1) not in (b"T", b"D"):\n'
            '    raise ExtractError("not mine")\n'
            'return {"Size": file.size}'
        ),
    ),
)
"""Those who say nothing of the file, in the ways in which that has been hidden."""

UNRULY: Final = (
    animal("undeclared", "MX601", reader(attributes="samples = ()")),
    animal("lost-samples", "MX601", reader(attributes='samples = ("samples/none.txt",)')),
    animal("silent", "MX602", reader("return {}")),
    animal("raises-always", "MX602", reader('raise ValueError("always")')),
    animal("hangs-always", "MX602", reader("time.sleep(86399)", attributes="timeout = 0.3")),
    animal("sometimes-none", "MX603", reader(f"if not file.size:\n    return None\n{_READ}")),
    animal(
        "toucher",
        "MX606",
        # A confined worker may not do it: what counts is what it does where it may.
        reader(f"try:\n    os.utime(file.path)\nexcept OSError:\n    pass\n{_READ}"),
    ),
    animal(
        "unsteady",
        "MX607",
        reader(_READ.replace('"Size": file.size', '"Dice": random.random()')),
    ),
    animal(
        "set-order",
        "MX607",
        reader(
            'words = file.read(0, 1000).decode("utf-8", "replace").split()\n'
            'return {"Text": " ".join(words), "Words": ",".join(set(words))}'
        ),
    ),
    animal(
        "namesake",
        "MX607",
        reader(
            _READ.replace('"Size": file.size', '"Name": file.name'),
            attributes="content_only = True",
        ),
    ),
    animal("fragile", "MX608", reader(f"assert file.size > 20\n{_READ}")),
    animal("fragile-in-c", "MX608", reader(f"file.size or ctypes.string_at(0)\n{_READ}")),
    animal(
        "dawdler",
        "MX609",
        reader(f"file.size or time.sleep(86399)\n{_READ}", attributes="timeout = 0.3"),
    ),
    animal(
        "devourer",
        "MX610",
        reader(f"file.size or bytes(1 << 30)\n{_READ}", attributes="memory = 64 << 20"),
    ),
    animal("talker", "MX611", reader(f'print("reading")\n{_READ}')),
    animal("litterer", "MX612", reader(f'open("left.txt", "w").close()\n{_READ}')),
    animal(
        "weaver",
        "MX613",
        reader(f"threading.Thread(target=time.sleep, args=(86399,), daemon=True).start()\n{_READ}"),
    ),
    animal("parent", "MX613", reader(f"if os.fork() == 0:\n    time.sleep(86399)\n{_READ}")),
    animal("meddler", "MX614", reader(f'os.environ["ZOO"] = "1"\n{_READ}')),
    animal("nameless", "MX615", reader(doc="")),
    animal("unmapped", "MX616", reader(attributes="crosswalk = {}")),
    animal("untried", "MX617", reader(attributes='media_types = ("text/plain", "text/x-zoo")')),
)
"""Those who say something, but break another rule."""

WELL: Final = (
    animal("reader", None, reader()),
    animal(
        "patient-reader",
        None,
        reader(
            'if not ctx.remaining():\n    raise ExtractError("late")\n'
            f'(ctx.scratch / "copy").write_bytes(file.read(0, 10))\n{_READ}'
        ),
    ),
)
"""Those of gold."""
