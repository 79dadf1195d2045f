"""Installs a plugin as pip does, into a folder instead of the environment of the tests.

The wheel is built by the build backend itself, so it is the one that a user gets; nothing is
downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

_DEADLINE = 300
"""Seconds after which a command counts as hanging."""
_READ_PTH = "import os, site\nsite.addsitedir(os.path.dirname(__file__))\n"


class Site:
    """A folder that programs take for one of installed distributions, with a cache of its own.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "site"
        self.folder.mkdir()
        # Python reads .pth files, which editable installations consist of, only where it is told.
        (self.folder / "sitecustomize.py").write_text(_READ_PTH, "utf-8")
        (root / "config.toml").touch()
        self.environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "METAEXTRACT_CACHE_DIR": str(root / "cache"),
            "METAEXTRACT_DATA_DIR": str(root / "data"),
            "METAEXTRACT_STATE_DIR": str(root / "state"),
            "METAEXTRACT_CONFIG": str(root / "config.toml"),
        }

    def install(self, project: Path, *, editable: bool = False) -> list[str]:
        """Build the wheel of `project` and unpack it; the names of the files that are installed.

        An editable one is, as hatchling and others make it, the metadata and a ``.pth`` file.
        """
        with tempfile.TemporaryDirectory() as folder:
            program = f"import hatchling.build; hatchling.build.build_wheel({folder!r})"
            built = self.run(project, sys.executable, "-c", program)
            assert built.returncode == 0, built.stderr
            (wheel,) = Path(folder).iterdir()
            with zipfile.ZipFile(wheel) as archive:
                names = archive.namelist()
                if not editable:
                    archive.extractall(self.folder)
                    return names
                metadata = [name for name in names if ".dist-info/" in name]
                archive.extractall(self.folder, metadata)
        (record,) = (name for name in metadata if name.endswith("/RECORD"))
        path = f"_{project.name}.pth"
        (self.folder / path).write_text(f"{project / 'src'}\n", "utf-8")
        (self.folder / record).write_text(
            "".join(f"{name},,\n" for name in (*metadata, path)), "utf-8"
        )
        return [*metadata, path]

    def run(self, folder: Path, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, or any other, that sees what is installed here."""
        own = Path(sysconfig.get_path("scripts"), program)
        return subprocess.run(
            [own if own.exists() else program, *args],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DEADLINE,
            check=False,
        )
