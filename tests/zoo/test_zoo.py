"""Every broken plugin gets its own verdict, and none of them disturbs the others or the host."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.zoo.installation import Installation, expected
from tests.zoo.zoo import ANIMALS, EXTRACT_BROKEN, HEALTHY, Animal, imports, install

from metaextract_sdk import mock

FEW = tuple(
    animal
    for animal in ANIMALS
    if animal.name in {"healthy", "healthy-batch", "no-extractor", "prints", "no-version"}
)
"""Enough to see who is vetted again, and quick to vet."""


class Vetted:
    """The whole zoo after a first check and a second one."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.run = installation.run("plugins", "check", "--json")
        self.report: dict[str, Any] = json.loads(self.run.stdout)
        self.cold = imports(installation.folder)
        self.again = installation.run("plugins", "check", "--json")
        self.warm = imports(installation.folder)

    def rows(self, animal: Animal) -> list[dict[str, Any]]:
        return [row for row in self.report["plugins"] if row["distribution"] == animal.distribution]


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Vetted:
    return Vetted(Installation(tmp_path_factory.mktemp("zoo")))


@pytest.fixture
def few(tmp_path: Path) -> Installation:
    return Installation(tmp_path, FEW, alone=True)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text("A note about animals.\n", "utf-8")
    return file


@pytest.mark.parametrize("animal", ANIMALS, ids=lambda animal: animal.distribution)
def test_each_animal_gets_its_verdict(zoo: Vetted, animal: Animal) -> None:
    """State and code are as expected, and a problem comes with a reason, a place and a mend."""
    (row,) = zoo.rows(animal)
    assert (row["status"], row["code"]) == (animal.state, animal.code), row["message"]
    assert row["name"] == animal.name
    assert row["version"] == "1.0"
    assert row["location"]
    if animal.code is not None:
        assert row["message"]
        assert row["fix"]
        assert row["diagnostics"][0]["code"] == animal.code


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("syntax-error", "zoo_syntax_error.py:1"),
        ("import-raises", "zoo_import_raises.py:5"),
        ("missing-own-module", "zoo_missing_own_module/__init__.py:5"),
        ("exits", "zoo_exits.py:5"),
        ("asks", "zoo_asks.py:5"),
        ("no-colon", "no-colon = zoo_no_colon.It"),
    ],
)
def test_the_place_is_the_one_to_mend(zoo: Vetted, name: str, place: str) -> None:
    """Where a line is to blame it is named, else the entry point."""
    (row,) = (row for row in zoo.report["plugins"] if row["name"] == name)
    assert row["location"].endswith(place)


def test_the_mend_line_is_the_plugin_s_own_where_it_has_one(zoo: Vetted) -> None:
    """The author knows better than we how to install what is missing."""
    fixes = {row["name"]: row["fix"] for row in zoo.report["plugins"]}
    assert fixes["says-unavailable"] == "install the codec"
    assert fixes["missing-tool"] == "apt-get install no-such-program"


def test_the_report_is_complete_and_in_order(zoo: Vetted) -> None:
    """Schema, summary and order are those that the design promises."""
    names = [row["name"] for row in zoo.report["plugins"]]
    assert names == sorted(names)
    assert zoo.report["schema"] == 1
    assert sum(zoo.report["summary"].values()) == len(names)
    for status, count in zoo.report["summary"].items():
        assert count == sum(row["status"] == status for row in zoo.report["plugins"])


def test_a_zoo_is_not_healthy(zoo: Vetted) -> None:
    """The exit status says that something is broken, and nobody sees a traceback."""
    assert zoo.run.returncode == 1
    assert zoo.run.stderr == ""


def test_installed_plugins_of_our_own_stay_well(zoo: Vetted) -> None:
    """Whatever lives beside them, they are ready, or lack only a program of the machine."""
    own = [row for row in zoo.report["plugins"] if row["distribution"].startswith("metaextract-")]
    if not own:
        pytest.skip("no plugin of our own is installed in this environment")
    assert {row["code"] for row in own} <= {None, "MX107"}, own


def test_no_process_is_left(zoo: Vetted) -> None:
    """What an import starts is ended with it."""
    numbers = [int(file.read_text()) for file in zoo.installation.folder.glob("*.pid")]
    assert len(numbers) == 2
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_second_check_says_the_same(zoo: Vetted) -> None:
    """Remembered verdicts are the verdicts, down to the last word."""
    again = json.loads(zoo.again.stdout)
    assert [_lasting(row) for row in again["plugins"]] == [
        _lasting(row) for row in zoo.report["plugins"]
    ]
    assert zoo.again.returncode == 1


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "import_ms"}


def test_a_second_check_imports_no_plugin_that_could_be_imported(zoo: Vetted) -> None:
    """Verdicts that rest on the sources alone are not reached twice.

    A failed import is tried again: what it lacked may be there by now.
    """
    failing = {
        name
        for animal in ANIMALS
        if animal.code is not None and animal.code.startswith("MX3") and animal.state != "ready"
        for name in animal.sources
    }
    imported = {name for name in zoo.warm if zoo.warm[name] > zoo.cold[name]}
    assert {"zoo_healthy.py", "zoo_too_new.py", "zoo_prints.py"} <= set(zoo.cold)
    assert imported <= failing


