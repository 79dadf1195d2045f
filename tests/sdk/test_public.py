"""What plugin authors may rely on does not change by accident."""

from __future__ import annotations

import subprocess
import sys

import pytest

import metaextract_sdk

NINE = {
    "API_VERSION",
    "BatchExtractor",
    "Context",
    "ExtractError",
    "Extractor",
    "FileView",
    "Unavailable",
    "hookimpl",
    "testing",
}


def test_the_public_names_are_the_nine_of_the_contract() -> None:
    assert set(metaextract_sdk.__all__) == NINE
    assert metaextract_sdk.__all__ == sorted(metaextract_sdk.__all__)


@pytest.mark.parametrize("name", sorted(NINE))
def test_each_public_name_can_be_had(name: str) -> None:
    assert getattr(metaextract_sdk, name) is not None


def test_another_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Kernel'"):
        metaextract_sdk.Kernel  # noqa: B018  # asking for it is the test


def test_a_worker_pays_neither_for_the_test_kit_nor_for_hooks() -> None:
    heavy = "{'metaextract_sdk.testing', 'msgspec', 'pluggy'}"
    code = f"import sys, metaextract_sdk; sys.exit(bool({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0
