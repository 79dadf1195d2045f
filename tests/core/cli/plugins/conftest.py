"""A few animals of the zoo, installed."""

from __future__ import annotations

import pytest
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS

NAMES = (
    "healthy",
    "healthy-hooks",
    "duplicate",
    "later-sdk",
    "missing-tool",
    "import-raises",
    "prints",
)


@pytest.fixture(scope="package")
def few(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    animals = [animal for animal in ANIMALS if animal.name in NAMES]
    return Installation(tmp_path_factory.mktemp("few"), animals, alone=True)
