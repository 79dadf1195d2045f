"""The number of the contract."""

from __future__ import annotations

from metaextract_sdk import API_VERSION, Extractor


def test_an_extractor_is_written_for_the_contract_it_was_built_with() -> None:
    assert isinstance(API_VERSION, int)
    assert Extractor.api_version == API_VERSION
