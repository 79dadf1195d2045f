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
        "Python cannot read one of its source files.",
        "correct the line that is named",
    ),
    Code(
        "MX301",
        "broken",
        "its import raises",
        "Importing the module ends with an exception.",
        "correct the line that is named",
    ),
    Code(
        "MX302",
        "broken",
        "a module of its own is missing",
        "It imports a module of its own package that was not installed.",
        "add the module to the distribution and install again",
    ),
    Code(
        "MX303",
        "unavailable",
        "a library is missing",
        "It imports a library that is not installed.",
        "install the library",
    ),
    Code(
        "MX304",
        "unavailable",
        "it says that it cannot run here",
        "Its module raised Unavailable.",
        "do what its message says",
    ),
    Code(
        "MX305",
        "broken",
        "its import ends the program",
        "Importing the module calls sys.exit().",
        "move the call into a function that only a command line uses",
    ),
    Code(
        "MX306",
        "broken",
        "its import ends the process",
        "The process was gone before the import was done, as after os._exit().",
        "remove the call that ends the process",
    ),
    Code(
        "MX307",
        "broken",
        "its import aborts",
        "Importing the module aborts the process (SIGABRT).",
        "look at the native library that it loads",
    ),
    Code(
        "MX308",
        "broken",
        "its import crashes",
        "Importing the module ends in a segmentation fault or a similar signal.",
        "look at the native library that it loads",
    ),
    Code(
        "MX309",
        "broken",
        "its import never ends and computes",
        "At the deadline the import was still keeping a processor busy. " + _AGAIN,
        "move the work from import time into setup() or extract()",
    ),
    Code(
        "MX310",
        "broken",
        "its import never ends and waits",
        "At the deadline the import was still waiting for something. " + _AGAIN,
        "do not wait, sleep or connect while being imported",
    ),
    Code(
        "MX311",
        "broken",
        "its import takes too much memory",
        "Importing the module asks for more memory than a plugin may have.",
        "load large tables in setup(), and only what is needed",
    ),
    Code(
        "MX312",
        "broken",
        "its import reads standard input",
        "Nobody sits at a worker's keyboard.",
        "do not ask for input while being imported",
    ),
    Code(
        "MX313",
        "ready",
        "its import prints",
        "What it writes is caught and dropped; with --strict it counts as broken.",
        "use the logging module, or say nothing",
    ),
    Code(
        "MX314",
        "broken",
        "its import leaves a thread",
        "Workers are forked from a process that imported it; a thread does not survive that.",
        "start threads in setup() or extract()",
    ),
    Code(
        "MX315",
        "broken",
        "its import leaves a child process",
        "A process that outlives the import belongs to nobody.",
        "start processes in setup() and end them in close()",
    ),
    Code(
        "MX316",
        "broken",
        "its import changes the process",
        "Folder, environment, signal handlers, locale and the like are shared by extractors.",
        "leave what is shared as it is, or change it only for the time of one call",
    ),
)
