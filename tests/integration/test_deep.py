"""The plugins of this tree keep every rule: installed, in workers, through the real command."""

from __future__ import annotations

import json
from importlib.metadata import entry_points

import pytest

from .conftest import CommandLine


def test_every_plugin_of_our_own_is_of_gold(command_line: CommandLine) -> None:
    """One whose program is missing on this machine is named as unavailable, not as broken."""
    own = {
        point.name
        for point in entry_points(group="metaextract.extractors")
        if point.dist is not None and point.dist.name.startswith("metaextract-")
    }
    if not own:
        pytest.skip("no plugin of our own is installed")
    run = command_line.run("plugins", "check", "--deep", "--json", *sorted(own))
    rows = json.loads(run.stdout)["plugins"]
    assert {row["name"] for row in rows} == own
    for row in rows:
        if row["status"] != "unavailable":
            assert (row["status"], row["deep"]["tier"]) == ("ready", "gold"), row["diagnostics"]
    assert run.returncode == 0
