"""A folder of plugins with a cache and a configuration of its own, and the command line over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.zoo.zoo import ANIMALS, Animal, build

_DEADLINE = 300  # seconds after which a command counts as hanging


class Installation:
    """Plugins installed beside those of this environment, for commands in processes of their own.

    Args:
        root: an empty folder.
        animals: what to install.
        alone: whether the configuration allows nothing else, which saves the time to vet it.
    """

    def __init__(
        self, root: Path, animals: Iterable[Animal] = ANIMALS, *, alone: bool = False
    ) -> None:
        self.folder = root / "plugins"
        self.folder.mkdir()
        self.cache = root / "cache"
        self.animals = build(self.folder, animals)
        self._root = root
        names = [animal.name for animal in self.animals] if alone else []
        config = ["[plugins]", "import_timeout = 2.0", f"allow = {json.dumps(names)}"]
        (root / "config.toml").write_text("\n".join(config) + "\n", "utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        return self.python("-m", "metaextract_core", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an interpreter that sees these plugins."""
        environment = {
            # pytest's variable differs from test to test: a failed import would be tried again.
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PYTHONPATH": str(self.folder),
            "METAEXTRACT_CACHE_DIR": str(self.cache),
            "METAEXTRACT_CONFIG": str(self._root / "config.toml"),
            "METAEXTRACT_DATA_DIR": str(self._root / "data"),
            "METAEXTRACT_STATE_DIR": str(self._root / "state"),
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self._root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DEADLINE,
            check=False,
        )

    def check(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What `plugins check --json` says of each plugin, by distribution and name."""
        run = self.run("plugins", "check", "--json")
        assert run.returncode in (0, 1), run.stderr
        plugins = json.loads(run.stdout)["plugins"]
        return {(plugin["distribution"], plugin["name"]): plugin for plugin in plugins}

    def states(self) -> dict[str, str | None]:
        """State and code of each animal by its distribution."""
        rows = self.check()
        return {
            animal.distribution: state(rows[animal.distribution, animal.name])
            for animal in self.animals
        }


def state(row: dict[str, Any]) -> str:
    """State and code in one word, such as ``broken MX301``."""
    return f"{row['status']} {row['code'] or 'well'}"


def expected(animals: Iterable[Animal]) -> dict[str, str]:
    """What `Installation.states` should give."""
    return {animal.distribution: f"{animal.state} {animal.code or 'well'}" for animal in animals}