def test_animals_that_are_never_imported(zoo: Vetted) -> None:
    """What is wrong before the import is found without one."""
    for name in ("later-sdk", "missing-requirement", "no-colon", "duplicate-one", "syntax-error"):
        assert f"zoo_{name.replace('-', '_')}.py" not in zoo.warm


def test_the_table_for_people_names_code_place_and_mend(zoo: Vetted) -> None:
    """A person gets the same facts, one block for each plugin that is named."""
    run = zoo.installation.run("plugins", "check", "import-raises", "healthy")
    assert run.returncode == 1
    lines = [line.strip() for line in run.stdout.splitlines()]
    assert lines[0].split() == ["healthy", "ready", "zoo-healthy", "1.0"]
    assert lines[2] == "MX301 ZeroDivisionError: division by zero"
    assert lines[3].endswith("zoo_import_raises.py:5")
    assert lines[4] == "fix: correct the line that is named"
    assert lines[5] == "2 plugins: 1 ready, 1 broken"


def test_strict_counts_warnings_and_what_is_missing(zoo: Vetted) -> None:
    """`--strict` is for authors: a plugin that prints or lacks a tool does not pass."""
    check = ("plugins", "check")
    for name in ("prints", "missing-tool"):
        assert zoo.installation.run(*check, name).returncode == 0
        assert zoo.installation.run(*check, name, "--strict").returncode == 1
    assert zoo.installation.run(*check, "healthy", "--strict").returncode == 0


def test_the_healthy_ones_extract(zoo: Vetted, text: Path) -> None:
    """One that hangs and one that crashes cost their own sections, nobody else's."""
    run = zoo.installation.run("extract", str(text), "--format", "json", "--timeout", "1")
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    (record,) = json.loads(run.stdout)
    sections = record["sections"]
    assert sections["healthy"]["data"] == {"size": text.stat().st_size}
    assert sections["healthy-batch"]["data"] == {"name": text.name}
    assert sections["prints"]["status"] == "ok"
    hangs, crashes = sections["hangs"], sections["crashes"]
    assert (hangs["status"], hangs["code"]) == ("timeout", "MX502")
    assert (crashes["status"], crashes["code"]) == ("crashed", "MX504")
    assert "SIGSEGV" in crashes["reason"]
    assert sections["missing-tool"]["status"] == "unavailable"
    assert "apt-get install no-such-program" in sections["missing-tool"]["reason"]
    ran = {name for name in sections if sections[name]["status"] != "unavailable"}
    broken = {animal.name for animal in ANIMALS if animal.state != "ready"}
    assert not ran & broken
    assert record["fields"]["zoo.sections"]["value"] == len(sections)


_SCRIPT = """
import json, sys
from metaextract_core import Kernel

with Kernel(jobs=1) as kernel:
    records = list(kernel.extract([sys.argv[1]], timeout=1.0))
assert records[0].sections["healthy"].status == "ok", records[0].sections
json.dump(sorted(sys.modules), sys.stdout)
"""


def test_the_host_holds_no_extractor_package(zoo: Vetted, text: Path) -> None:
    """After vetting and extracting, no module of an extractor was imported by the host."""
    run = zoo.installation.python("-c", _SCRIPT, str(text))
    assert run.returncode == 0, run.stderr
    modules = {name.partition(".")[0] for name in json.loads(run.stdout)}
    ours = importlib.metadata.entry_points(group="metaextract.extractors")
    extractors = {point.module.partition(".")[0] for point in ours} | {
        animal.target.partition(":")[0].partition(".")[0]
        for animal in ANIMALS
        if animal.group == "metaextract.extractors"
    }
    assert not modules & extractors
    assert "zoo_healthy_hooks" in modules, "hooks do run in the host, so the test can see modules"


def test_broken_plugins_do_not_keep_other_commands_from_working(zoo: Vetted, text: Path) -> None:
    """Identify, list and info answer over a whole zoo."""
    identified = zoo.installation.run("identify", str(text))
    assert (identified.returncode, identified.stderr) == (0, "")
    assert zoo.installation.run("plugins", "list").returncode == 0
    info = zoo.installation.run("plugins", "info", "segfaults")
    assert info.returncode == 1
    assert "MX308" in info.stdout


def test_an_edited_plugin_is_vetted_at_once_and_alone(few: Installation) -> None:
    """Damage and repair are both seen by the next command, and nobody else is imported."""
    assert few.states() == expected(FEW)
    before = imports(few.folder)
    broken, mended = few.folder / "zoo_healthy.py", few.folder / "zoo_no_version.py"
    broken.write_text(broken.read_text("utf-8").replace("class It(Extractor)", "class It"), "utf-8")
    mended.write_text(mended.read_text("utf-8").replace('version = ""', 'version = "1"'), "utf-8")
    states = few.states()
    assert states["zoo-healthy"] == "broken MX402"
    assert states["zoo-no-version"] == "ready well"
    after = imports(few.folder)
    assert {name for name in after if after[name] != before[name]} == {broken.name, mended.name}


