"""MX1xx: what can be said of a plugin without reading its sources."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX101",
        "conflict",
        "the name is taken",
        "Two distributions provide an extractor of this name, and nothing says which is meant.",
        "uninstall one of them, or deny one distribution in the configuration",
    ),
    Code(
        "MX102",
        "disabled",
        "switched off",
        "The allow or deny list of the configuration leaves it out.",
        "change plugins.allow or plugins.deny in the configuration file",
    ),
    Code(
        "MX103",
        "broken",
        "the module cannot be found",
        "The entry point names a module that is not there.",
        "correct the entry point in pyproject.toml and install again",
    ),
    Code(
        "MX104",
        "broken",
        "the entry point is malformed",
        "An entry point for extractors reads `module:Class`, one for hooks `module`.",
        "correct the entry point in pyproject.toml and install again",
    ),
    Code(
        "MX105",
        "incompatible",
        "it wants another SDK",
        "Its requirement on metaextract-sdk does not hold for the one that is installed.",
        "install a version of the plugin that fits, or the SDK that it asks for",
    ),
    Code(
        "MX106",
        "unavailable",
        "a required distribution is missing",
        "Its metadata asks for a distribution that is not installed, or for another version.",
        "install what it asks for",
    ),
    Code(
        "MX107",
        "unavailable",
        "a program is missing",
        "It starts a program that is not on PATH.",
        "install the program",
    ),
    Code(
        "MX108",
        "unavailable",
        "an extractor that it needs is not ready",
        "It wants the data of another extractor, which is not there or not usable.",
        "mend or install the other extractor",
    ),
    Code(
        "MX109",
        "broken",
        "its needs form a circle",
        "Each waits for the other's data, so none could ever run.",
        "remove one of the needs",
    ),
    Code(
        "MX110",
        "quarantined",
        "it ended its worker again and again",
        "It crashed, hung or outgrew its memory over several files in a row, with no good run in "
        "between; files get no section from it but one that says so.",
        "upgrade it: a new version starts afresh; or run `metaextract plugins reset` with its name",
    ),
    Code(
        "MX111",
        "ready",
        "its new sources are broken, the old ones go on",
        "It was changed while the program ran. What is there now is broken, but the version that "
        "was loaded before is still in memory and goes on until the program ends.",
        "mend the new version; `metaextract plugins check` says what is wrong with it",
    ),
)
