from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from metaextract_core.health.tally import Death


def make_death(content: str = "a", **facts: Any) -> Death:
    """A crash just now over a file of this content."""
    known: dict[str, Any] = {
        "extractor": "x",
        "version": "1",
        "digest": f"blake3:{content}",
        "size": 5,
        "status": "crashed",
        "code": "MX504",
        "reason": "SIGSEGV while reading this file",
        "seconds": 0.5,
        "at": time.time(),
    }
    return Death(**{**known, **facts})


@pytest.fixture
def death() -> Callable[..., Death]:
    return make_death
