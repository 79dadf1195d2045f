"""Fixtures of several commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.cli.catalogued import Catalogued


@pytest.fixture
def catalogued(tmp_path: Path) -> Catalogued:
    return Catalogued(tmp_path)
