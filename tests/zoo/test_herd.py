"""At the size of the system that MetaExtract replaces: 491 plugins, 284 of them broken."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.zoo.herd import BROKEN, HANGING, SIZE, herd
from tests.zoo.installation import Installation, expected, state
from tests.zoo.zoo import ANIMALS, Animal, imports, install

HERD = herd()

pytestmark = pytest.mark.xdist_group("herd")  # vetted once, not once in each worker


class Vetted:
    """The herd after a first check, and what the command said."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.run = installation.run("plugins", "check", "--json")
        self.report: dict[str, Any] = json.loads(self.run.stdout)
        self.cold = imports(installation.folder)

    def list(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What `plugins list --json` says, by distribution and name."""
        run = self.installation.run("plugins", "list", "--json")
        assert (run.returncode, run.stderr) == (0, "")
        return by_owner(json.loads(run.stdout))

    def look(self) -> tuple[dict[tuple[str, str], dict[str, Any]], set[str]]:
        """What a listing says, and which modules it imports."""
        before = imports(self.installation.folder)
        rows = self.list()
        after = imports(self.installation.folder)
        return rows, {name for name in after if after[name] != before.get(name)}


def by_owner(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["distribution"], row["name"]): row for row in report["plugins"]}


def one(name: str) -> Animal:
    """An animal of the herd."""
    return next(animal for animal in HERD if animal.name == name)


def source(animal: Animal, folder: Path) -> Path:
    """Its module with the extractor."""
    return folder / f"{animal.target.partition(':')[0].replace('.', '/')}.py"


@pytest.fixture(scope="module")
def vetted(tmp_path_factory: pytest.TempPathFactory) -> Vetted:
    return Vetted(Installation(tmp_path_factory.mktemp("herd"), HERD, alone=True))


def test_the_herd_is_what_it_says() -> None:
    """491 distributions with names of their own, 284 broken in every way of the zoo."""
    broken = [animal for animal in HERD if animal.state != "ready"]
    assert (len(HERD), len(broken)) == (SIZE, BROKEN) == (491, 284)
    assert len({animal.distribution for animal in HERD}) == SIZE
    ways = {(animal.state, animal.code) for animal in ANIMALS if animal.state != "ready"}
    assert {(animal.state, animal.code) for animal in broken} == ways
    kinds = {animal.name for animal in ANIMALS if animal.state != "ready"}
    assert {re.sub(r"-\d+$", "", animal.name) for animal in broken} == kinds
    hanging = [animal for animal in broken if animal.code in ("MX309", "MX310")]
    assert len(hanging) == sum(HANGING.values())


def test_the_herd_is_the_same_each_time() -> None:
    """Down to the last byte of its sources."""
    assert herd() == HERD


def test_every_healthy_one_is_ready_and_every_broken_one_has_its_code(vetted: Vetted) -> None:
    """By the first check, which ends with 1 and without a word on standard error."""
    rows = by_owner(vetted.report)
    states = {animal.distribution: state(rows[animal.distribution, animal.name]) for animal in HERD}
    assert states == expected(HERD)
    assert (vetted.run.returncode, vetted.run.stderr) == (1, "")
    ready = [animal for animal in HERD if states[animal.distribution] == "ready well"]
    assert len(ready) == SIZE - BROKEN == 207


def test_both_owners_of_a_name_are_named(vetted: Vetted) -> None:
    """Each gets a row, and the message of each names both."""
    twins = [animal for animal in HERD if animal.code == "MX101"]
    rows = by_owner(vetted.report)
    for animal in twins:
        owners = {twin.distribution for twin in twins if twin.name == animal.name}
        row = rows[animal.distribution, animal.name]
        assert len(owners) == 2
        assert (row["status"], row["code"]) == ("conflict", "MX101")
        assert all(owner in row["message"] for owner in owners)


def test_a_warm_start_imports_nothing_and_says_the_same(vetted: Vetted) -> None:
    """Broken plugins are remembered as well as sound ones."""
    assert vetted.cold, "the first check imported what it could"
    assert vetted.list() == by_owner(vetted.report)
    assert imports(vetted.installation.folder) == vetted.cold


def test_one_that_changes_is_looked_at_again_alone(vetted: Vetted) -> None:
    """By an edit that leaves size and time of modification as they were, too."""
    animal = one("healthy-0")
    file = source(animal, vetted.installation.folder)
    text, times = file.read_text("utf-8"), file.stat()
    file.write_text(text.replace('"text/plain"', '"text/plane"'), "utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    # Python itself would go on with its compiled copy, which size and time alone tell from others.
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (times.st_size, times.st_mtime_ns)
    rows, imported = vetted.look()
    assert imported == {str(file.relative_to(vetted.installation.folder))}
    row = rows[animal.distribution, animal.name]
    assert row["media_types"] == ["text/plane"]


def test_one_that_is_mended_and_one_that_breaks_change_their_state_alone(vetted: Vetted) -> None:
    """Every other plugin is as it was."""
    folder = vetted.installation.folder
    before = vetted.list()
    mended, broken = one("import-raises-0"), one("healthy-batch-1")
    for animal, old, new in ((mended, "1 / 0", "1 / 1"), (broken, "def extract_batch", "def ex")):
        file = source(animal, folder)
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    files = {str(source(animal, folder).relative_to(folder)) for animal in (mended, broken)}
    after, imported = vetted.look()
    assert imported == files
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {(animal.distribution, animal.name) for animal in (mended, broken)}
    assert state(after[mended.distribution, mended.name]) == "ready well"
    assert state(after[broken.distribution, broken.name]) == "broken MX403"


def test_an_upgrade_right_after_a_look_is_seen_alone(vetted: Vetted) -> None:
    """A new version in the metadata and other sources, long before five seconds have passed."""
    folder = vetted.installation.folder
    animal = one("healthy-3")
    file = source(animal, folder)
    text = file.read_text("utf-8").replace('"text/plain"', '"text/markdown"')
    vetted.list()
    file.write_text(text, "utf-8")
    points = {animal.group: {animal.name: animal.target}}
    install(folder, animal.distribution, "1.1", points, files=animal.sources)
    rows, imported = vetted.look()
    assert imported == {str(file.relative_to(folder))}
    row = rows[animal.distribution, animal.name]
    assert (row["version"], row["media_types"]) == ("1.1", ["text/markdown"])


def test_a_new_version_of_the_same_sources_is_looked_at_alone(vetted: Vetted) -> None:
    """The version is part of what a verdict is about."""
    folder = vetted.installation.folder
    animal = one("healthy-6")
    points = {animal.group: {animal.name: animal.target}}
    install(folder, animal.distribution, "2.0", points, files=animal.sources)
    rows, imported = vetted.look()
    assert imported == {str(source(animal, folder).relative_to(folder))}
    assert rows[animal.distribution, animal.name]["version"] == "2.0"


def test_a_library_that_is_installed_has_every_failed_import_tried_again(vetted: Vetted) -> None:
    """It may be what was missing; sound plugins stay as they are."""
    folder = vetted.installation.folder
    install(folder, "no-such-library", "1.0", {})
    (folder / "no_such_library.py").write_text("", "utf-8")
    lacking = [animal for animal in HERD if animal.code == "MX303"]
    rows, imported = vetted.look()
    assert {state(rows[animal.distribution, animal.name]) for animal in lacking} == {"ready well"}
    again = {name.partition("/")[0] for name in imported}
    failed = {
        animal.distribution.replace("-", "_")
        for animal in HERD
        if animal.code and animal.code.startswith("MX3")
    }
    assert again <= failed
