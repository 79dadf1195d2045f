"""The private folder that a worker lends to one extractor after another."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_NAME = "scratch"


class Scratch:
    """A folder that is empty at the start of each run, and the home of temporary files.

    The folder around it is the process's working folder, so that whoever writes to a relative path
    litters nobody else's.

    Attributes:
        home: the working folder.
        folder: the scratch folder in it.
    """

    def __init__(self, path: str) -> None:
        self.home = Path(path)
        self.folder = self.home / _NAME
        self.home.mkdir(0o700)
        self.folder.mkdir(0o700)
        os.chdir(path)
        os.environ["TMPDIR"] = str(self.folder)
        tempfile.tempdir = str(self.folder)

    def empty(self) -> None:
        """Delete what the last run left."""
        _delete(self.folder)

    def strangers(self) -> list[str]:
        """Delete what was left around the folder, in the working folder; gives the names."""
        return _delete(self.home, but=_NAME)

    def remove(self) -> None:
        """Delete the folder and all in it."""
        shutil.rmtree(self.home, ignore_errors=True)


def _delete(folder: Path, but: str = "") -> list[str]:
    """Delete everything in a folder but one; gives the names."""
    with os.scandir(folder) as entries:
        strangers = [entry for entry in entries if entry.name != but]
    for entry in strangers:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)
    return sorted(entry.name for entry in strangers)