def test_an_upgraded_plugin_is_vetted_at_once_and_alone(few: Installation) -> None:
    """A new version is looked at even if not one byte of its sources differs."""
    few.states()
    before = imports(few.folder)
    install(
        few.folder,
        "zoo-healthy",
        "2.0",
        {"metaextract.extractors": {"healthy": "zoo_healthy:It"}},
        files=["zoo_healthy.py"],
    )
    row = few.check()["zoo-healthy", "healthy"]
    assert (row["version"], row["status"]) == ("2.0", "ready")
    after = imports(few.folder)
    assert {name for name in after if after[name] != before[name]} == {"zoo_healthy.py"}


def test_a_removed_plugin_is_gone_at_once(few: Installation) -> None:
    """What is remembered of it does not bring it back."""
    few.states()
    (few.folder / "zoo_healthy-1.0.dist-info" / "entry_points.txt").unlink()
    assert ("zoo-healthy", "healthy") not in few.check()
    assert few.run("plugins", "check", "healthy").returncode == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"{", b"[]", b'{"format": 2, "environments": {"": 7}}', b"[" * 100_000],
    ids=["empty", "binary", "cut", "list", "wrong-type", "deep"],
)
def test_a_damaged_memory_costs_only_time(few: Installation, content: bytes) -> None:
    """Verdicts are right, and the memory works again afterwards."""
    _only_file(few.cache, content)
    assert few.states() == expected(FEW)
    before = imports(few.folder)
    assert few.states() == expected(FEW)
    assert imports(few.folder) == before


def _only_file(cache: Path, content: bytes) -> None:
    cache.mkdir(exist_ok=True)
    (cache / "verdicts.json").write_bytes(content)


def test_a_forged_memory_runs_no_other_code(few: Installation, text: Path) -> None:
    """What is remembered cannot send a worker to import something that no entry point names."""
    few.states()
    elsewhere = few.folder.parent / "elsewhere"
    elsewhere.mkdir()
    source = (few.folder / "zoo_healthy.py").read_text("utf-8")
    (elsewhere / "forged.py").write_text(source.replace('"size"', '"forged"'), "utf-8")
    memory = few.cache / "verdicts.json"
    file = json.loads(memory.read_bytes())
    (environment,) = file["environments"].values()
    for entry in environment["entries"].values():
        descriptor = entry["verdict"]["descriptor"]
        if descriptor is not None:
            descriptor["target"] = entry["verdict"]["target"] = "forged:It"
            descriptor["paths"] = [str(elsewhere)]
    memory.write_text(json.dumps(file), "utf-8")
    run = few.run("extract", str(text), "--format", "json")
    assert not imports(elsewhere)
    assert json.loads(run.stdout)[0]["sections"]["healthy"]["data"] == {"size": 22}


def test_a_cache_folder_that_cannot_be_made_costs_only_time(few: Installation) -> None:
    """Verdicts are right where nothing can be remembered."""
    few.cache.parent.joinpath("occupied").write_bytes(b"")
    few.cache = few.cache.parent / "occupied" / "cache"
    assert few.states() == expected(FEW)
    assert few.states() == expected(FEW)


def test_there_are_as_many_faults_as_were_asked_for() -> None:
    """At least 21, each told from the others by its code or while extracting."""
    assert len({animal.code for animal in ANIMALS if animal.code}) + len(EXTRACT_BROKEN) >= 21
    assert len(HEALTHY) == 3


def test_a_folder_whose_name_is_not_utf8_does_not_stop_the_check(tmp_path: Path) -> None:
    """The plugins in it get verdicts, and no traceback is shown."""
    root = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        root.mkdir()
    except OSError:
        pytest.skip("this file system wants UTF-8")
    installation = Installation(root, FEW, alone=True)
    assert set(installation.states()) == {animal.distribution for animal in FEW}


def test_the_mock_is_a_plugin_like_any_other(tmp_path: Path) -> None:
    """Its hook recognises its documents, and it obeys."""
    installation = Installation(tmp_path, ())
    mock.install(installation.folder)
    document = tmp_path / "orders"
    document.write_text(
        json.dumps({"metaextract-mock": [{"do": "set", "colour": "red"}, {"do": "raise"}]})
    )
    run = _only(installation, document)
    (record,) = json.loads(run.stdout)
    assert record["file"]["media_type"] == "application/x-metaextract-mock"
    assert record["sections"]["mock"]["status"] == "failed"
    document.write_text(json.dumps({"metaextract-mock": [{"do": "set", "colour": "red"}]}))
    (record,) = json.loads(_only(installation, document).stdout)
    assert record["sections"]["mock"]["data"] == {"colour": "red", "obeyed": ["set"]}


def _only(installation: Installation, document: Path) -> subprocess.CompletedProcess[str]:
    return installation.run("extract", str(document), "--only", "mock", "--format", "json")
