"""A catalogue that commands are run against."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from metaextract_core.catalogue.catalogue import Catalogue
from metaextract_core.record import Record
from metaextract_core.settings import CatalogueSettings


class Catalogued:
    """Commands in a folder, and the catalogue that they use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/catalogue.sqlite"

    def save(self, *records: Record) -> None:
        with self.opened() as catalogue:
            catalogue.save(records)

    def opened(self) -> Catalogue:
        return Catalogue(self.url, settings=CatalogueSettings())

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=120,
            check=False,
            **self.options(**environment),
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "metaextract_core", *arguments]

    def options(self, **environment: str) -> dict[str, Any]:
        return {
            "cwd": self.folder,
            "env": {
                **os.environ,
                "METAEXTRACT_CONFIG": os.devnull,
                "METAEXTRACT_CACHE_DIR": str(self.folder / "cache"),
                "METAEXTRACT_DATABASE_URL": self.url,
                **environment,
            },
        }
