"""The mock is a plugin wherever it is installed, and nowhere else."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

from metaextract_sdk import mock


def test_installed_it_is_a_distribution_with_its_entry_points(tmp_path: Path) -> None:
    mock.install(tmp_path)
    (found,) = distributions(path=[str(tmp_path)])
    assert found.metadata["Name"] == "metaextract-mock"
    assert {(point.group, point.name) for point in found.entry_points} == {
        ("metaextract.extractors", "mock"),
        ("metaextract.hooks", "mock"),
    }
    for point in found.entry_points:
        assert point.load() is not None


def test_the_sdk_alone_brings_no_mock() -> None:
    """Nobody has it by accident."""
    names = {str(found.metadata["Name"]) for found in distributions()}
    assert "metaextract-mock" not in names
