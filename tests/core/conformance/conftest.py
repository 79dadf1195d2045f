"""Plugins of a source tree, vetted, and the deep check over them in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.zoo.zoo import Animal, build

from metaextract_core.conformance import Deep, check
from metaextract_core.hooks import Hooks
from metaextract_core.registry import Registry, load_registry
from metaextract_core.settings import Settings
from metaextract_core.vetting import Verdict

Deeply = Callable[..., dict[str, tuple[Verdict, Deep]]]


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry]:
    """The registry of some animals that are not installed, but named by their folder."""
    monkeypatch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path / "cache"))

    def load(*animals: Animal) -> Registry:
        folder = tmp_path / "plugins"
        folder.mkdir(exist_ok=True)
        build(folder, animals)
        settings = Settings()
        settings.plugins.allow = [animal.name for animal in animals]
        return load_registry(settings, paths=[folder])

    return load


@pytest.fixture
def deeply(registry: Callable[..., Registry]) -> Deeply:
    """Verdict and deep result of each animal by its name."""

    def run(*animals: Animal) -> dict[str, tuple[Verdict, Deep]]:
        found = registry(*animals)
        names = {animal.name for animal in animals}
        chosen = [verdict for verdict in found.verdicts if verdict.name in names]
        results = check(found, chosen, Hooks(lambda *_: None))
        return {
            verdict.name: (verdict, deep) for verdict, deep in zip(chosen, results, strict=True)
        }

    return run
