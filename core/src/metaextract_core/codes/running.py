"""MX5xx: what an extractor did to one file. They belong to sections, and judge no plugin."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX501",
        "ready",
        "the extractor raised",
        "Reading this file ended with an exception that is not an ExtractError: the extractor did "
        "not foresee such a file.",
        "report it to the plugin's author, with the file",
        """
        ```python
        def extract(self, file, ctx):
            return {"First": file.read(0, 4)[4]}
        ```

        ```json
        {"status": "failed", "code": "MX501", "reason": "IndexError: index out of range"}
        ```

        The author adds the file to the samples or the tests, and raises `ExtractError` with a
        sentence for the person who reads the record, and with `data` where something was read.
        """,
    ),
    Code(
        "MX502",
        "ready",
        "the extractor was not done in time",
        "It was still running at its deadline and was killed. The file's other sections are not "
        "affected.",
        "raise --timeout, or report it to the plugin's author",
        """
        ```python
        timeout = 1.0


        def extract(self, file, ctx):
            while True:
                pass
        ```

        ```json
        {"status": "timeout", "code": "MX502"}
        ```

        The author looks for a loop that the file controls, and sets a limit to it. What is rightly
        slow looks at `ctx.remaining()` and gives up in time, with what it has
        (`ExtractError(…, data=…)`), or declares a longer `timeout`.
        """,
    ),
    Code(
        "MX503",
        "ready",
        "the extractor asked for too much memory",
        "It asked for more than its own limit, as a file can make a parser do that believes what "
        "it reads.",
        "report it to the plugin's author, with the file",
        """
        ```python
        def extract(self, file, ctx):
            return {"Pixels": len(bytes(4 << 30))}
        ```

        ```json
        {"status": "memory", "code": "MX503"}
        ```

        The author reads by windows (`file.read`, `file.windows`), compares a length in the file
        with `file.size` before making room for it, and declares in `memory` what is really needed.
        """,
    ),
    Code(
        "MX504",
        "ready",
        "the extractor crashed",
        "Its process died while it read this file. The file's other sections and the files after "
        "it are not affected.",
        "report it to the plugin's author, with the file",
        """
        ```python
        def extract(self, file, ctx):
            import ctypes

            ctypes.string_at(0)
        ```

        ```json
        {"status": "crashed", "code": "MX504"}
        ```

        `reason` names the signal or the exit status. A file that crashes a native parser may be an
        attack on it: treat it with care, and tell the parser's authors as well.
        """,
    ),
    Code(
        "MX505",
        "ready",
        "the result is no data",
        "It returned something other than a mapping of data.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            return None
        ```

        ```json
        {"status": "failed", "code": "MX505"}
        ```

        Data is a mapping from tags to what JSON knows, bytes, dates and times. Where a file holds
        nothing, raise `ExtractError("…", status="skipped")`.
        """,
    ),
    Code(
        "MX506",
        "ready",
        "the result was cut",
        "It was larger than a section may be; markers show where.",
        "nothing is wrong if the file is really that large",
        """
        ```python
        def extract(self, file, ctx):
            return {"Text": "a" * 1_000_000}
        ```

        ```json
        {"status": "partial", "code": "MX506"}
        ```

        The limits are those of [the record](../record.md#sections). Metadata is seldom so large:
        the author asks whether it is not the content itself.
        """,
    ),
    Code(
        "MX507",
        "ready",
        "the extractor left a child process",
        "The child was ended: it would have lived on beside files that it has nothing to do with.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            import subprocess

            type(self).helper = subprocess.Popen(["sleep", "3600"])
            return {"Size": file.size}
        ```

        ```json
        {"status": "ok", "code": "MX507"}
        ```

        The author waits for what `extract` starts (`subprocess.run` does). A tool that is worth
        keeping between files is started in `setup` and ended in `close`.
        """,
    ),
    Code(
        "MX508",
        "ready",
        "the extractor left a thread",
        "Its worker was replaced: nobody knows what the thread would still have done.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            import threading
            import time

            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            return {"Size": file.size}
        ```

        ```json
        {"status": "ok", "code": "MX508"}
        ```

        The author joins what it starts, `with ThreadPoolExecutor()` for one.
        """,
    ),
    Code(
        "MX509",
        "ready",
        "the extractor printed",
        "What it wrote is in the section's output, not in its data.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            print("reading")
            return {"Size": file.size}
        ```

        ```json
        {"status": "ok", "code": "MX509", "output": "reading\\n"}
        ```

        What a person should know of this file is a warning: `ctx.warn("…")`.
        """,
    ),
    Code(
        "MX510",
        "ready",
        "the extractor could not be set up",
        "Something that it needs went missing after it was vetted.",
        "do what the section's reason says",
        """
        ```python
        def setup(self):
            from metaextract_sdk import Unavailable

            raise Unavailable("the table of tiles is missing", fix="heights-download")


        def extract(self, file, ctx):
            return {"Size": file.size}
        ```

        ```json
        {"status": "unavailable", "code": "MX510"}
        ```
        """,
    ),
    Code(
        "MX511",
        "ready",
        "the file is remembered for ending its worker",
        "The same content ended the worker of the same version of this extractor before, so it "
        "was not given to it again.",
        "upgrade the plugin, or run `metaextract plugins reset` with its name to try again",
        """
        ```json
        {"status": "crashed", "code": "MX511"}
        ```

        The first time the section said `crashed`, `timeout` or `memory` with a code of its own. It
        says the same again, with the reason of that time, without a worker being lost: the content
        is what counts, whatever the file is called. `[health] remember` in the configuration says
        for how long.
        """,
    ),
    Code(
        "MX512",
        "ready",
        "its worker was killed from outside",
        "Its process got SIGKILL, which this program did not send: the system ran out of memory, "
        "or somebody ended it. It is not held against the extractor.",
        "run it again; if it comes back, look for the out-of-memory killer in the system's log",
        """
        ```json
        {"status": "crashed", "code": "MX512"}
        ```

        As a shell would see it: somebody ran `kill -9` on the worker, or the system's log says
        "Out of memory: Killed process". The other sections of the file are there.
        """,
    ),
    Code(
        "MX513",
        "ready",
        "the extractor died while it was set up",
        "Its process died or hung while its module was imported or set up in a worker.",
        "report it to the plugin's author",
        """
        ```python
        def setup(self):
            import os

            os.abort()


        def extract(self, file, ctx):
            return {"Size": file.size}
        ```

        ```json
        {"status": "crashed", "code": "MX513"}
        ```

        A library that cannot be set up raises `Unavailable` from `setup`, with a line that says
        what to do.
        """,
    ),
    Code(
        "MX514",
        "ready",
        "the file changed while it was read",
        "Some of the data may be of its old content and some of its new one.",
        "extract the file again when nobody writes to it",
        """
        ```json
        {"status": "partial", "code": "MX514"}
        ```

        The section's reason says what was seen, such as "its size went from 120 to 240 bytes", and
        the record gives no digest: there is no content that all of it was read from.
        """,
    ),
    Code(
        "MX518",
        "ready",
        "the extractor left files",
        "It wrote outside its scratch folder, to a path that begins nowhere.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            with open("notes.txt", "w") as notes:
                notes.write("seen")
            return {"Size": file.size}
        ```

        ```json
        {"status": "ok", "code": "MX518"}
        ```

        The author writes to `ctx.scratch / "notes.txt"`, which is deleted when the run is over.
        """,
    ),
    Code(
        "MX519",
        "ready",
        "the extractor changed its process",
        "What extractors share was another after it had run. Only a deep check looks for this.",
        "report it to the plugin's author",
        """
        ```python
        def extract(self, file, ctx):
            import os

            os.environ["HEIGHTS_MODE"] = "fast"
            return {"Size": file.size}
        ```

        In a deep check the section of each file has this code, and the plugin is found to break
        the rule [MX614](MX614.md).
        """,
    ),
)
