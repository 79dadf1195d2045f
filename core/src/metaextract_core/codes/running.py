"""MX5xx: what an extractor did to one file. They belong to sections, and judge no plugin."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX501",
        "ready",
        "the extractor raised",
        "Reading this file ended with an exception that is not an ExtractError.",
        "report it to the plugin's author, with the file",
    ),
    Code(
        "MX502",
        "ready",
        "the extractor was not done in time",
        "It was still running at its deadline and was killed.",
        "raise --timeout, or report it to the plugin's author",
    ),
    Code(
        "MX503",
        "ready",
        "the extractor asked for too much memory",
        "It asked for more than its own limit.",
        "report it to the plugin's author, with the file",
    ),
    Code(
        "MX504",
        "ready",
        "the extractor crashed",
        "Its process died while it read this file.",
        "report it to the plugin's author, with the file",
    ),
    Code(
        "MX505",
        "ready",
        "the result is no data",
        "It returned something other than a mapping of data.",
        "report it to the plugin's author",
    ),
    Code(
        "MX506",
        "ready",
        "the result was cut",
        "It was larger than a section may be; markers show where.",
        "nothing is wrong if the file is really that large",
    ),
    Code(
        "MX507",
        "ready",
        "the extractor left a child process",
        "The child was ended.",
        "report it to the plugin's author",
    ),
    Code(
        "MX508",
        "ready",
        "the extractor left a thread",
        "Its worker was replaced.",
        "report it to the plugin's author",
    ),
    Code(
        "MX509",
        "ready",
        "the extractor printed",
        "What it wrote is in the section's output, not in its data.",
        "report it to the plugin's author",
    ),
    Code(
        "MX510",
        "ready",
        "the extractor could not be set up",
        "Something that it needs went missing after it was vetted.",
        "do what the section's reason says",
    ),
    Code(
        "MX511",
        "ready",
        "the file is remembered for ending its worker",
        "The same content ended the worker of the same version of this extractor before, so it "
        "was not given to it again.",
        "upgrade the plugin, or run `metaextract plugins reset` with its name to try again",
    ),
    Code(
        "MX512",
        "ready",
        "its worker was killed from outside",
        "Its process got SIGKILL, which this program did not send: the system ran out of memory, "
        "or somebody ended it. It is not held against the extractor.",
        "run it again; if it comes back, look for the out-of-memory killer in the system's log",
    ),
    Code(
        "MX513",
        "ready",
        "the extractor died while it was set up",
        "Its process died or hung while its module was imported or set up in a worker.",
        "report it to the plugin's author",
    ),
)
