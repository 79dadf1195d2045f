"""The contract between MetaExtract and its plugins.

A plugin is a distribution with an entry point in the group ``metaextract.extractors`` that names a
subclass of `Extractor`, or in the group ``metaextract.hooks`` that names a module of `hookimpl`
functions (see `metaextract_sdk.hookspecs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaextract_sdk._context import Context
from metaextract_sdk._errors import ExtractError, Unavailable
from metaextract_sdk._extractor import BatchExtractor, Extractor
from metaextract_sdk._fileview import FileView
from metaextract_sdk._version import API_VERSION

if TYPE_CHECKING:
    from metaextract_sdk import testing
    from metaextract_sdk.hookspecs import hookimpl

__all__ = [
    "API_VERSION",
    "BatchExtractor",
    "Context",
    "ExtractError",
    "Extractor",
    "FileView",
    "Unavailable",
    "hookimpl",
    "testing",
]


def __getattr__(name: str) -> Any:
    # Workers import this package at every start; only test suites need `testing`, and only hook
    # plugins need pluggy.
    if name in ("testing", "hookimpl"):
        import importlib

        if name == "testing":
            return importlib.import_module("metaextract_sdk.testing")
        return importlib.import_module("metaextract_sdk.hookspecs").hookimpl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
