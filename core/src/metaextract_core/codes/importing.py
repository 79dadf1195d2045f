"""MX2xx and MX3xx: sources that do not compile, and imports that go wrong."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

_AGAIN: Final = "It is tried again after a day, and by `metaextract plugins check`."

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX201",
        "broken",
        "a source file does not compile",
        "Python cannot read one of its source files. All files of the package are looked at, those "
        "too that are only imported later, so that no user meets the fault first.",
        "correct the line that is named",
        """
        ```python
        SPACING = {1201: 3, 3601: 1
        ```

        ```text
        MX201 '{' was never closed
        ```

        The line and the file are named below the message. What one version of Python reads, an
        older one may not: say in `requires-python` which are meant, and test with each.
        """,
    ),
    Code(
        "MX301",
        "broken",
        "its import raises",
        "Importing the module ends with an exception.",
        "correct the line that is named",
        """
        ```python
        RESOLUTION = 1 / 0
        ```

        ```text
        MX301 ZeroDivisionError: division by zero
        ```

        The place is the last line of the plugin's own that was running. Where something is missing
        on this machine, raise `metaextract_sdk.Unavailable` instead, with a line that mends it:
        the plugin then counts as [unavailable](MX304.md), not as broken.
        """,
    ),
    Code(
        "MX302",
        "broken",
        "a module of its own is missing",
        "It imports a module of its own package that was not installed.",
        "add the module to the distribution and install again",
        """
        ```python
        from heights.tables import SPACING
        ```

        ```text
        MX302 it has no module heights.tables
        ```

        The module is in the author's folder and not in the wheel: it was never added to version
        control, or the build leaves it out. `unzip -l dist/*.whl` shows what is installed.
        """,
    ),
    Code(
        "MX303",
        "unavailable",
        "a library is missing",
        "It imports a library that is not installed.",
        "install the library",
        """
        ```python
        import no_such_library
        ```

        ```text
        MX303 there is no module no_such_library
        ```

        An author names the library in `dependencies` of `pyproject.toml`: then it is installed with
        the plugin, and where it is not, the check names the distribution ([MX106](MX106.md)).
        """,
    ),
    Code(
        "MX304",
        "unavailable",
        "it says that it cannot run here",
        "Its module raised Unavailable. That is the right thing to do where something is missing "
        "which no installer of Python brings.",
        "do what its message says",
        """
        ```python
        import ctypes.util

        from metaextract_sdk import Unavailable

        if ctypes.util.find_library("no-such-codec") is None:
            raise Unavailable("the codec is missing", fix="apt-get install no-such-codec")
        ```

        ```text
        MX304 the codec is missing
        ```

        What `fix` says is shown as the way to mend it.
        """,
    ),
    Code(
        "MX305",
        "broken",
        "its import ends the program",
        "Importing the module calls sys.exit(). In a host without protection that ends everything.",
        "move the call into a function that only a command line uses",
        """
        ```python
        import sys

        if "--version" not in sys.argv:
            sys.exit(2)
        ```

        ```text
        MX305 it calls sys.exit(2)
        ```

        Often it is a script that was made a module: put what it does below
        `if __name__ == "__main__":`, or into a function.
        """,
    ),
    Code(
        "MX306",
        "broken",
        "its import ends the process",
        "The process was gone before the import was done, as after os._exit().",
        "remove the call that ends the process",
        """
        ```python
        import os

        os._exit(0)
        ```

        ```text
        MX306 its process ended with status 0 amid its import
        ```

        Native libraries do this as well, some of them where they find no licence or no device.
        """,
    ),
    Code(
        "MX307",
        "broken",
        "its import aborts",
        "Importing the module aborts the process (SIGABRT).",
        "look at the native library that it loads",
        """
        ```python
        import os

        os.abort()
        ```

        ```text
        MX307 its process died of SIGABRT amid its import
        ```

        In practice it is a library in C or C++ that gave up: two versions of one library in one
        process, or one that was built for another. `python -X faulthandler -c "import heights"`
        shows which import it was.
        """,
    ),
    Code(
        "MX308",
        "broken",
        "its import crashes",
        "Importing the module ends in a segmentation fault or a similar signal.",
        "look at the native library that it loads",
        """
        ```python
        import ctypes

        ctypes.string_at(0)
        ```

        ```text
        MX308 its process died of SIGSEGV amid its import
        ```

        `python -X faulthandler -c "import heights"` shows which import it was. Often the library
        was built for another version of Python or of the C library: install it again.
        """,
    ),
    Code(
        "MX309",
        "broken",
        "its import never ends and computes",
        "At the deadline the import was still keeping a processor busy. Every worker would pay for "
        "that at its start. " + _AGAIN,
        "move the work from import time into setup() or extract()",
        """
        ```python
        TABLE = 0
        while TABLE >= 0:
            TABLE += 1
        ```

        ```text
        MX309 its import was still computing after 2 s and was ended
        ```

        The deadline is `plugins.import_timeout` of the configuration. Large tables are made in
        `setup`, which runs once in each worker that needs the extractor, or when the first file
        asks for them (`functools.cache`).
        """,
    ),
    Code(
        "MX310",
        "broken",
        "its import never ends and waits",
        "At the deadline the import was still waiting for something. " + _AGAIN,
        "do not wait, sleep or connect while being imported",
        """
        ```python
        import time

        time.sleep(3600)
        ```

        ```text
        MX310 its import was still waiting after 2 s and was ended
        ```

        In practice it waits for a network, a lock or a device. An extractor works without all of
        them; a table that has to be downloaded is downloaded before, by the user.
        """,
    ),
    Code(
        "MX311",
        "broken",
        "its import takes too much memory",
        "Importing the module asks for more memory than a plugin may have.",
        "load large tables in setup(), and only what is needed",
        """
        ```python
        EARTH = []
        while True:
            EARTH.append(bytes(64 << 20))
        ```

        ```text
        MX311 its import asks for more than 1024 MiB
        ```
        """,
    ),
    Code(
        "MX312",
        "broken",
        "its import reads standard input",
        "Nobody sits at a worker's keyboard: it would wait for ever.",
        "do not ask for input while being imported",
        """
        ```python
        KEY = input("Licence key? ")
        ```

        ```text
        MX312 it reads standard input while being imported
        MX313 its import prints 13 bytes: Licence key?
        ```

        What the user has to decide is an option of the extractor (`ctx.options`).
        """,
    ),
    Code(
        "MX313",
        "ready",
        "its import prints",
        "What it writes is caught and dropped. It harms nobody, but standard output is for data, "
        "and a user cannot act on it.",
        "use the logging module, or say nothing",
        """
        ```python
        print("Elevation grids 1.0")
        ```

        ```text
        MX313 its import prints 20 bytes: Elevation grids 1.0
        ```

        Often it is a library that is loaded, and has a switch that silences it.
        """,
    ),
    Code(
        "MX314",
        "broken",
        "its import leaves a thread",
        "Workers are forked from a process that imported it; a thread does not survive that, and "
        "what it held stays locked.",
        "start threads in setup() or extract()",
        """
        ```python
        import threading
        import time

        threading.Thread(target=time.sleep, args=(3600,), daemon=True, name="watcher").start()
        ```

        ```text
        MX314 its import leaves a thread: watcher
        ```

        What `setup` starts, `close` ends.
        """,
    ),
    Code(
        "MX315",
        "broken",
        "its import leaves a child process",
        "A process that outlives the import belongs to nobody.",
        "start processes in setup() and end them in close()",
        """
        ```python
        import subprocess

        SERVER = subprocess.Popen(["sleep", "3600"])
        ```

        ```text
        MX315 its import leaves 1 child process(es)
        ```

        The process was ended by the check. A tool that is worth keeping is started in `setup`, or
        with the first file, and ended in `close`.
        """,
    ),
    Code(
        "MX316",
        "broken",
        "its import changes the process",
        "Folder, environment, signal handlers, locale and the like are shared by all extractors.",
        "leave what is shared as it is, or change it only for the time of one call",
        """
        ```python
        import os

        os.environ["HEIGHTS_MODE"] = "fast"
        ```

        ```text
        MX316 its import changes the environment (HEIGHTS_MODE)
        ```

        A helper process takes an environment of its own: `subprocess.run(…, env=…)`.
        """,
    ),
)
