"""MX6xx: what a deep check finds: one code for each rule of the SDK."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code
from metaextract_sdk.conformance.rules import RULES, WISHES

_EXAMPLES: Final = {
    "MX601": """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("text/plain",)
            version = "1"

            def extract(self, file, ctx):
                return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX601 it declares no samples
        ```

        `samples = ("samples/*.hgt",)` names files beside the module. They have to be in the wheel:
        `unzip -l dist/*.whl` shows it.
        """,
    "MX602": """
        ```python
        def extract(self, file, ctx):
            from metaextract_sdk import ExtractError

            raise ExtractError("this is no grid")
        ```

        ```text
        MX602 one.txt: this is no grid (and 1 more)
        ```

        `metaextract extract --only heights` on the sample shows the whole section.
        """,
    "MX603": """
        ```python
        def extract(self, file, ctx):
            return [file.read(0, 4)]
        ```

        ```text
        MX603 one.txt: the result is of type list, not a mapping …
        ```
        """,
    "MX604": """
        ```python
        def extract(self, file, ctx):
            return {"Kind": "elevation grid", "Confidence": 0.85}
        ```

        ```text
        MX604 all 2 samples give the same data (Confidence, Kind)
        ```

        Constants may stand beside what was read, never in its place.
        """,
    "MX605": """
        ```python
        def extract(self, file, ctx):
            return {"Name": file.name, "Points": file.size // 2}
        ```

        ```text
        MX605 72 files with the sample's name and size but another content or time give …
        ```
        """,
    "MX606": """
        ```python
        def extract(self, file, ctx):
            import os

            os.utime(file.path)
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX606 one.txt: it changes the time or the permissions …
        ```
        """,
    "MX607": """
        ```python
        def extract(self, file, ctx):
            import time

            return {"Begins": file.read(0, 4), "Read": time.time()}
        ```

        ```text
        MX607 one.txt: another value each time for Read …
        ```

        The record has the time and the duration of each section already.
        """,
    "MX608": """
        ```python
        def extract(self, file, ctx):
            return {"Second": file.read(0, 4096).splitlines()[1]}
        ```

        ```text
        MX608 an empty file of one.txt: IndexError: list index out of range …
        ```

        Each of these files is made from a sample: the tests of the plugin can make it as well.
        """,
    "MX609": """
        ```python
        timeout = 1.0


        def extract(self, file, ctx):
            position = 0
            while not file.read(position, 1).isspace():
                position += 1
            return {"First word": file.read(0, position)}
        ```

        ```text
        MX609 an empty file of one.txt: not finished after 1 s …
        ```

        The loop ends at a space, and never in a file that has none: `file.read` gives nothing
        behind the end of the file. A loop that the file controls needs a limit.
        """,
    "MX610": """
        ```python
        def extract(self, file, ctx):
            length = int.from_bytes(file.read(0, 4)) << 8
            return {"Begins": bytes(length)[:4], "Text": file.read(4, 4)}
        ```

        ```text
        MX610 one.txt: it asked for more memory than it may have …
        ```

        A length that a file claims is compared with `file.size` before room is made for it.
        """,
    "MX611": """
        ```python
        def extract(self, file, ctx):
            print("reading", file.size, "bytes")
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX611 one.txt: it wrote 17 bytes to its output …
        ```
        """,
    "MX612": """
        ```python
        def extract(self, file, ctx):
            with open(f"{file.path}.heights", "wb") as kept:
                kept.write(file.read(0, 4))
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX612 one.txt: it leaves 'sample.txt.heights' beside the file …
        ```

        `ctx.scratch` is a folder for this. What should last from file to file is kept in memory,
        by the instance; results are kept by the host.
        """,
    "MX613": """
        ```python
        def extract(self, file, ctx):
            import threading
            import time

            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX613 one.txt: it left a thread …
        ```
        """,
    "MX614": """
        ```python
        def extract(self, file, ctx):
            import os

            os.environ["HEIGHTS_MODE"] = "fast"
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX614 one.txt: it changed the environment (HEIGHTS_MODE) …
        ```
        """,
    "MX615": """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            media_types = ("text/plain",)
            version = "1"
            samples = ("samples/*.txt",)

            def extract(self, file, ctx):
                return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX615 the class has no docstring
        ```
        """,
    "MX616": """
        ```python
        def extract(self, file, ctx):
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX616 its crosswalk names no canonical field
        ```

        `crosswalk = {"Title": "document.title"}`, and a sample that has a title. All names are in
        [Canonical fields](../fields.md).
        """,
    "MX617": """
        ```python
        media_types = ("text/plain", "application/vnd.srtm")


        def extract(self, file, ctx):
            return {"Begins": file.read(0, 4)}
        ```

        ```text
        MX617 no sample is application/vnd.srtm by its content
        ```

        `metaextract identify SAMPLE` shows what the host takes it for. A format that the host does
        not know needs the hook `metaextract_identify`, in the same distribution.
        """,
}

ROWS: Final[tuple[Code, ...]] = tuple(
    Code(
        rule.code,
        "ready" if rule.tier == WISHES else "broken",
        rule.title,
        rule.why,
        rule.fix,
        _EXAMPLES.get(rule.code, ""),
    )
    for rule in RULES
)
