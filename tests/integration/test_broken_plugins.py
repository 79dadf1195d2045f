"""Fault F46: broken plugins beside the first-party ones, through the real program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.conftest import CommandLine
from tests.zoo.zoo import ANIMALS, build

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = {
    "missing-library": ("unavailable", "MX303"),
    "missing-requirement": ("unavailable", "MX106"),
    "missing-tool": ("unavailable", "MX107"),
    "loops": ("broken", "MX309"),
    "sleeps": ("broken", "MX310"),
    "no-version": ("broken", "MX403"),
    "no-extractor": ("broken", "MX402"),
    "duplicate": ("conflict", "MX101"),
}
"""Name -> state and code: a missing dependency, a hanging import, a wrong contract, one name."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """An installation in which the plugins of `BROKEN` are beside all others."""
    root = tmp_path_factory.mktemp("broken-plugins")
    line = CommandLine(root)
    build(root / "plugins", [animal for animal in ANIMALS if animal.name in BROKEN])
    # Long enough for every import that ends, on a busy machine too.
    (root / "config.toml").write_text("[plugins]\nimport_timeout = 10.0\n")
    return line


def said(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By file and extractor: status and tags, the sections of broken plugins left out."""
    return {
        record["file"]["name"]: {
            name: (section["status"], sorted(section["data"]))
            for name, section in record["sections"].items()
            if name not in BROKEN
        }
        for record in records
    }


def test_f46_broken_plugins_take_nothing_from_the_records(
    shared: CommandLine, command_line: CommandLine
) -> None:
    """They say the same as where the broken plugins are not installed."""
    files = [SAMPLES / name for name in ("two-clocks.jpg", "phantom.dcm", "notes.zip")]
    status, records = shared.extract("--profile", "deep", *files)
    status_without, records_without = command_line.extract("--profile", "deep", *files)
    assert status == status_without == 0
    assert said(records) == said(records_without)
    assert {"digests", "filesystem", "pillow", "imagehash"} <= set(said(records)["two-clocks.jpg"])
    for record in records:
        for name in BROKEN.keys() & record["sections"].keys():
            section = record["sections"][name]
            assert (BROKEN[name][0], section["status"]) == ("unavailable", "unavailable")
            assert section["reason"]


def test_f46_each_broken_plugin_has_a_state_a_code_and_a_mend_line(shared: CommandLine) -> None:
    done = shared.run("plugins", "check", "--json")
    assert done.returncode == 1
    rows = [row for row in json.loads(done.stdout)["plugins"] if row["name"] in BROKEN]
    assert sorted(row["name"] for row in rows) == sorted([*BROKEN, "duplicate"])
    for row in rows:
        assert (row["status"], row["code"]) == BROKEN[row["name"]], row
        assert row["message"]
        assert row["fix"]
    healthy = [row for row in json.loads(done.stdout)["plugins"] if row["name"] not in BROKEN]
    assert len(healthy) >= 7
    assert {row["status"] for row in healthy} <= {"ready", "unavailable"}


def test_f46_a_person_is_told_too(shared: CommandLine) -> None:
    done = shared.run("plugins", "check", *BROKEN)
    text = " ".join(done.stdout.decode().split())
    assert done.returncode == 1
    assert b"Traceback" not in done.stdout + done.stderr
    for name, (state, code) in BROKEN.items():
        assert name in text
        assert state in text
        assert code in text
    for mend in ("pip install no_such_library", "apt-get install no-such-program"):
        assert mend in text, text
