"""The fixture `host` for the tests of plugins; pytest finds it by itself where the SDK is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from metaextract_sdk.testing import Host


@pytest.fixture
def host() -> type[Host]:
    """Runs an extractor over a file: ``host(Heights).extract(path)``.

    It never looks at the environment: no other plugin, cache or configuration takes part.
    """
    # Here, because projects that only have the SDK installed load this module too.
    from metaextract_sdk.testing import Host

    return Host
