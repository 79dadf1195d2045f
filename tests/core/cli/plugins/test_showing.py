"""Verdicts for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.core.cli.plugins.conftest import NAMES
from tests.zoo.installation import Installation
from tests.zoo.zoo import Animal, extractor


def test_json_has_every_key_for_every_plugin(few: Installation) -> None:
    """Scripts need not ask which keys are there."""
    report = json.loads(few.run("plugins", "check", *NAMES, "--json").stdout)
    assert list(report) == ["schema", "sdk", "summary", "plugins"]
    assert report["summary"] == {
        "broken": 1,
        "conflict": 2,
        "incompatible": 1,
        "ready": 3,
        "unavailable": 1,
    }
    for row in report["plugins"]:
        assert list(row) == [
            "name",
            "distribution",
            "version",
            "status",
            "code",
            "message",
            "fix",
            "location",
            "import_ms",
            "media_types",
            "diagnostics",
            "health",
        ]
    healthy = next(row for row in report["plugins"] if row["name"] == "healthy")
    assert healthy["media_types"] == ["text/plain"]
    assert healthy["import_ms"] > 0
    assert healthy["diagnostics"] == []


def test_the_last_line_counts_states(few: Installation) -> None:
    """The commonest first."""
    run = few.run("plugins", "check", *NAMES)
    assert run.stdout.splitlines()[-1] == (
        "8 plugins: 3 ready, 2 conflict, 1 broken, 1 incompatible, 1 unavailable"
    )


def test_a_plugin_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    """What comes from a plugin is shown with its control characters as escapes."""
    source = extractor('raise ValueError("\\x1b[2J\\u202egood")')
    loud = Animal(
        name="loud", distribution="zoo-loud", sources={"zoo_loud.py": source}, target="zoo_loud:It"
    )
    installation = Installation(tmp_path, [loud], alone=True)
    for command in (["check"], ["info", "loud"]):
        shown = installation.run("plugins", *command).stdout
        assert "\\x1b[2J\\u202egood" in shown.replace("\n", "")
        assert "\x1b" not in shown
        assert "\u202e" not in shown
