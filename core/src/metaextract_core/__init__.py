"""MetaExtract's kernel: everything a file says about itself, from plugins that may break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metaextract_core.catalogue.catalogue import Catalogue
    from metaextract_core.kernel import Kernel, extract
    from metaextract_core.record import Field, Record, Section

__all__ = ["Catalogue", "Field", "Kernel", "Record", "Section", "extract"]

_HOME = {
    "Catalogue": "catalogue.catalogue",
    "Field": "record",
    "Kernel": "kernel",
    "Record": "record",
    "Section": "record",
    "extract": "kernel",
}


def __getattr__(name: str) -> Any:
    # Workers run modules of this package at every start and must not pay for the kernel.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(f"metaextract_core.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
