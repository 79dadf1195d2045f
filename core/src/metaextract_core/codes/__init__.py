"""The faults of plugins, each with a code: one table for verdicts, sections and `docs/codes/`."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes import conforming, contract, found, importing, running
from metaextract_core.codes.code import Code, State

__all__ = ["CODES", "FAMILIES", "Code", "State"]

CODES: Final[dict[str, Code]] = {
    code.code: code
    for family in (found, importing, contract, running, conforming)
    for code in family.ROWS
}

FAMILIES: Final[dict[str, str]] = {
    "MX1": "What can be said of a plugin without reading its sources.",
    "MX2": "Sources that do not compile.",
    "MX3": (
        "Imports that go wrong. A failed one is remembered for an hour, one that hangs for a day. "
        "It is tried again at once when a source of the plugin, a module that it had asked for, an "
        "installed distribution, a folder of PATH or the environment changes, and by "
        "`metaextract plugins check`."
    ),
    "MX4": "What was imported does not keep the contract.",
    "MX5": "What an extractor did to one file: said in that file's record, it judges no plugin.",
    "MX6": "What `metaextract plugins check --deep` finds by running an extractor: rules that "
    "it does not keep. Its quality is the highest tier of which it keeps every rule, and every "
    "rule of the tiers below. To lack gold is no fault.",
}
"""First digit of a code -> what its family is about."""
