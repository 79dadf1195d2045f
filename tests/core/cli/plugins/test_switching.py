"""`metaextract plugins enable` and `disable`: what they say, and that it has an effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    names = ("healthy", "healthy-hooks", "import-raises")
    return Installation(tmp_path, [a for a in ANIMALS if a.name in names], alone=True)


def states(installation: Installation) -> dict[str, str]:
    rows = json.loads(installation.run("plugins", "list", "--json").stdout)["plugins"]
    return {row["name"]: row["status"] for row in rows if row["distribution"].startswith("zoo")}


def test_a_plugin_is_switched_off_and_on_again(installation: Installation, tmp_path: Path) -> None:
    """Both say in one line what was changed, where; the rest of the file stays."""
    file = tmp_path / "config.toml"
    before = file.read_text()
    done = installation.run("plugins", "disable", "healthy")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"metaextract: healthy is disabled: added healthy to plugins.deny in {file}\n"
    )
    assert states(installation)["healthy"] == "disabled"
    again = installation.run("plugins", "disable", "healthy")
    assert again.stderr == "metaextract: healthy is disabled already; nothing was changed\n"
    done = installation.run("plugins", "enable", "healthy")
    assert done.stderr == (
        f"metaextract: healthy is enabled: removed healthy from plugins.deny in {file}\n"
    )
    assert states(installation)["healthy"] == "ready"
    assert file.read_text().startswith(before)


def test_even_a_broken_plugin_can_be_switched_off(installation: Installation) -> None:
    """That is what it is for: nothing is imported to do it."""
    assert installation.run("plugins", "disable", "zoo-import-raises").returncode == 0
    assert states(installation)["import-raises"] == "disabled"


def test_of_several_names_none_may_be_wrong(installation: Installation, tmp_path: Path) -> None:
    before = (tmp_path / "config.toml").read_bytes()
    for command in ("enable", "disable"):
        done = installation.run("plugins", command, "healthy", "no-such-plugin")
        assert done.returncode == 3
        assert "no plugin no-such-plugin is installed" in done.stderr
    assert (tmp_path / "config.toml").read_bytes() == before


def test_a_damaged_file_is_a_usage_error(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[plugins\n")
    done = installation.run("plugins", "disable", "healthy")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "config.toml" in line
    assert (tmp_path / "config.toml").read_text() == "[plugins\n"


def test_a_name_is_needed(installation: Installation) -> None:
    assert installation.run("plugins", "enable").returncode == 2
