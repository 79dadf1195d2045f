"""MX4xx: what was imported does not keep the contract."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX401",
        "broken",
        "the class is not in its module",
        "The entry point names an attribute that the module does not have.",
        "correct the entry point, or define the class",
    ),
    Code(
        "MX402",
        "broken",
        "it is no extractor",
        "The entry point names something that is not a subclass of metaextract_sdk.Extractor.",
        "inherit from Extractor",
    ),
    Code(
        "MX403",
        "broken",
        "it breaks the contract",
        "A class attribute is missing or of the wrong kind.",
        "correct the attribute that is named",
    ),
    Code(
        "MX404",
        "incompatible",
        "its contract is too new",
        "It was written for a later contract than this host speaks.",
        "upgrade MetaExtract",
    ),
    Code(
        "MX405",
        "incompatible",
        "its contract is too old",
        "It was written for a contract that this host no longer speaks.",
        "upgrade the plugin",
    ),
    Code(
        "MX406",
        "broken",
        "its hooks do not fit",
        "A hook plugin has functions marked with hookimpl, with a hook's name and arguments.",
        "mark the functions with metaextract_sdk.hookimpl, and name them as hookspecs does",
    ),
    Code(
        "MX407",
        "ready",
        "its crosswalk names unknown fields",
        "What the tags say is not used: the vocabulary of this host has no such field.",
        "correct the names, or upgrade MetaExtract",
    ),
)
