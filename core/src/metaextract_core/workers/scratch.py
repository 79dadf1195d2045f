"""The private folder that a worker lends to one extractor after another."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


class Scratch:
    """A folder that is empty at the start of each run, and the home of temporary files."""

    def __init__(self, path: str) -> None:
        os.mkdir(path, 0o700)
        self.folder = Path(path)
        os.environ["TMPDIR"] = path
        tempfile.tempdir = path

    def empty(self) -> None:
        """Delete what the last run left."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)

    def remove(self) -> None:
        """Delete the folder and all in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
