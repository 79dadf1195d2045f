"""The faults of plugins, each with a code: one table for verdicts, sections and `docs/codes.md`.

Regenerate the page with ``python -m metaextract_core.codes > docs/codes.md``.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

State = Literal[
    "ready", "unavailable", "incompatible", "conflict", "disabled", "broken", "quarantined"
]


class Code(NamedTuple):
    """One kind of fault.

    Attributes:
        code: its stable name.
        state: what it makes of a plugin; ``ready`` for a mere warning and for faults of one file.
        title: what happened, in a few words.
        explanation: why that is a fault.
        fix: how to mend it.
    """

    code: str
    state: State
    title: str
    explanation: str
    fix: str


_AGAIN: Final = "It is tried again after a day, and by `metaextract plugins check`."

CODES: Final[dict[str, Code]] = {
    row[0]: Code(*row)
    for row in (
        (
            "MX101",
            "conflict",
            "the name is taken",
            "Two distributions provide an extractor of this name, and nothing says which is meant.",
            "uninstall one of them, or deny one distribution in the configuration",
        ),
        (
            "MX102",
            "disabled",
            "switched off",
            "The allow or deny list of the configuration leaves it out.",
            "change plugins.allow or plugins.deny in the configuration file",
        ),
        (
            "MX103",
            "broken",
            "the module cannot be found",
            "The entry point names a module that is not there.",
            "correct the entry point in pyproject.toml and install again",
        ),
        (
            "MX104",
            "broken",
            "the entry point is malformed",
            "An entry point for extractors reads `module:Class`, one for hooks `module`.",
            "correct the entry point in pyproject.toml and install again",
        ),
        (
            "MX105",
            "incompatible",
            "it wants another SDK",
            "Its requirement on metaextract-sdk does not hold for the one that is installed.",
            "install a version of the plugin that fits, or the SDK that it asks for",
        ),
        (
            "MX106",
            "unavailable",
            "a required distribution is missing",
            "Its metadata asks for a distribution that is not installed, or for another version.",
            "install what it asks for",
        ),
        (
            "MX107",
            "unavailable",
            "a program is missing",
            "It starts a program that is not on PATH.",
            "install the program",
        ),
        (
            "MX108",
            "unavailable",
            "an extractor that it needs is not ready",
            "It wants the data of another extractor, which is not there or not usable.",
            "mend or install the other extractor",
        ),
        (
            "MX109",
            "broken",
            "its needs form a circle",
            "Each waits for the other's data, so none could ever run.",
            "remove one of the needs",
        ),
        (
            "MX201",
            "broken",
            "a source file does not compile",
            "Python cannot read one of its source files.",
            "correct the line that is named",
        ),
        (
            "MX301",
            "broken",
            "its import raises",
            "Importing the module ends with an exception.",
            "correct the line that is named",
        ),
        (
            "MX302",
            "broken",
            "a module of its own is missing",
            "It imports a module of its own package that was not installed.",
            "add the module to the distribution and install again",
        ),
        (
            "MX303",
            "unavailable",
            "a library is missing",
            "It imports a library that is not installed.",
            "install the library",
        ),
        (
            "MX304",
            "unavailable",
            "it says that it cannot run here",
            "Its module raised Unavailable.",
            "do what its message says",
        ),
        (
            "MX305",
            "broken",
            "its import ends the program",
            "Importing the module calls sys.exit().",
            "move the call into a function that only a command line uses",
        ),
        (
            "MX306",
            "broken",
            "its import ends the process",
            "The process was gone before the import was done, as after os._exit().",
            "remove the call that ends the process",
        ),
        (
            "MX307",
            "broken",
            "its import aborts",
            "Importing the module aborts the process (SIGABRT).",
            "look at the native library that it loads",
        ),
        (
            "MX308",
            "broken",
            "its import crashes",
            "Importing the module ends in a segmentation fault or a similar signal.",
            "look at the native library that it loads",
        ),
        (
            "MX309",
            "broken",
            "its import never ends and computes",
            "At the deadline the import was still keeping a processor busy. " + _AGAIN,
            "move the work from import time into setup() or extract()",
        ),
        (
            "MX310",
            "broken",
            "its import never ends and waits",
            "At the deadline the import was still waiting for something. " + _AGAIN,
            "do not wait, sleep or connect while being imported",
        ),
        (
            "MX311",
            "broken",
            "its import takes too much memory",
            "Importing the module asks for more memory than a plugin may have.",
            "load large tables in setup(), and only what is needed",
        ),
        (
            "MX312",
            "broken",
            "its import reads standard input",
            "Nobody sits at a worker's keyboard.",
            "do not ask for input while being imported",
        ),
        (
            "MX313",
            "ready",
            "its import prints",
            "What it writes is caught and dropped; with --strict it counts as broken.",
            "use the logging module, or say nothing",
        ),
        (
            "MX314",
            "broken",
            "its import leaves a thread",
            "Workers are forked from a process that imported it; a thread does not survive that.",
            "start threads in setup() or extract()",
        ),
        (
            "MX315",
            "broken",
            "its import leaves a child process",
            "A process that outlives the import belongs to nobody.",
            "start processes in setup() and end them in close()",
        ),
        (
            "MX316",
            "broken",
            "its import changes the process",
            "Folder, environment, signal handlers, locale and the like are shared by extractors.",
            "leave what is shared as it is, or change it only for the time of one call",
        ),
        (
            "MX401",
            "broken",
            "the class is not in its module",
            "The entry point names an attribute that the module does not have.",
            "correct the entry point, or define the class",
        ),
        (
            "MX402",
            "broken",
            "it is no extractor",
            "The entry point names something that is not a subclass of metaextract_sdk.Extractor.",
            "inherit from Extractor",
        ),
        (
            "MX403",
            "broken",
            "it breaks the contract",
            "A class attribute is missing or of the wrong kind.",
            "correct the attribute that is named",
        ),
        (
            "MX404",
            "incompatible",
            "its contract is too new",
            "It was written for a later contract than this host speaks.",
            "upgrade MetaExtract",
        ),
        (
            "MX405",
            "incompatible",
            "its contract is too old",
            "It was written for a contract that this host no longer speaks.",
            "upgrade the plugin",
        ),
        (
            "MX406",
            "broken",
            "its hooks do not fit",
            "A hook plugin has functions marked with hookimpl, with a hook's name and arguments.",
            "mark the functions with metaextract_sdk.hookimpl, and name them as hookspecs does",
        ),
        (
            "MX407",
            "ready",
            "its crosswalk names unknown fields",
            "What the tags say is not used: the vocabulary of this host has no such field.",
            "correct the names, or upgrade MetaExtract",
        ),
        (
            "MX501",
            "ready",
            "the extractor raised",
            "Reading this file ended with an exception that is not an ExtractError.",
            "report it to the plugin's author, with the file",
        ),
        (
            "MX502",
            "ready",
            "the extractor was not done in time",
            "It was still running at its deadline and was killed.",
            "raise --timeout, or report it to the plugin's author",
        ),
        (
            "MX503",
            "ready",
            "the extractor asked for too much memory",
            "It asked for more than its own limit.",
            "report it to the plugin's author, with the file",
        ),
        (
            "MX504",
            "ready",
            "the extractor crashed",
            "Its process died while it read this file.",
            "report it to the plugin's author, with the file",
        ),
        (
            "MX505",
            "ready",
            "the result is no data",
            "It returned something other than a mapping of data.",
            "report it to the plugin's author",
        ),
        (
            "MX506",
            "ready",
            "the result was cut",
            "It was larger than a section may be; markers show where.",
            "nothing is wrong if the file is really that large",
        ),
        (
            "MX507",
            "ready",
            "the extractor left a child process",
            "The child was ended.",
            "report it to the plugin's author",
        ),
        (
            "MX508",
            "ready",
            "the extractor left a thread",
            "Its worker was replaced.",
            "report it to the plugin's author",
        ),
        (
            "MX509",
            "ready",
            "the extractor printed",
            "What it wrote is in the section's output, not in its data.",
            "report it to the plugin's author",
        ),
        (
            "MX510",
            "ready",
            "the extractor could not be set up",
            "Something that it needs went missing after it was vetted.",
            "do what the section's reason says",
        ),
    )
}


def page() -> str:
    """The text of `docs/codes.md`."""
    lines = [
        "# Codes",
        "",
        "What can be wrong with a plugin, or with what an extractor did to one file.",
        "`metaextract plugins check` gives each plugin a state and the code of what decided it; a",
        "section of a record has a code where its extractor misbehaved. A code keeps its meaning.",
    ]
    for code in CODES.values():
        state = f" Makes the plugin `{code.state}`." if code.state != "ready" else ""
        lines += ["", f"## {code.code}: {code.title}", "", f"{code.explanation}{state}", ""]
        lines += [f"To mend it: {code.fix}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
