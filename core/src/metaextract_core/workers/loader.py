"""Imports extractors inside the children."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from metaextract_core.descriptor import Descriptor
from metaextract_sdk import Extractor


class Loader:
    """Imports extractor classes by id and remembers them, or why they cannot be had."""

    def __init__(self, descriptors: list[Descriptor], import_timeout: float) -> None:
        self.import_timeout = import_timeout
        self.descriptors = {descriptor.id: descriptor for descriptor in descriptors}
        self._classes: dict[str, type[Extractor]] = {}

    def imported(self, extractor: str) -> bool:
        """Whether `load` will answer without importing anything."""
        return extractor in self._classes

    def load(self, extractor: str) -> type[Extractor]:
        """The class of an extractor; raises whatever its import raises."""
        if extractor not in self._classes:
            descriptor = self.descriptors[extractor]
            for path in descriptor.paths:
                if path not in sys.path:
                    sys.path.append(path)
            module, _, attribute = descriptor.target.partition(":")
            found: Any = importlib.import_module(module)
            for part in attribute.split("."):
                found = getattr(found, part)
            self._classes[extractor] = found
        return self._classes[extractor]

    def try_import(self, extractor: str) -> None:
        """Import ahead of need; a fault shows again, and is reported, when a worker needs it."""
        try:
            self.load(extractor)
        except BaseException:  # noqa: BLE001 -- plugin code may raise anything, SystemExit included
            return
